import { useFormat, useTexts } from '../../app/i18n.tsx'
import { shareOf } from './figures.ts'
import { analysisTexts } from './texts.ts'

interface ShareRow {
  readonly key: string
  readonly label: string
  readonly count: number
  /** Stands back: what is not known, and what was left together. */
  readonly quiet?: boolean
}

/** Values with their count and their share of all, drawn as a bar. */
export function ShareTable({ heading, rows }: { heading: string; rows: readonly ShareRow[] }) {
  const t = useTexts(analysisTexts)
  const f = useFormat()
  const all = rows.reduce((sum, one) => sum + one.count, 0)
  return (
    <table className="plain-table share-table">
      <thead>
        <tr>
          <th scope="col">{heading}</th>
          <th scope="col" className="figure">
            {t.count}
          </th>
          <th scope="col">{t.share}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.key} data-quiet={one.quiet ?? false}>
            <th scope="row">{one.label}</th>
            <td className="figure">{f.number(one.count)}</td>
            <td>
              <span className="analysis-share">
                <i style={{ width: `${(one.count / Math.max(1, all)) * 100}px` }} aria-hidden="true" />
                {f.percent(shareOf(one.count, all))}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
