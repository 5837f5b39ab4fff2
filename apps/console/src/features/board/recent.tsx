import { useFormat, useTexts } from '../../app/i18n.tsx'
import { careWords, word } from '../calls/words.ts'
import { boardTexts } from './texts.ts'

interface Call {
  readonly at: string
  readonly name: string
  readonly result: string
  readonly outcome: string | null
  readonly customerName: string
}

/** The latest calls of the day, newest first. */
export function Recent({ recent }: { recent: readonly Call[] }) {
  const t = useTexts(boardTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  return (
    <ol className="board-recent">
      {recent.map((one) => (
        <li key={`${one.at}${one.customerName}${one.result}`}>
          <span className="num muted">{f.time(one.at)}</span>
          <span className="board-recent-who">
            {one.customerName} <span className="muted">{one.name || t.system}</span>
          </span>
          <span className={one.result === 'reached' ? 'mark mark-primary' : 'mark'}>
            {word(words.outcome, one.outcome) || word(words.callResult, one.result)}
          </span>
        </li>
      ))}
    </ol>
  )
}
