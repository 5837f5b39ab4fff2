import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Attempt, type AttemptFacts, DEFAULT_POLICY, type PhoneChoice } from './attemptPolicy.ts'
import {
  type AttemptDecision,
  type CallReport,
  decideAfterAttempt,
  decideFirstAttempt,
  insteadOfNow,
} from './attempts.ts'
import { DEFAULT_CALENDAR, DEFAULT_HOURS, dayOf, isOpen, type StoreCalendar } from './calendar.ts'
import { partOf } from './parts.ts'
import type { CallResult } from './words.ts'

const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').toInstant()
const shown = (moment: Temporal.Instant) =>
  moment.toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime().toString({ smallestUnit: 'minute' })
const call = (when: string, result: CallResult, phoneId = 'a'): Attempt => {
  const moment = at(when)
  return { at: moment, part: partOf(moment, DEFAULT_CALENDAR), phoneId, result }
}
const closedFrom = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => ({ day: `2026-11-${first + i}`, reason: 'x' }))
const one: PhoneChoice[] = [{ id: 'a', state: 'usable' }]
const two: PhoneChoice[] = [...one, { id: 'b', state: 'usable' }]

function after(report: CallReport, more: Partial<AttemptFacts> = {}): AttemptDecision {
  const base = { policy: DEFAULT_POLICY, calendar: DEFAULT_CALENDAR, now: report.at, phones: one, earlier: [] }
  return decideAfterAttempt({ ...base, ...more }, report)
}
const unanswered = (when: string, more: Partial<AttemptFacts> = {}, phoneId = 'a') =>
  after(call(when, 'no-answer', phoneId) as CallReport, more)
const told = (report: object): AttemptDecision =>
  after({ ...call('2026-11-20T10:00', 'reached'), ...report } as CallReport)
const brief = (decision: AttemptDecision) =>
  decision.next === 'retry'
    ? `${shown(decision.at)} ${decision.part} ${decision.phoneId}`
    : decision.next === 'other-phone'
      ? `other ${decision.phoneId}`
      : decision.next

describe('unanswered calls (CARE-14)', () => {
  it('tries three times on three days in three parts, then sends the message', () => {
    const first = call('2026-11-20T10:00', 'no-answer')
    const second = call('2026-11-21T11:30', 'busy')
    expect(brief(unanswered('2026-11-20T10:00'))).toBe('2026-11-21T11:30 midday a')
    expect(brief(unanswered('2026-11-21T11:30', { earlier: [first] }))).toBe('2026-11-22T14:30 afternoon a')
    expect(unanswered('2026-11-22T14:30', { earlier: [first, second] })).toEqual({
      next: 'message-and-fail',
      channel: 'sms',
    })
  })
  it('puts two tries on one day when the days would not do', () => {
    const weekend: StoreCalendar = {
      ...DEFAULT_CALENDAR,
      closures: closedFrom(22, 30),
    }
    const first = call('2026-11-20T16:00', 'off')
    expect(brief(unanswered('2026-11-20T16:00', { calendar: weekend }))).toBe('2026-11-21T08:30 morning a')
    expect(brief(unanswered('2026-11-21T08:30', { calendar: weekend, earlier: [first] }))).toBe(
      '2026-11-21T11:30 midday a',
    )
  })
  it('counts open days instead where the store says so', () => {
    const closed: StoreCalendar = {
      ...DEFAULT_CALENDAR,
      closures: closedFrom(21, 30),
    }
    expect(brief(unanswered('2026-11-20T16:00', { calendar: closed }))).toBe('message-and-fail')
    const policy = { ...DEFAULT_POLICY, dayCount: 'open' as const }
    expect(brief(unanswered('2026-11-20T16:00', { calendar: closed, policy }))).toBe('2026-12-01T08:30 morning a')
  })
  it('makes all tries before the last day the task is worth one, the message where no part is left', () => {
    const lastOn = Temporal.PlainDate.from('2026-11-20')
    const first = call('2026-11-20T10:00', 'no-answer')
    const second = call('2026-11-20T11:30', 'no-answer')
    expect(brief(unanswered('2026-11-20T10:00', { lastOn }))).toBe('2026-11-20T11:30 midday a')
    expect(brief(unanswered('2026-11-20T11:30', { lastOn, earlier: [first] }))).toBe('2026-11-20T14:30 afternoon a')
    expect(brief(unanswered('2026-11-20T14:30', { lastOn, earlier: [first, second] }))).toBe('message-and-fail')
    expect(brief(unanswered('2026-11-20T16:00', { lastOn }))).toBe('message-and-fail')
    const tomorrow = lastOn.add({ days: 1 })
    expect(brief(unanswered('2026-11-20T10:00', { lastOn: tomorrow }))).toBe('2026-11-21T11:30 midday a')
    expect(brief(unanswered('2026-11-20T16:00', { lastOn: tomorrow }))).toBe('2026-11-21T08:30 morning a')
  })
  it('tries the part this customer answers best first (CARE-22)', () => {
    expect(brief(unanswered('2026-11-20T10:00', { preferredPart: 'afternoon' }))).toBe('2026-11-21T14:30 afternoon a')
  })
  it('tries a second phone before the customer counts as unreachable', () => {
    expect(brief(unanswered('2026-11-20T10:00', { phones: two }))).toBe('2026-11-21T11:30 midday b')
    const once = { ...DEFAULT_POLICY, tries: 1 }
    expect(brief(unanswered('2026-11-20T10:00', { phones: two, policy: once }))).toBe('other b')
    const earlier = [call('2026-11-20T10:00', 'no-answer')]
    expect(brief(unanswered('2026-11-20T10:05', { phones: two, policy: once, earlier }, 'b'))).toBe('message-and-fail')
  })
  it('counts anew once somebody was reached or the number was corrected', () => {
    const earlier = [call('2026-11-10T10:00', 'no-answer'), call('2026-11-11T12:00', 'reached')]
    expect(brief(unanswered('2026-11-20T10:00', { earlier }))).toBe('2026-11-21T11:30 midday a')
    const corrected = { earlier: earlier.slice(0, 1), resumedAt: at('2026-11-20T09:00') }
    expect(brief(unanswered('2026-11-20T10:00', corrected))).toBe('2026-11-21T11:30 midday a')
    expect(brief(unanswered('2026-11-20T10:00', { earlier: earlier.slice(0, 1) }))).toBe('message-and-fail')
  })
})

