import type { Answers } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { Wide } from '../../app/wide.tsx'
import { word } from '../../app/words.ts'
import { careWords } from '../calls/words.ts'
import { registerTexts } from './register-texts.ts'

/** One copy on A4: the head and the names of the columns on every page, no row cut in two. */
export function RegisterSheet({ register, copy }: { register: Answers['register']['day']; copy: string }) {
  const t = useTexts(registerTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  const { status, entries } = register
  const columns = Object.entries(t.column)
  return (
    <section className="register-sheet" aria-label={`${t.title} · ${copy}`}>
      <Wide>
        <table className="register-table">
          <thead>
            <tr>
              <th colSpan={columns.length} className="register-head" scope="colgroup">
                <span className="register-head-row">
                  <span className="register-title">{t.title}</span>
                  <span className="register-copy">{copy}</span>
                </span>
                <span className="register-head-row">
                  <span>
                    {store.name} · {t.of({ day: f.longDay(status.day) })} · {t.total({ n: f.number(entries.length) })}
                  </span>
                  <span>{t.printedAt({ at: f.moment(new Date().toISOString()) })}</span>
                </span>
              </th>
            </tr>
            <tr>
              {columns.map(([key, name]) => (
                <th key={key} scope="col" className={`register-${key}`}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, at) => (
              <tr key={entry.id}>
                <td className="num">{at + 1}</td>
                <td className="num">{entry.time ?? t.anyTime}</td>
                <td>{entry.customerName}</td>
                <td className="num">{entry.phone ?? '—'}</td>
                <td className="num">{entry.plate ?? '—'}</td>
                <td>{entry.model ?? '—'}</td>
                <td className="num">{entry.mileageKm === null ? '—' : f.number(entry.mileageKm)}</td>
                <td>{entry.programme ? word(words.programme, entry.programme) : t.otherWork}</td>
                <td>{entry.bookedByName ?? '—'}</td>
                <td>
                  {entry.note}
                  {entry.flags.length > 0 ? (
                    <strong className="register-flags">
                      {t.speakOf(entry.flags.map((flag) => word(words.programme, flag)))}
                    </strong>
                  ) : null}
                </td>
                <td className="register-box">{entry.state === 'kept' ? '☑' : '☐'}</td>
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <p className="register-foot">
        <span>
          {t.handed} {status.handedOverByName ? <u>{status.handedOverByName}</u> : '____________'}
        </span>
        <span>
          {t.received} {status.receivedBy ? <u>{status.receivedBy}</u> : '____________'}
        </span>
        <span>
          {t.when} {status.handedOverAt ? <u>{f.moment(status.handedOverAt)}</u> : '____________'}
        </span>
      </p>
    </section>
  )
}
