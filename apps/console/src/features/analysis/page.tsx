import { PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Alert, Button, Segmented, Select } from 'antd'
import { api, client } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { careWords, word } from '../calls/words.ts'
import { lastMonths } from './figures.ts'
import { Report } from './report.tsx'
import { analysisTexts } from './texts.ts'
import '../../app/print.css'
import '../../app/shapes.css'
import './analysis.css'

interface Chosen {
  readonly programme: string
  readonly by: 'week' | 'month'
  readonly from: string
  readonly to: string
}

/** Weekly or monthly analysis of a programme (CARE-17); the choice lives in the address, so it can be passed on. */
export default function AnalysisPage() {
  const t = useTexts(analysisTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  const programmes = useQuery(api.settings.programmes.queryOptions({ input: { storeId: store.id } }))
  const usual = programmes.data?.find((one) => one.programme === 'regular-service') ?? programmes.data?.[0]
  const [chosen, choose] = useChosen(usual?.programme)
  const input = { storeId: store.id, ...chosen }
  const rangeWrong = chosen.from > chosen.to
  const analysis = useQuery({
    ...api.care.analysis.queryOptions({ input }),
    enabled: chosen.programme !== '' && !rangeWrong,
    placeholderData: (before) => before,
  })
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          <span className="no-print analysis-actions">
            <ExportButton label={t.excel} disabled={!analysis.data} make={() => client.care.analysisExport(input)} />
            <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
              {t.print}
            </Button>
          </span>
        }
      />
      <p className="print-only">
        {[
          t.printedAt({ store: store.name, at: f.moment(new Date().toISOString()) }),
          word(words.programme, chosen.programme),
          `${chosen.from} – ${chosen.to}`,
        ].join(' · ')}
      </p>
      <div className="analysis-filters no-print">
        <Select
          aria-label={t.programme}
          className="analysis-programme"
          value={chosen.programme || undefined}
          loading={programmes.isPending}
          onChange={(programme) => choose({ programme })}
          showSearch={{ optionFilterProp: 'label' }}
          options={(['reminders', 'relation', 'follow-up'] as const).map((group) => ({
            label: t.group[group],
            options: (programmes.data ?? [])
              .filter((one) => one.group === group)
              .map(({ programme }) => ({ value: programme, label: word(words.programme, programme) })),
          }))}
        />
        <Segmented<'week' | 'month'>
          aria-label={t.by}
          value={chosen.by}
          onChange={(by) => choose({ by })}
          options={[
            { value: 'week', label: t.byWeek },
            { value: 'month', label: t.byMonth },
          ]}
        />
        <span className="analysis-range">
          <span className="day-box">
            <DayInput
              label={t.from}
              value={chosen.from}
              max={chosen.to}
              onChange={(from) => from && choose({ from })}
            />
          </span>
          –
          <span className="day-box">
            <DayInput label={t.to} value={chosen.to} min={chosen.from} onChange={(to) => to && choose({ to })} />
          </span>
        </span>
        <span>
          {([3, 6, 12] as const).map((months) => (
            <Button key={months} type="text" size="small" onClick={() => choose(lastMonths(store.today, months))}>
              {t[`last${months}`]}
            </Button>
          ))}
        </span>
      </div>
      {rangeWrong ? (
        <Alert type="warning" showIcon title={t.rangeWrong} />
      ) : programmes.isError ? (
        <ErrorState error={programmes.error} retry={() => void programmes.refetch()} />
      ) : programmes.isSuccess && programmes.data.length === 0 ? (
        <EmptyState title={t.noProgramme} />
      ) : analysis.isError && !analysis.data ? (
        <ErrorState error={analysis.error} retry={() => void analysis.refetch()} />
      ) : !analysis.data ? (
        <LoadingState rows={10} />
      ) : analysis.data.rows.every((row) => row.due === 0) ? (
        <EmptyState title={t.empty} text={t.emptyText} />
      ) : (
        <Report analysis={analysis.data} />
      )}
    </>
  )
}

/** The choice in the address, with sensible beginnings: regular service, months, the last six of them. */
function useChosen(firstProgramme: string | undefined): [Chosen, (change: Partial<Chosen>) => void] {
  const { store } = useStore()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const usual = lastMonths(store.today, 6)
  const day = (value: unknown, otherwise: string) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : otherwise
  const chosen: Chosen = {
    programme: typeof search.programme === 'string' ? search.programme : (firstProgramme ?? ''),
    by: search.by === 'week' ? 'week' : 'month',
    from: day(search.from, usual.from),
    to: day(search.to, usual.to),
  }
  const choose = (change: Partial<Chosen>) =>
    void navigate({ to: '.', search: { ...chosen, ...change }, replace: true })
  return [chosen, choose]
}
