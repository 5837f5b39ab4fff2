import { Link } from '@tanstack/react-router'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { careWords, word } from '../calls/words.ts'
import { boardTexts } from './texts.ts'

interface Progress {
  readonly programme: string
  readonly due: number
  readonly done: number
  readonly attempting: number
  readonly open: number
  readonly failed: number
  readonly overdue: number
  readonly blocked: number
  readonly held: number
  readonly work: string
}

/** One bar a programme: done, being tried, failed, still open; overdue and blocked lead to their lists. */
export function Programmes({ programmes }: { programmes: readonly Progress[] }) {
  const t = useTexts(boardTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  const params = { storeCode: store.code }
  return (
    <ul className="board-programmes">
      {programmes.map((one) => {
        const share = one.due > 0 ? one.done / one.due : null
        const parts = [
          { key: 'done', value: one.done },
          { key: 'attempting', value: one.attempting },
          { key: 'failed', value: one.failed },
          { key: 'open', value: one.open },
        ] as const
        const all = parts.reduce((sum, part) => sum + part.value, 0)
        const said = parts.map((part) => `${t[part.key]} ${f.number(part.value)}`).join('，')
        return (
          <li key={one.programme}>
            <div className="board-programme-head">
              <strong>{word(words.programme, one.programme)}</strong>
              {one.work === 'call' ? null : <span className="mark">{word(t.work, one.work)}</span>}
              <span className="board-share num">{f.percent(share)}</span>
              <span className="muted num">
                {t.done} {f.number(one.done)} / {t.due} {f.number(one.due)}
              </span>
              <span className="board-links">
                {one.overdue > 0 ? (
                  <Link to="/s/$storeCode/calls" params={params} className="mark mark-danger">
                    {t.overdue} {f.number(one.overdue)}
                  </Link>
                ) : null}
                {one.held > 0 ? (
                  <span className="mark mark-info">
                    {t.held} {f.number(one.held)}
                  </span>
                ) : null}
                {one.blocked > 0 ? (
                  <Link
                    to="/s/$storeCode/calls"
                    params={params}
                    search={{ tab: 'numbers' }}
                    className="mark mark-warning"
                  >
                    {t.blocked} {f.number(one.blocked)}
                  </Link>
                ) : null}
              </span>
            </div>
            <div className="board-bar" role="img" aria-label={said}>
              {parts.map((part) =>
                part.value > 0 ? (
                  <span key={part.key} data-part={part.key} style={{ flexGrow: part.value / Math.max(1, all) }} />
                ) : null,
              )}
            </div>
            <dl className="board-legend">
              {parts.map((part) => (
                <div key={part.key}>
                  <dt>
                    <i data-part={part.key} aria-hidden="true" />
                    {t[part.key]}
                  </dt>
                  <dd className="num">{f.number(part.value)}</dd>
                </div>
              ))}
            </dl>
          </li>
        )
      })}
    </ul>
  )
}
