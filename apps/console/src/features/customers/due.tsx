import type { Answers } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { texts } from './vehicle-texts.ts'

type Why = Answers['vehicles']['ofCustomer'][number]['due'][number]

/** When a care is due and why, in sentences; or why it is not due at all. */
export function Due({ why }: { why: Why }) {
  const t = useTexts(texts).due
  const w = useTexts(words)
  const format = useFormat()
  const { store } = useStore()
  const state = why.state === 'not-yet' ? t.state['not-yet'](format.day(why.opensOn)) : t.state[why.state]
  const reason = why.reason ? word(t.reason, why.reason) : null
  const late = why.dueOn !== null && why.dueOn < store.today && (why.state === 'due' || why.state === 'task-open')
  const chip = late ? 'chip-danger' : why.state === 'due' || why.state === 'task-open' ? 'chip-primary' : ''
  const anchor = why.anchorKind ? word(t.anchor, why.anchorKind) : null
  return (
    <div className="due">
      <div className="due-head">
        <strong>{word(w.programme, why.programme)}</strong>
        {why.dueOn ? <span className="due-day num">{t.on(format.day(why.dueOn))}</span> : null}
        <span className={`chip ${chip}`}>{why.state === 'excluded' && reason ? t.because(state, reason) : state}</span>
      </div>
      {why.dueOn ? (
        <ul className="due-why">
          {why.anchorOn && anchor && why.dueByTimeOn ? (
            <li className={why.by === 'time' ? 'due-decides' : ''}>
              {t.byTime(format.day(why.anchorOn), anchor, why.intervalMonths, format.day(why.dueByTimeOn))}
            </li>
          ) : null}
          {why.dueByMileageOn && why.dailyKm !== null ? (
            <li className={why.by === 'mileage' ? 'due-decides' : ''}>
              {t.byMileage(format.number(why.dailyKm), format.km(why.intervalKm), format.day(why.dueByMileageOn))}
              {why.confidence ? <span className="muted">{t.aside(t.confidence[why.confidence])}</span> : null}
            </li>
          ) : (
            <li className="muted">{t.byMileageUnknown}</li>
          )}
          {why.by && why.dueByMileageOn ? <li className="muted">{t.first[why.by]}</li> : null}
        </ul>
      ) : null}
    </div>
  )
}
