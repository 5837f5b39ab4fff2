import { CHURN_MONTHS_MOST, type ChurnBands } from '@changhui/rules/churn'
import { useQuery } from '@tanstack/react-query'
import { InputNumber } from 'antd'
import { type Answers, api, client, fieldProblems } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { words } from '../../app/words.ts'
import { churnTexts } from './churn-texts.ts'
import { SaveBar, useSaveDraft } from './draft.tsx'
import { Field } from './field.tsx'

type Settings = Answers['customers']['churnBands']

/** Months since the last visit in which each churn band ends (KEEP-01). */
export function ChurnSettings() {
  const { store } = useStore()
  const settings = useQuery(api.customers.churnBands.queryOptions({ input: { storeId: store.id } }))
  if (settings.isPending) return <LoadingState rows={6} />
  if (settings.isError) return <ErrorState error={settings.error} retry={() => void settings.refetch()} />
  return <ChurnForm settings={settings.data} />
}

const bands = [
  ['active', 'active'],
  ['drifting', 'drifting'],
  ['atRisk', 'at-risk'],
  ['lost', 'lost'],
] as const

function ChurnForm({ settings }: { settings: Settings }) {
  const t = useTexts(churnTexts)
  const w = useTexts(words)
  const { store, may } = useStore()
  const { version, ...saved } = settings
  const draft = useDraft<ChurnBands>(saved, version)
  const { queryKey } = api.customers.churnBands.queryOptions({ input: { storeId: store.id } })
  const { error, bar } = useSaveDraft(draft, {
    queryKey,
    save: (form, began) => client.customers.setChurnBands({ storeId: store.id, ...form, version: began }),
    placed: (next) => next,
    list: api.customers.key(),
  })
  const form = draft.value
  const wrong = fieldProblems(error)
  const starts = (at: number) => {
    const before = bands[at - 1]
    return before ? form[before[0]] : 0
  }
  return (
    <>
      <p className="settings-hint">{t.intro}</p>
      <Panel title={t.title}>
        <div className="settings-numbers">
          {bands.map(([field, band], at) => (
            <Field key={field} label={w.churnBand[band]} hint={t.hint(starts(at), form[field])} wrong={wrong[field]}>
              <InputNumber
                min={1}
                max={CHURN_MONTHS_MOST}
                precision={0}
                suffix={t.months}
                disabled={!may('setting.edit')}
                value={form[field]}
                onChange={(months) => (months === null ? undefined : draft.change({ [field]: months }))}
              />
            </Field>
          ))}
        </div>
        <p className="settings-hint">{t.beyond({ band: w.churnBand.dormant, months: form.lost })}</p>
      </Panel>
      <SaveBar {...bar} />
    </>
  )
}
