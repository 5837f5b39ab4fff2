import { PURPOSES } from '@changhui/rules/gate'
import { useQuery } from '@tanstack/react-query'
import { InputNumber, Select, Switch } from 'antd'
import { type Answers, api, client, fieldProblems } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { words } from '../../app/words.ts'
import { SaveBar, useSaveDraft } from './draft.tsx'
import { Field } from './field.tsx'
import { GateCaps } from './gate-caps.tsx'
import { gateTexts } from './gate-texts.ts'
import { SpanInput } from './span-input.tsx'
import './gate.css'

type Settings = Answers['messages']['gate']
type Form = Omit<Settings, 'version'>

/** Quiet hours, caps and cool-downs of the one contact gate (CARE-18). */
export function GateSettings() {
  const { store } = useStore()
  const settings = useQuery(api.messages.gate.queryOptions({ input: { storeId: store.id } }))
  if (settings.isPending) return <LoadingState rows={10} />
  if (settings.isError) return <ErrorState error={settings.error} retry={() => void settings.refetch()} />
  return <GateForm settings={settings.data} />
}

function GateForm({ settings }: { settings: Settings }) {
  const t = useTexts(gateTexts)
  const w = useTexts(words)
  const { store, may } = useStore()
  const { version, ...saved } = settings
  const draft = useDraft<Form>(saved, version)
  const { queryKey } = api.messages.gate.queryOptions({ input: { storeId: store.id } })
  const { error, bar } = useSaveDraft(draft, {
    queryKey,
    save: (form, began) => client.messages.setGate({ storeId: store.id, ...form, version: began }),
    placed: (next) => next,
  })
  const form = draft.value
  const wrong = fieldProblems(error)
  const off = !may('setting.edit')
  const spans = [
    { field: 'quiet', label: t.quiet, fallback: { from: '22:00', to: '08:00' } },
    { field: 'marketingQuiet', label: t.marketing, fallback: { from: '20:00', to: '08:00' } },
  ] as const
  return (
    <>
      <p className="settings-hint">{t.intro}</p>
      <Panel title={t.quietPanel}>
        <ul className="gate-spans">
          {spans.map(({ field, label, fallback }) => {
            const span = form[field]
            return (
              <li key={field}>
                <Switch
                  id={`gate-${field}`}
                  checked={span !== null}
                  disabled={off}
                  onChange={(on) => draft.change({ [field]: on ? fallback : null })}
                />
                <label htmlFor={`gate-${field}`}>{label}</label>
                {span ? (
                  <SpanInput
                    name={t.from(label)}
                    span={span}
                    off={off}
                    overnight
                    wrong={wrong}
                    field={field}
                    onChange={(next) => draft.change({ [field]: next })}
                  />
                ) : null}
              </li>
            )
          })}
        </ul>
        <p className="settings-hint">{t.quietHint}</p>
      </Panel>
      <Panel title={t.capsPanel}>
        <p className="settings-hint">{t.capsHint}</p>
        <GateCaps caps={form.caps} off={off} wrong={wrong} onChange={(caps) => draft.change({ caps })} />
      </Panel>
      <Panel title={t.coolPanel}>
        <p className="settings-hint">{t.coolHint}</p>
        <div className="settings-numbers">
          {PURPOSES.filter((purpose) => !form.uncapped.includes(purpose)).map((purpose) => (
            <Field key={purpose} label={w.contactPurpose[purpose]} wrong={wrong[`coolDownHours.${purpose}`]}>
              <InputNumber
                min={0}
                max={2_160}
                precision={0}
                suffix={t.hours}
                disabled={off}
                value={form.coolDownHours[purpose]}
                onChange={(hours) => draft.change({ coolDownHours: { ...form.coolDownHours, [purpose]: hours ?? 0 } })}
              />
            </Field>
          ))}
        </div>
        <Field label={t.uncapped} hint={t.uncappedHint} wide>
          <Select
            mode="multiple"
            disabled={off}
            value={form.uncapped}
            onChange={(uncapped) => draft.change({ uncapped })}
            options={PURPOSES.map((value) => ({ value, label: w.contactPurpose[value] }))}
          />
        </Field>
      </Panel>
      <SaveBar {...bar} />
    </>
  )
}
