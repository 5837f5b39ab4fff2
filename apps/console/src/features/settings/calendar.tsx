import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Input, Popconfirm } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { holidayRuns } from './holiday-runs.ts'
import { settingTexts } from './texts.ts'

/** Own closures of a year beside the statutory calendar (ORG-03). */
export function CalendarSettings() {
  const t = useTexts(settingTexts)
  const { store } = useStore()
  const [year, setYear] = useState(Number(store.today.slice(0, 4)))
  const calendar = useQuery(api.settings.closures.queryOptions({ input: { storeId: store.id, year } }))
  return (
    <>
      <nav className="settings-year" aria-label={t.year}>
        <Button icon={<LeftOutlined />} aria-label={t.previousYear} onClick={() => setYear(year - 1)} />
        <strong className="num" aria-live="polite">
          {year}
        </strong>
        <Button icon={<RightOutlined />} aria-label={t.nextYear} onClick={() => setYear(year + 1)} />
      </nav>
      {calendar.isPending ? (
        <LoadingState rows={8} />
      ) : calendar.isError ? (
        <ErrorState error={calendar.error} retry={() => void calendar.refetch()} />
      ) : (
        <div className="settings-columns">
          <Closures closures={calendar.data.closures} />
          <Statutory calendar={calendar.data.calendar} />
        </div>
      )}
    </>
  )
}

type Data = Awaited<ReturnType<typeof client.settings.closures>>

function Closures({ closures }: { closures: Data['closures'] }) {
  const t = useTexts(settingTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const queries = useQueryClient()
  const [day, setDay] = useState('')
  const [reason, setReason] = useState('')
  const refresh = () => queries.invalidateQueries({ queryKey: api.settings.closures.key() })
  const add = useMutation({
    mutationFn: () => client.settings.addClosure({ storeId: store.id, day, reason: reason.trim() }),
    onSuccess: async () => {
      setDay('')
      setReason('')
      notify('success', t.closureAdded)
      await refresh()
    },
  })
  const remove = useMutation({
    mutationFn: (which: string) => client.settings.removeClosure({ storeId: store.id, day: which }),
    onSuccess: async () => {
      notify('success', t.closureRemoved)
      await refresh()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate()
  }
  return (
    <Panel title={t.closuresPanel}>
      {may('setting.edit') ? (
        <form className="settings-inline" onSubmit={submit}>
          <span className="day-box">
            <DayInput label={t.closureDay} value={day} onChange={(next) => setDay(next ?? '')} />
          </span>
          <Input
            placeholder={t.closureReason}
            aria-label={t.closureReason}
            value={reason}
            maxLength={80}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button type="primary" htmlType="submit" disabled={!day || !reason.trim()} loading={add.isPending}>
            {t.closureAdd}
          </Button>
        </form>
      ) : null}
      {closures.length === 0 ? (
        <p className="settings-none muted">{t.closuresEmpty}</p>
      ) : (
        <ul className="settings-list">
          {closures.map((one) => (
            <li key={one.day}>
              <span className="num">{f.longDay(one.day)}</span>
              <span className="settings-grow">{one.reason}</span>
              {may('setting.edit') ? (
                <Popconfirm
                  title={t.closureRemoveAsk({ day: one.day })}
                  okText={t.remove}
                  cancelText={t.cancel}
                  onConfirm={() => remove.mutate(one.day)}
                >
                  <Button size="small" type="text" danger aria-label={`${t.remove} ${one.day}`}>
                    {t.remove}
                  </Button>
                </Popconfirm>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Statutory({ calendar }: { calendar: Data['calendar'] }) {
  const t = useTexts(settingTexts)
  const f = useFormat()
  return (
    <Panel title={t.statutory}>
      {calendar.published ? null : <Alert type="info" showIcon title={t.notPublished} />}
      <ul className="settings-list">
        {holidayRuns(calendar.days).map((run) => (
          <li key={`${run.kind}${run.from}`}>
            <span className={run.kind === 'holiday' ? 'mark mark-primary' : 'mark mark-warning'}>
              {run.kind === 'holiday' ? t.holiday : t.makeUp}
            </span>
            <span className="settings-grow">{run.name}</span>
            <span className="num">
              {run.from === run.to ? f.longDay(run.from) : `${f.day(run.from)} – ${f.day(run.to)}`}
            </span>
            {run.days > 1 ? <span className="muted num">{t.days({ n: f.number(run.days) })}</span> : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
