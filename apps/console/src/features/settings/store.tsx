import { useQuery } from '@tanstack/react-query'
import { Input, Switch } from 'antd'
import { api, client, fieldProblems } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { careWords } from '../calls/words.ts'
import { SaveBar, useSaveDraft } from './draft.tsx'
import { Field } from './field.tsx'
import { SpanInput } from './span-input.tsx'
import { settingTexts } from './texts.ts'

type Settings = Awaited<ReturnType<typeof client.settings.store>>
type Form = Omit<Settings, 'version' | 'timeZone'>
const parts = ['morning', 'midday', 'afternoon'] as const

/** Store, opening hours by weekday, parts of the day for calls (ORG-03, CARE-14). */
export function StoreSettings() {
  const { store } = useStore()
  const settings = useQuery(api.settings.store.queryOptions({ input: { storeId: store.id } }))
  if (settings.isPending) return <LoadingState rows={10} />
  if (settings.isError) return <ErrorState error={settings.error} retry={() => void settings.refetch()} />
  return <StoreForm settings={settings.data} />
}

function StoreForm({ settings }: { settings: Settings }) {
  const t = useTexts(settingTexts)
  const words = useTexts(careWords)
  const { store, may } = useStore()
  const { version, timeZone, ...saved } = settings
  const draft = useDraft<Form>(saved, version)
  const { queryKey } = api.settings.store.queryOptions({ input: { storeId: store.id } })
  const { error, bar } = useSaveDraft(draft, {
    queryKey,
    save: (form, began) => client.settings.updateStore({ storeId: store.id, ...form, version: began }),
    placed: (next) => next,
  })
  const form = draft.value
  const wrong = fieldProblems(error)
  const off = !may('setting.edit')
  const set = draft.change
  const hours = (change: Partial<Form['hours']>) => set({ hours: { ...form.hours, ...change } })
  return (
    <>
      <Panel title={t.storePanel}>
        <div className="settings-fields">
          <Field label={t.storeName} wrong={wrong.name}>
            <Input
              value={form.name}
              maxLength={80}
              disabled={off}
              onChange={(event) => set({ name: event.target.value })}
            />
          </Field>
          <Field label={t.storePhone} wrong={wrong.phone}>
            <Input
              value={form.phone ?? ''}
              maxLength={40}
              disabled={off}
              onChange={(event) => set({ phone: event.target.value || null })}
            />
          </Field>
          <Field label={t.storeAddress} wrong={wrong.address} wide>
            <Input
              value={form.address ?? ''}
              maxLength={200}
              disabled={off}
              onChange={(event) => set({ address: event.target.value || null })}
            />
          </Field>
          <Field label={t.timeZone}>
            <Input value={timeZone} disabled />
          </Field>
        </div>
      </Panel>
      <Panel title={t.hoursPanel}>
        <ul className="settings-week">
          {t.weekdays.map((weekday, i) => {
            const span = form.hours.week[i] ?? null
            const change = (next: typeof span) =>
              hours({ week: form.hours.week.map((one, at) => (at === i ? next : one)) })
            return (
              <li key={weekday}>
                <span className="settings-weekday">{weekday}</span>
                <Switch
                  checked={span !== null}
                  disabled={off}
                  checkedChildren={t.open}
                  unCheckedChildren={t.closed}
                  aria-label={`${weekday} ${t.open}`}
                  onChange={(open) => change(open ? { from: '08:30', to: '17:30' } : null)}
                />
                {span ? (
                  <SpanInput
                    name={weekday}
                    span={span}
                    off={off}
                    onChange={change}
                    wrong={wrong}
                    field={`hours.week.${i}`}
                  />
                ) : (
                  <span className="muted">{t.closed}</span>
                )}
              </li>
            )
          })}
        </ul>
        <div className="settings-switch">
          <Switch
            id="closed-on-holidays"
            checked={form.hours.closedOnHolidays}
            disabled={off}
            onChange={(closedOnHolidays) => hours({ closedOnHolidays })}
          />
          <label htmlFor="closed-on-holidays">{t.holidays}</label>
          <span className="muted">{t.holidaysHint}</span>
        </div>
      </Panel>
      <Panel title={t.partsPanel}>
        <p className="settings-hint">{t.partsHint}</p>
        <ul className="settings-week">
          {parts.map((part, i) => {
            const span = form.hours.parts[i]
            if (!span) return null
            const change = (next: typeof span) =>
              hours({ parts: form.hours.parts.map((one, at) => (at === i ? next : one)) })
            return (
              <li key={part}>
                <span className="settings-weekday">{words.part[part]}</span>
                <SpanInput
                  name={words.part[part]}
                  span={span}
                  off={off}
                  onChange={change}
                  wrong={wrong}
                  field={`hours.parts.${i}`}
                />
              </li>
            )
          })}
        </ul>
      </Panel>
      <SaveBar {...bar} />
    </>
  )
}
