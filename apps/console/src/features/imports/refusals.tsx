import { importReasons } from '@changhui/contract/import-reasons'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import type { Refusal } from './kinds.ts'
import { texts } from './texts.ts'

const reasons: Readonly<Record<string, { zh: string; en: string }>> = importReasons

/** The server lists this many; the rest stands in the file of refused rows. */
const listedAtMost = 1_000

/** Refusals or warnings row by row: which column, why, and what stood there. */
export function Refusals({ title, list, total }: { title: string; list: readonly Refusal[]; total: number }) {
  const t = useTexts(texts)
  const format = useFormat()
  const locale = useLocale()
  if (list.length === 0) return null
  const reasonOf = (reason: string) => reasons[reason]?.[locale === 'en' ? 'en' : 'zh'] ?? reason
  return (
    <Panel title={`${title} (${format.number(total)})`} flush>
      {list.length >= listedAtMost ? (
        <p className="muted refusals-more">{t.first(format.number(list.length))}</p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard */}
      <section className="refusals" aria-label={title} tabIndex={0}>
        <table className="list-table">
          <thead>
            <tr>
              <th scope="col" className="cell-number">
                {t.row}
              </th>
              <th scope="col">{t.columnName}</th>
              <th scope="col">{t.reason}</th>
              <th scope="col">{t.value}</th>
            </tr>
          </thead>
          <tbody>
            {list.map((one) => (
              <tr key={`${one.row}-${one.column}-${one.reason}-${one.value}`}>
                <td className="cell-number num">{one.row}</td>
                <td>{one.column}</td>
                <td>{reasonOf(one.reason)}</td>
                <td className="refusal-value">{one.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  )
}
