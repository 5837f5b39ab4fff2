import type { client } from '../../app/api.ts'
import { Chart } from '../../app/chart.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { careWords, word } from '../calls/words.ts'
import { columns, rates, shareOf, totalOf } from './figures.ts'
import { ShareTable } from './share-table.tsx'
import { analysisTexts } from './texts.ts'

type Analysis = Awaited<ReturnType<typeof client.care.analysis>>

/** Figures with their definitions, the chart, the table behind it, reasons, and who served the others. */
export function Report({ analysis }: { analysis: Analysis }) {
  const t = useTexts(analysisTexts)
  const f = useFormat()
  const total = totalOf(analysis.rows)
  const series = (['due', 'reminded', 'reached', 'booked', 'returned'] as const).map((one) => ({
    name: t[one],
    values: analysis.rows.map((row) => row[one]),
  }))
  const definitions = [t.defDue, t.defReminded, t.defReached, t.defBooked, t.defReturned, t.defFailed, t.defElsewhere]
  return (
    <>
      <section aria-label={t.figures}>
        <dl className="analysis-figures">
          {rates.map(({ rate, define, over, under }) => (
            <div key={rate} className="panel">
              <dt>{t[rate]}</dt>
              <dd>
                <span className="analysis-rate num">{f.percent(shareOf(total[over], total[under]))}</span>
                <span className="num">
                  {f.number(total[over])} / {f.number(total[under])}
                </span>
                <span className="muted">{t[define]}</span>
              </dd>
            </div>
          ))}
        </dl>
        <details className="analysis-definitions">
          <summary>{t.definitions}</summary>
          <ul>
            {definitions.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </details>
      </section>
      <Panel>
        <Chart
          title={t.chart}
          categoryTitle={t.period}
          categories={analysis.rows.map((row) => row.period)}
          series={series}
          height={300}
          texts={t}
        />
      </Panel>
      <Panel title={t.table} flush>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t.period}</th>
              {columns.map((one) => (
                <th key={one} scope="col" className="figure">
                  {t[one]}
                </th>
              ))}
              <th scope="col" className="figure">
                {t.returnRate}
              </th>
            </tr>
          </thead>
          <tbody>
            {analysis.rows.map((row) => (
              <tr key={row.period}>
                <th scope="row" title={`${row.from} – ${row.to}`}>
                  {row.period}
                </th>
                {columns.map((one) => (
                  <td key={one} className="figure">
                    {f.number(row[one])}
                  </td>
                ))}
                <td className="figure">{f.percent(shareOf(row.returned, row.reminded))}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t.total}</th>
              {columns.map((one) => (
                <td key={one} className="figure">
                  {f.number(total[one])}
                </td>
              ))}
              <td className="figure">{f.percent(shareOf(total.returned, total.reminded))}</td>
            </tr>
          </tfoot>
        </table>
      </Panel>
      <div className="analysis-columns">
        <Reasons reasons={analysis.reasons} />
        <Elsewhere shops={analysis.elsewhere} />
      </div>
    </>
  )
}

function Reasons({ reasons }: { reasons: Analysis['reasons'] }) {
  const t = useTexts(analysisTexts)
  const words = useTexts(careWords)
  return (
    <Panel title={t.reasons} flush>
      {reasons.length === 0 ? (
        <p className="analysis-none muted">{t.reasonsEmpty}</p>
      ) : (
        <ShareTable
          heading={t.reason}
          rows={reasons.map(({ outcome, count }) => ({ key: outcome, label: word(words.outcome, outcome), count }))}
        />
      )}
    </Panel>
  )
}

function Elsewhere({ shops }: { shops: Analysis['elsewhere'] }) {
  const t = useTexts(analysisTexts)
  const f = useFormat()
  return (
    <Panel title={t.servedElsewhere} flush>
      {shops.length === 0 ? (
        <p className="analysis-none muted">{t.servedElsewhereEmpty}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t.shop}</th>
              <th scope="col">{t.place}</th>
              <th scope="col" className="figure">
                {t.count}
              </th>
              <th scope="col" className="figure">
                {t.average}
              </th>
              <th scope="col">{t.why}</th>
            </tr>
          </thead>
          <tbody>
            {shops.map((one) => (
              <tr key={`${one.shop}${one.place ?? ''}`}>
                <th scope="row">{one.shop === '—' ? t.unknownShop : one.shop}</th>
                <td>{one.place ?? '—'}</td>
                <td className="figure">{f.number(one.count)}</td>
                <td className="figure">{f.fen(one.averageFen)}</td>
                <td className="analysis-why">{f.list(one.reasons) || '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
