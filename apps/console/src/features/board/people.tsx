import { useFormat, useTexts } from '../../app/i18n.tsx'
import { boardTexts } from './texts.ts'

interface Person {
  readonly userId: string | null
  readonly name: string
  readonly calls: number
  readonly reached: number
  readonly booked: number
  readonly done: number
  readonly lastCallAt: string | null
  readonly calling: string | null
}

/** What each person has done today, and whom they are calling now. */
export function People({ people }: { people: readonly Person[] }) {
  const t = useTexts(boardTexts)
  const f = useFormat()
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">{t.colName}</th>
          {[t.colCalls, t.colReached, t.colRate, t.colBooked, t.colDone].map((title) => (
            <th key={title} scope="col" className="figure">
              {title}
            </th>
          ))}
          <th scope="col">{t.colLast}</th>
          <th scope="col">{t.colCalling}</th>
        </tr>
      </thead>
      <tbody>
        {people.map((one) => (
          <tr key={one.userId ?? one.name}>
            <th scope="row">{one.name || t.system}</th>
            <td className="figure">{f.number(one.calls)}</td>
            <td className="figure">{f.number(one.reached)}</td>
            <td className="figure">{f.percent(one.calls > 0 ? one.reached / one.calls : null)}</td>
            <td className="figure">{f.number(one.booked)}</td>
            <td className="figure">{f.number(one.done)}</td>
            <td className="num">{f.time(one.lastCallAt)}</td>
            <td>{one.calling ? <span className="mark mark-primary">{one.calling}</span> : '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
