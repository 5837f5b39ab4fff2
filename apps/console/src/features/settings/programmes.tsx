import { useQuery } from '@tanstack/react-query'
import { Button, Switch } from 'antd'
import { useState } from 'react'
import { api, client, fieldProblems } from '../../app/api.ts'
import { useLocale, useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { word, words } from '../../app/words.ts'
import { SaveBar, useSaveDraft } from './draft.tsx'
import { type ProgrammeValue, ValueRow } from './programme-value.tsx'
import { settingTexts } from './texts.ts'

type Programme = Awaited<ReturnType<typeof client.settings.programmes>>[number]
type Value = ProgrammeValue['value']
/** The values by key, and whether the programme is on: flat, so that each is kept or taken over by itself. */
type Form = Readonly<Record<string, Value>>
const switchKey = 'enabled'

/** Values of each programme, the form drawn from what the programme declares. */
export function ProgrammeSettings() {
  const { store } = useStore()
  const programmes = useQuery(api.settings.programmes.queryOptions({ input: { storeId: store.id } }))
  if (programmes.isPending) return <LoadingState rows={10} />
  if (programmes.isError) return <ErrorState error={programmes.error} retry={() => void programmes.refetch()} />
  return <Programmes programmes={programmes.data} />
}

const groups = ['reminders', 'relation', 'follow-up'] as const

/** The list by kind and the form of the one chosen; the other forms stay in the page, so that nothing typed is lost. */
function Programmes({ programmes }: { programmes: readonly Programme[] }) {
  const t = useTexts(settingTexts)
  const w = useTexts(words)
  const [chosen, choose] = useState(programmes[0]?.programme)
  return (
    <div className="programmes">
      <nav className="programmes-list" aria-label={t.programmes}>
        {groups.map((group) => (
          <section key={group} aria-label={t.programmeGroup[group]}>
            <h3>{t.programmeGroup[group]}</h3>
            {programmes
              .filter((one) => one.group === group)
              .map((one) => (
                <button
                  key={one.programme}
                  type="button"
                  aria-current={one.programme === chosen ? 'true' : undefined}
                  onClick={() => choose(one.programme)}
                >
                  <span>{word(w.programme, one.programme)}</span>
                  {one.enabled ? null : <span className="chip">{t.disabled}</span>}
                </button>
              ))}
          </section>
        ))}
      </nav>
      <div className="programmes-form">
        {programmes.map((one) => (
          <div key={one.programme} hidden={one.programme !== chosen}>
            <ProgrammeForm programme={one} />
          </div>
        ))}
      </div>
    </div>
  )
}

function ProgrammeForm({ programme }: { programme: Programme }) {
  const t = useTexts(settingTexts)
  const locale = useLocale()
  const { store, may } = useStore()
  const saved: Form = {
    ...Object.fromEntries(programme.values.map((one) => [one.key, one.value])),
    [switchKey]: programme.enabled,
  }
  const draft = useDraft<Form>(saved, programme.version)
  const query = api.settings.programmes.queryOptions({ input: { storeId: store.id } })
  const { error, bar } = useSaveDraft(draft, {
    queryKey: query.queryKey,
    save: ({ [switchKey]: enabled, ...values }: Form, version) =>
      client.settings.updateProgramme({
        storeId: store.id,
        programme: programme.programme,
        enabled: enabled === true,
        values,
        version,
      }),
    placed: (next, all: readonly Programme[] | undefined) =>
      all?.map((one) => (one.programme === next.programme ? next : one)),
  })
  const form = draft.value
  const on = form[switchKey] === true
  const wrong = fieldProblems(error)
  const off = !may('setting.edit')
  const name = locale === 'en' ? programme.en : programme.zh
  const set = (key: string, value: Value) => draft.change({ [key]: value })
  const defaults = Object.fromEntries(programme.values.map((one) => [one.key, one.default]))
  const changed = programme.values.some((one) => form[one.key] !== one.default)
  return (
    <Panel
      title={name}
      flush
      className="settings-programme"
      extra={
        <>
          {changed && !off ? (
            <Button size="small" type="text" onClick={() => draft.change(defaults)}>
              {t.allDefaults}
            </Button>
          ) : null}
          <Switch
            checked={on}
            disabled={off}
            aria-label={t.enable({ name })}
            checkedChildren={t.enabled}
            unCheckedChildren={t.disabled}
            onChange={(enabled) => set(switchKey, enabled)}
          />
        </>
      }
    >
      {programme.values.length > 0 ? (
        <table className="plain-table settings-values">
          <thead>
            <tr>
              <th scope="col">{t.setting}</th>
              <th scope="col">{t.value}</th>
              <th scope="col">{t.range}</th>
              <th scope="col">{t.standard}</th>
              <th scope="col">{t.source}</th>
            </tr>
          </thead>
          <tbody>
            {programme.values.map((one) => (
              <ValueRow
                key={one.key}
                declared={one}
                value={form[one.key] ?? one.default}
                off={off || !on}
                wrong={wrong[`values.${one.key}`]}
                onChange={(value) => set(one.key, value)}
              />
            ))}
          </tbody>
        </table>
      ) : null}
      <SaveBar {...bar} />
    </Panel>
  )
}
