import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Input, InputNumber, Modal, Segmented } from 'antd'
import { type FormEvent, useState } from 'react'
import { type Answers, api, client, fieldProblems, problemText } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { ErrorState, LoadingState } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { Field } from '../settings/field.tsx'
import { weatherTexts } from './texts.ts'

type Settings = Answers['weather']['settings']

/** The store's region and its weather provider. */
export function WeatherSettings({ onDone }: { onDone: () => void }) {
  const t = useTexts(weatherTexts)
  const { store } = useStore()
  const settings = useQuery(api.weather.settings.queryOptions({ input: { storeId: store.id }, staleTime: 0 }))
  if (settings.data && !settings.isFetching) return <SettingsForm settings={settings.data} onDone={onDone} />
  return (
    <Modal open title={t.settingsTitle} footer={null} onCancel={onDone} width={560}>
      {settings.isError ? (
        <ErrorState error={settings.error} retry={() => void settings.refetch()} />
      ) : (
        <LoadingState rows={5} />
      )}
    </Modal>
  )
}

function SettingsForm({ settings, onDone }: { settings: Settings; onDone: () => void }) {
  const t = useTexts(weatherTexts)
  const { store } = useStore()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(settings)
  const [key, setKey] = useState('')
  const change = (part: Partial<Settings>) => setDraft({ ...draft, ...part })
  const save = useMutation({
    mutationFn: () => {
      const { keySet: _, ...rest } = draft
      return client.weather.updateSettings({ storeId: store.id, ...rest, ...(key ? { key } : {}) })
    },
    onError: () => undefined,
    onSuccess: async () => {
      notify('success', t.saved)
      await queries.invalidateQueries({ queryKey: api.weather.key() })
      onDone()
    },
  })
  const wrong = fieldProblems(save.error)
  const general = save.isError && Object.keys(wrong).length === 0 ? problemText(save.error) : undefined
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    save.mutate()
  }
  const connected = draft.provider === 'qweather'
  return (
    <Modal
      open
      title={t.settingsTitle}
      okText={t.save}
      cancelText={t.back}
      confirmLoading={save.isPending}
      onOk={() => submit()}
      onCancel={onDone}
      width={560}
    >
      <form onSubmit={submit} className="weather-form" noValidate>
        <Field label={t.region} wide hint={t.areaHint} wrong={wrong.region ?? general}>
          <Input value={draft.region} maxLength={60} onChange={(event) => change({ region: event.target.value })} />
        </Field>
        <div className="settings-field settings-field-wide">
          <span className="muted">{t.provider}</span>
          <Segmented<Settings['provider']>
            aria-label={t.provider}
            value={draft.provider}
            onChange={(provider) => change({ provider })}
            options={(['none', 'qweather'] as const).map((value) => ({ value, label: t.providers[value] }))}
          />
        </div>
        {connected ? (
          <>
            <Field label={t.host} wide hint={t.hostHint} wrong={wrong.host}>
              <Input
                value={draft.host}
                maxLength={120}
                onChange={(event) => change({ host: event.target.value.trim() })}
              />
            </Field>
            <Field label={t.key} wide hint={settings.keySet ? t.keySet : undefined} wrong={wrong.key}>
              <Input.Password
                value={key}
                maxLength={200}
                autoComplete="off"
                onChange={(event) => setKey(event.target.value.trim())}
              />
            </Field>
            <Field label={t.latitude} wrong={wrong.latitude}>
              <InputNumber
                style={{ width: '100%' }}
                min={-90}
                max={90}
                step={0.01}
                value={draft.latitude}
                onChange={(latitude) => change({ latitude })}
              />
            </Field>
            <Field label={t.longitude} wrong={wrong.longitude}>
              <InputNumber
                style={{ width: '100%' }}
                min={-180}
                max={180}
                step={0.01}
                value={draft.longitude}
                onChange={(longitude) => change({ longitude })}
              />
            </Field>
          </>
        ) : null}
        <button type="submit" hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}
