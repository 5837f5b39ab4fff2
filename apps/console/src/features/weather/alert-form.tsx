import { ALERT_LEVELS, type AlertLevel, NOTICE_KINDS, parseAlertTitle } from '@changhui/rules/weather'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { AutoComplete, Input, Modal, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client, fieldProblems, problemText } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from '../../app/texts.ts'
import { TimeInput } from '../../app/time-input.tsx'
import { parseTime } from '../../app/typed-time.ts'
import { Field } from '../settings/field.tsx'
import { weatherTexts } from './texts.ts'

/** A warning entered by hand; a pasted title of the weather service fills the fields. */
export function AlertForm({ region, onDone }: { region: string; onDone: () => void }) {
  const t = useTexts(weatherTexts)
  const { timeForm } = useTexts(texts)
  const { store } = useStore()
  const queries = useQueryClient()
  const [title, setTitle] = useState('')
  const [area, setArea] = useState(region)
  const [kind, setKind] = useState('')
  const [level, setLevel] = useState<AlertLevel>('yellow')
  const [day, setDay] = useState(store.today)
  const [time, setTime] = useState('23:00')
  const [tried, setTried] = useState(false)
  const noTime = parseTime(time) === null
  const read = title.trim() === '' ? null : parseAlertTitle(title)
  const paste = (text: string) => {
    setTitle(text)
    const told = parseAlertTitle(text)
    if (!told) return
    setArea(told.area.text)
    setKind(told.kind)
    setLevel(told.level)
  }
  const add = useMutation({
    mutationFn: () => {
      const ends = Temporal.PlainDate.from(day).toZonedDateTime({
        timeZone: store.timeZone,
        plainTime: time,
      })
      const endsAt = ends.toInstant().toString()
      const issuedAt = read?.issuedAt?.toString()
      return client.weather.addAlert({
        storeId: store.id,
        area,
        kind,
        level,
        endsAt,
        ...(read ? { title: title.trim() } : {}),
        ...(issuedAt && issuedAt < endsAt ? { issuedAt } : {}),
      })
    },
    // The dialog itself shows what is wrong.
    onError: () => undefined,
    onSuccess: async () => {
      notify('success', t.added)
      await queries.invalidateQueries({ queryKey: api.weather.key() })
      onDone()
    },
  })
  const wrong = fieldProblems(add.error)
  const general = add.isError && Object.keys(wrong).length === 0 ? problemText(add.error) : undefined
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    setTried(true)
    if (area.trim() && kind.trim() && day && !noTime) add.mutate()
  }
  return (
    <Modal
      open
      title={t.formTitle}
      okText={t.save}
      cancelText={t.back}
      confirmLoading={add.isPending}
      okButtonProps={{ disabled: !area.trim() || !kind.trim() }}
      onOk={() => submit()}
      onCancel={onDone}
      width={560}
    >
      <form onSubmit={submit} className="weather-form" noValidate>
        <Field label={t.paste} wide hint={title.trim() !== '' && !read ? t.pasteUnread : t.pasteHint}>
          <Input value={title} maxLength={120} onChange={(event) => paste(event.target.value)} />
        </Field>
        <Field label={t.area} hint={t.areaHint} wrong={wrong.area ?? general}>
          <Input value={area} maxLength={60} onChange={(event) => setArea(event.target.value)} />
        </Field>
        <Field label={t.kind} hint={t.kindHint} wrong={wrong.kind}>
          <AutoComplete
            value={kind}
            onChange={setKind}
            options={Object.keys(NOTICE_KINDS).map((value) => ({ value }))}
            maxLength={10}
          />
        </Field>
        <Field label={t.level} wrong={wrong.level}>
          <Select
            value={level}
            onChange={setLevel}
            options={ALERT_LEVELS.map((value) => ({ value, label: t.levels[value] }))}
          />
        </Field>
        <Field label={t.endsOn} wrong={wrong.endsAt}>
          <DayInput value={day} min={store.today} onChange={(next) => next && setDay(next)} />
        </Field>
        <Field label={t.endsAt} wrong={tried && noTime ? timeForm : undefined}>
          <TimeInput value={time} onChange={setTime} />
        </Field>
        <button type="submit" hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}
