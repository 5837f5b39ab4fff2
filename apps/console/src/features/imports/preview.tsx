import { useLocale, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import type { ImportJob } from './kinds.ts'
import { texts } from './texts.ts'

const chip = { create: 'chip-success', update: 'chip-info', unchanged: '', reject: 'chip-danger' } as const

/** The first rows as they would be stored. */
export function Preview({ job }: { job: ImportJob }) {
  const t = useTexts(texts)
  const english = useLocale() === 'en'
  if (job.preview.length === 0) return null
  const keys = [...new Set(job.preview.flatMap((row) => Object.keys(row.values)))]
  const nameOf = (key: string) => {
    const field = job.fields.find((one) => one.key === key)
    return field ? (english ? field.en : field.zh) : key
  }
  return (
    <Panel title={t.preview} flush>
      <table className="list-table preview">
        <thead>
          <tr>
            <th scope="col" className="cell-number">
              {t.row}
            </th>
            <th scope="col">{t.column.state}</th>
            {keys.map((key) => (
              <th key={key} scope="col">
                {nameOf(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {job.preview.map((row) => (
            <tr key={row.row}>
              <td className="cell-number num">{row.row}</td>
              <td>
                <span className={`chip ${chip[row.action]}`}>{t.action[row.action]}</span>
              </td>
              {keys.map((key) => (
                <td key={key} className="preview-cell">
                  {row.values[key] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}
