import { useFormat, useTexts } from '../../app/i18n.tsx'
import { word } from '../../app/words.ts'
import { dueTexts } from './due-texts.ts'
import type { Why } from './shape.ts'

/** The reasons of one due day: what it counts from, which of time and mileage decides, the law or the policies behind it, its window. */
export function DueReasons({ why }: { why: Why }) {
  const t = useTexts(dueTexts)
  const format = useFormat()
  const [opens, callBy, closes] = [why.opensOn, why.callBy, why.closesOn].map((day) => format.day(day))
  const day = (key: string) => (typeof why.facts[key] === 'string' ? format.day(why.facts[key]) : null)
  const code = (key: string) => (typeof why.facts[key] === 'string' ? why.facts[key] : null)
  const [rule, kind, exception] = ['rule', 'kind', 'exception'].map(code)
  const policies = Array.isArray(why.facts.policies) ? why.facts.policies.map(String) : []
  const { delivered, registered, stated } = {
    delivered: day('deliveredOn'),
    registered: day('registeredOn'),
    stated: day('statedOn'),
  }
  return (
    <ul className="due-why">
      {why.intervalMonths === null ? <Dates why={why} /> : <Interval why={why} />}
      {delivered ? <li>{t.delivered(delivered)}</li> : null}
      {policies.length > 0 ? <li>{t.policies(policies.map((one) => word(t.policy, one)))}</li> : null}
      {stated ? <li className="due-decides">{t.stated(stated)}</li> : null}
      {registered ? <li>{t.registered(registered)}</li> : null}
      {rule ? (
        <li className="due-decides">
          {word(t.law, rule)}
          {exception ? t.aside(word(t.exception, exception)) : null}
        </li>
      ) : null}
      {kind && rule ? <li>{word(t.inspectionKind, kind)}</li> : null}
      {why.work === 'call' && opens && callBy && closes ? (
        <li className="muted">{t.window(opens, callBy, closes)}</li>
      ) : null}
      {why.work === 'message' && opens && closes ? <li className="muted">{t.windowMessage(opens, closes)}</li> : null}
    </ul>
  )
}

/** A service: so many months or kilometres after the last one, whichever is first. */
function Interval({ why }: { why: Why }) {
  const t = useTexts(dueTexts)
  const format = useFormat()
  const anchor = why.anchorKind ? word(t.anchor, why.anchorKind) : null
  return (
    <>
      {why.anchorOn && anchor && why.dueByTimeOn && why.intervalMonths !== null ? (
        <li className={why.by === 'time' ? 'due-decides' : ''}>
          {t.byTime(format.day(why.anchorOn), anchor, why.intervalMonths, format.day(why.dueByTimeOn))}
        </li>
      ) : null}
      {why.dueByMileageOn && why.dailyKm !== null && why.intervalKm !== null ? (
        <li className={why.by === 'mileage' ? 'due-decides' : ''}>
          {t.byMileage(format.number(why.dailyKm), format.km(why.intervalKm), format.day(why.dueByMileageOn))}
          {why.confidence ? <span className="muted">{t.aside(t.confidence[why.confidence])}</span> : null}
        </li>
      ) : (
        <li className="muted">{t.byMileageUnknown}</li>
      )}
      {(why.by === 'time' || why.by === 'mileage') && why.dueByMileageOn ? (
        <li className="muted">{t.first[why.by]}</li>
      ) : null}
    </>
  )
}

/** A date that stands by itself, and the day on which the mileage is predicted to be driven. */
function Dates({ why }: { why: Why }) {
  const t = useTexts(dueTexts)
  const format = useFormat()
  return (
    <>
      {why.dueByTimeOn ? (
        <li className={why.by === 'time' ? 'due-decides' : ''}>{t.byTimeOnly(format.day(why.dueByTimeOn))}</li>
      ) : null}
      {why.dueByMileageOn ? (
        <li className={why.by === 'mileage' ? 'due-decides' : ''}>{t.byMileageOnly(format.day(why.dueByMileageOn))}</li>
      ) : null}
    </>
  )
}