describe('bad numbers', () => {
  it('go to the other phone, or wait for a new number', () => {
    const wrong = call('2026-11-20T10:00', 'wrong-person') as CallReport
    expect(after(wrong, { phones: two })).toEqual({
      next: 'other-phone',
      phoneId: 'b',
      mark: { phoneId: 'a', state: 'wrong' },
    })
    const dead = call('2026-11-20T10:00', 'dead') as CallReport
    expect(after(dead)).toEqual({ next: 'correct-number', mark: { phoneId: 'a', state: 'dead' } })
    const earlier = [call('2026-11-19T10:00', 'no-answer', 'b')]
    expect(after(dead, { phones: two, earlier })).toMatchObject({
      next: 'retry',
      phoneId: 'b',
      mark: { state: 'dead' },
    })
  })
  it('the first call waits for a number, or comes with the first part', () => {
    const facts = { policy: DEFAULT_POLICY, calendar: DEFAULT_CALENDAR, earlier: [], now: at('2026-11-20T06:00') }
    expect(decideFirstAttempt({ ...facts, phones: [{ id: 'a', state: 'dead' }] })).toEqual({ next: 'correct-number' })
    expect(brief(decideFirstAttempt({ ...facts, phones: one }))).toBe('2026-11-20T08:30 morning a')
    expect(brief(decideFirstAttempt({ ...facts, phones: one, now: at('2026-11-20T20:00') }))).toBe(
      '2026-11-21T08:30 morning a',
    )
  })
})

describe('a try whose hour was missed (CARE-14)', () => {
  const tried = [call('2026-11-20T08:40', 'no-answer')]
  const facts = { policy: DEFAULT_POLICY, calendar: DEFAULT_CALENDAR, phones: one, earlier: tried }
  const instead = (now: string, more: Partial<AttemptFacts> = {}) => {
    const moment = insteadOfNow({ ...facts, now: at(now), ...more })
    return moment && shown(moment)
  }

  it.each<[string, string, Partial<AttemptFacts>, string | null]>([
    ['in a part not tried yet it is made now', '2026-11-22T15:00', {}, null],
    ['in one tried before it waits for another', '2026-11-22T08:40', {}, '2026-11-22T11:30'],
    ['a day is left', '2026-11-21T09:00', {}, '2026-11-22T11:30'],
    ['late rather than never', '2026-11-23T08:40', {}, null],
    [
      'a customer reached since begins anew',
      '2026-11-22T08:40',
      { earlier: [...tried, call('2026-11-21T12:00', 'reached')] },
      null,
    ],
    [
      'a store that tries in any part',
      '2026-11-22T08:40',
      { policy: { ...DEFAULT_POLICY, distinctParts: false } },
      null,
    ],
    ['nothing tried', '2026-11-22T08:40', { earlier: [] }, null],
  ])('%s', (_, now, more, expected) => expect(instead(now, more)).toBe(expected))
})

