import { PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { type Answers, api, client } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { MonthBar, useMonth } from '../../app/month-bar.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { BandPart, ChurnPart, RankedPart } from './base-part.tsx'
import { baseTexts } from './base-texts.ts'
import '../../app/print.css'
import '../../app/shapes.css'
import './analysis.css'

/** The base of a store month by month (BASE-05): what customers and vehicles are, and who came in the month. */
export default function BaseAnalysisPage() {
  const t = useTexts(baseTexts)
  const f = useFormat()
  const { store } = useStore()
  const [month, go] = useMonth()
  const latest = store.today.slice(0, 7)
  const future = month.toPlainYearMonth().toString() > latest
  const input = { storeId: store.id, month: month.toString() }
  const base = useQuery({
    ...api.baseAnalysis.month.queryOptions({ input }),
    enabled: !future,
    placeholderData: (before) => before,
  })
  const empty = !base.data || base.data.vehicles === 0
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          <span className="no-print analysis-actions">
            <ExportButton
              label={t.excel}
              said={t.exported}
              disabled={empty || future}
              make={() => client.baseAnalysis.export(input)}
            />
            <Button icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
              {t.print}
            </Button>
          </span>
        }
      />
      <p className="print-only">
        {[t.printedAt({ store: store.name, at: f.moment(new Date().toISOString()) }), f.month(input.month)].join(' · ')}
      </p>
      <MonthBar month={month} go={go} latest={latest}>
        <span className="muted">{base.data && !future ? t.asOf(f.day(base.data.asOf)) : ''}</span>
      </MonthBar>
      {future ? (
        <EmptyState title={t.future} text={t.futureText} />
      ) : base.isError && !base.data ? (
        <ErrorState error={base.error} retry={() => void base.refetch()} />
      ) : !base.data ? (
        <LoadingState rows={10} />
      ) : empty ? (
        <EmptyState title={t.empty} text={t.emptyText} />
      ) : (
        <Base base={base.data} />
      )}
    </>
  )
}

function Base({ base }: { base: Answers['baseAnalysis']['month'] }) {
  const t = useTexts(baseTexts)
  const f = useFormat()
  const ranked = ['model', 'region', 'source', 'occupation', 'industry', 'arrivalRegion', 'arrivalSource'] as const
  return (
    <>
      <section aria-label={t.figures}>
        <dl className="analysis-figures">
          {(['customers', 'vehicles', 'arrivals', 'visits'] as const).map((one) => (
            <div key={one} className="panel">
              <dt>{t[one]}</dt>
              <dd>
                <span className="analysis-rate num">{f.number(base[one])}</span>
                <span className="muted">{t[`${one}Hint`]}</span>
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <div className="base-bands">
        <BandPart name="age" part={base.parts.age} />
        <BandPart name="vehicleAge" part={base.parts.vehicleAge} />
      </div>
      <div className="base-parts">
        <ChurnPart part={base.parts.churn} />
        {ranked.map((name) => (
          <RankedPart key={name} name={name} part={base.parts[name]} />
        ))}
      </div>
    </>
  )
}
