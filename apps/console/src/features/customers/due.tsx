import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { DueReasons } from './due-reasons.tsx'
import { dueTexts } from './due-texts.ts'
import type { Why } from './shape.ts'

/** What is nearest first: work at hand, then what comes, then what this round has had. */
const rank: Readonly<Record<Why['state'], number>> = {
  'task-open': 0,
  due: 0,
  'not-yet': 1,
  'task-closed': 2,
  'too-late': 3,
  excluded: 3,
}
const byNearness = (a: Why, b: Why): number =>
  rank[a.state] - rank[b.state] || (a.dueOn ?? '9').localeCompare(b.dueOn ?? '9')

/** Every care of a car or a customer with its day: each opens to why it is then; those not due stand behind one line. */
export function DueList({ due }: { due: readonly Why[] }) {
  const t = useTexts(dueTexts)
  const w = useTexts(words)
  const sorted = due.toSorted(byNearness)
  const shown = sorted.filter((one) => rank[one.state] < 3)
  const hidden = sorted.filter((one) => rank[one.state] === 3)
  return (
    <section className="due-list" aria-label={t.title}>
      {shown.map((why, at) => (
        <Due key={`${why.programme} ${why.dueOn}`} why={why} open={at === 0} />
      ))}
      {hidden.length > 0 ? (
        <details className="due-others" open={shown.length === 0}>
          <summary>{t.others(hidden.length)}</summary>
          <dl className="facts">
            {hidden.map((why) => (
              <div key={`${why.programme} ${why.dueOn}`}>
                <dt>{word(w.programme, why.programme)}</dt>
                <dd>{why.reason ? word(t.reason, why.reason) : stateText(why)}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </section>
  )

  function stateText(why: Why): string {
    return why.state === 'not-yet' ? '' : t.state[why.state]
  }
}

/** A birthday or a festival falls on its day and is not due by then. */
const isOneDay = (why: Why): boolean => why.opensOn === why.dueOn && why.closesOn === why.dueOn

function Due({ why, open }: { why: Why; open: boolean }) {
  const t = useTexts(dueTexts)
  const w = useTexts(words)
  const format = useFormat()
  const { store } = useStore()
  const state = why.state === 'not-yet' ? t.state['not-yet'](format.day(why.opensOn)) : t.state[why.state]
  const now = why.state === 'due' || why.state === 'task-open'
  const late = why.dueOn !== null && why.dueOn < store.today && now && why.work === 'call'
  const chip = late ? 'chip-danger' : now ? 'chip-primary' : ''
  return (
    <details className="due" open={open}>
      <summary className="due-head">
        <strong>{word(w.programme, why.programme)}</strong>
        {why.dueOn ? (
          <span className="due-day num">
            {why.work === 'message' || isOneDay(why) ? format.day(why.dueOn) : t.on(format.day(why.dueOn))}
          </span>
        ) : null}
        <span className={`chip ${chip}`}>{why.work === 'reception' && now ? t.reception : state}</span>
      </summary>
      <DueReasons why={why} />
    </details>
  )
}