describe('customers reached (CARE-15)', () => {
  it.each<[object, object]>([
    [{ outcome: 'booked' }, { next: 'done', outcome: 'booked', quiet: 'none' }],
    [{ outcome: 'elsewhere' }, { next: 'done', outcome: 'elsewhere' }],
    [{ outcome: 'refused' }, { next: 'done', outcome: 'refused', quiet: 'cycle' }],
    [{ result: 'refused' }, { next: 'done', outcome: 'refused', quiet: 'cycle' }],
    [{ outcome: 'do-not-disturb' }, { next: 'cancel', quiet: 'all' }],
    [{ outcome: 'sold' }, { next: 'cancel', outcome: 'sold' }],
    [{ outcome: 'complaint' }, { next: 'flag-complaint' }],
    [
      { outcome: 'mileage-not-reached', km: 8200 },
      { next: 'redate', km: 8200 },
    ],
    [{ outcome: 'mileage-not-reached' }, { next: 'done', outcome: 'reminded' }],
    [{ outcome: 'later' }, { next: 'done', outcome: 'later' }],
    [
      { outcome: 'later', on: Temporal.PlainDate.from('2026-11-19') },
      { next: 'done', outcome: 'later' },
    ],
  ])('%j', (report, decision) => expect(told(report)).toMatchObject(decision))

  it.each<[object, string]>([
    [{ outcome: 'callback', wishAt: at('2026-11-20T16:20') }, '2026-11-20T16:20'],
    [{ outcome: 'callback', wishAt: at('2026-11-20T21:00') }, '2026-11-21T08:30'],
    [{ outcome: 'callback', wishAt: at('2026-11-20T09:00') }, '2026-11-20T10:00'],
    [{ outcome: 'later', on: Temporal.PlainDate.from('2026-11-25') }, '2026-11-25T08:30'],
  ])('a wish for a time is that time: %j', (report, when) => {
    const decision = told(report)
    expect(decision.next === 'wish' && shown(decision.at)).toBe(when)
  })
})

describe('whatever happens', () => {
  const results = fc.array(fc.constantFrom<CallResult>('no-answer', 'busy', 'off', 'dead', 'wrong-person'), {
    minLength: 12,
    maxLength: 12,
  })
  const hours = { from: '08:30', to: '17:30' }
  const calendars = fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }).map((days) => ({
    ...DEFAULT_CALENDAR,
    hours: { ...DEFAULT_HOURS, week: days.map((open, i) => (open || i === 0 ? hours : null)), closedOnHolidays: true },
  }))
  it('it ends after at most three tries, in three parts, in three days, in opening hours', () => {
    fc.assert(
      fc.property(
        results,
        calendars,
        fc.integer({ min: 1, max: 3 }),
        fc.nat(500_000),
        fc.nat(170),
        (told, calendar, count, start, delay) => {
          let phones: PhoneChoice[] = ['a', 'b', 'c'].slice(0, count).map((id) => ({ id, state: 'usable' }))
          const calls: Attempt[] = []
          let now = at('2026-01-01T00:00').add({ minutes: start })
          const facts = () => ({ policy: DEFAULT_POLICY, calendar, now, phones, earlier: calls })
          let decision = decideFirstAttempt(facts())
          const scheduled: Attempt[] = []
          for (const result of told) {
            if (decision.next !== 'retry' && decision.next !== 'other-phone') break
            if (decision.next === 'retry') {
              const late = decision.at.add({ minutes: delay })
              now = partOf(late, calendar) === decision.part ? late : decision.at
            }
            const attempt = { at: now, part: partOf(now, calendar), phoneId: decision.phoneId, result }
            expect(isOpen(now, calendar)).toBe(true)
            const planned = decision.next === 'retry'
            decision = decideAfterAttempt(facts(), attempt as CallReport)
            calls.push(attempt)
            if (result === 'dead' || result === 'wrong-person') {
              phones = phones.map((phone) => (phone.id === attempt.phoneId ? { id: phone.id, state: 'dead' } : phone))
            } else if (planned) scheduled.push(attempt)
          }
          expect(['message-and-fail', 'correct-number']).toContain(decision.next)
          const tries = calls.filter(({ result }) => result !== 'dead' && result !== 'wrong-person')
          expect(tries.length).toBeLessThanOrEqual(3)
          expect(new Set(scheduled.map(({ part }) => part)).size).toBe(scheduled.length)
          const days = tries.map((one) => dayOf(one.at, calendar))
          const last = days.at(-1)
          if (days[0] && last) expect(days[0].until(last).days).toBeLessThanOrEqual(2)
          const usable = phones.filter(({ state }) => state === 'usable').length
          const tried = new Set(calls.map(({ phoneId }) => phoneId)).size
          if (decision.next === 'message-and-fail' && usable > 0)
            expect(tried).toBeGreaterThanOrEqual(Math.min(2, count))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('what counts as done (CARE-14)', () => {
  const later = (more: object, policy: object) =>
    after({ ...call('2026-11-20T10:00', 'reached'), outcome: 'later', ...more } as CallReport, {
      policy: { ...DEFAULT_POLICY, ...policy },
    })
  it('told: that he will come some day is enough', () => {
    expect(later({}, {})).toMatchObject({ next: 'done', outcome: 'later' })
  })
  it('settled: asked again at the opening of the day set, an open one', () => {
    const asked = later({}, { done: 'settled', askAgainDays: 10 })
    expect(asked.next === 'wish' && shown(asked.at)).toBe('2026-11-30T08:30')
  })
  it('settled: a day he names goes before it', () => {
    const asked = later({ on: Temporal.PlainDate.from('2026-12-05') }, { done: 'settled' })
    expect(asked.next === 'wish' && shown(asked.at)).toBe('2026-12-05T08:30')
  })
})
