import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addOpenMinutes, before, DEFAULT_HOURS, type StoreCalendar } from './calendar.ts'
import {
  type ClockEvent,
  type ClockTarget,
  clockBroken,
  clockDue,
  openMinutesBetween,
  replayClock,
} from './workingClock.ts'

const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').toInstant()
const local = (moment: Temporal.Instant | null) =>
  moment?.toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime().toString({ smallestUnit: 'minute' })
const open = { from: '08:30', to: '17:30' }
const short = { from: '09:00', to: '12:00' }
/** Saturdays until noon, Sundays and holidays closed. */
const office: StoreCalendar = {
  timeZone: 'Asia/Shanghai',
  hours: { ...DEFAULT_HOURS, week: [open, open, open, open, open, short, null], closedOnHolidays: true },
  closures: [],
}
const opening = (minutes: number): ClockTarget => ({ unit: 'opening', minutes })
const oneDay: ClockTarget = { unit: 'days', days: 1 }

describe('when a clock is due (CMP-07)', () => {
  it.each<[string, ClockTarget, string]>([
    ['2026-11-19T17:00', opening(120), '2026-11-20T10:00'],
    ['2026-11-20T17:00', opening(120), '2026-11-21T10:30'],
    ['2026-11-20T17:00', { ...opening(120), roundTheClock: true }, '2026-11-20T19:00'],
    ['2026-11-19T10:00', oneDay, '2026-11-20T10:00'],
    ['2026-11-20T16:00', oneDay, '2026-11-21T12:00'],
    ['2026-11-21T11:00', oneDay, '2026-11-23T11:00'],
    ['2026-11-19T20:00', oneDay, '2026-11-21T09:00'],
    ['2026-11-22T15:00', oneDay, '2026-11-24T08:30'],
    ['2026-09-30T10:00', { unit: 'days', days: 2 }, '2026-10-09T10:00'],
    ['2026-11-21T11:00', { ...oneDay, roundTheClock: true }, '2026-11-22T11:00'],
    // FUP-03: 48 elapsed hours; an end in closed time moves to the end of the first opening hour
    ['2026-11-17T10:00', { unit: 'elapsed', minutes: 2880 }, '2026-11-19T10:00'],
    ['2026-11-20T10:00', { unit: 'elapsed', minutes: 2880 }, '2026-11-23T09:30'],
    ['2026-11-17T17:30', { unit: 'elapsed', minutes: 2880 }, '2026-11-19T17:30'],
    ['2026-11-20T10:00', { unit: 'elapsed', minutes: 2880, roundTheClock: true }, '2026-11-22T10:00'],
  ])('%s + %o = %s', (start, target, expected) => expect(local(clockDue(at(start), target, office))).toBe(expected))

  it('has no end in a store that never opens', () => {
    const never = { ...office, hours: { ...office.hours, week: [] } }
    expect(clockDue(at('2026-11-20T10:00'), opening(1), never)).toBeNull()
    expect(clockDue(at('2026-11-20T10:00'), oneDay, never)).toBeNull()
  })

  it('counts back what it counted forward', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500_000 }), fc.integer({ min: 0, max: 5000 }), (start, minutes) => {
        const from = at('2026-01-01T00:00').add({ minutes: start })
        const due = addOpenMinutes(from, minutes, office)
        expect(due && openMinutesBetween(from, due, office)).toBe(minutes)
      }),
      { numRuns: 200 },
    )
  })
})

describe('replaying a clock', () => {
  const by = 'u1'
  const start = (when: string, target: ClockTarget = opening(120)): ClockEvent => ({
    kind: 'started',
    at: at(when),
    target,
    by,
  })
  const pause = (when: string, reason = 'customer-unreachable'): ClockEvent => ({
    kind: 'paused',
    at: at(when),
    reason,
    by,
  })
  const resume = (when: string): ClockEvent => ({ kind: 'resumed', at: at(when), by })
  const stop = (when: string): ClockEvent => ({ kind: 'stopped', at: at(when), by })
  const run = (...events: ClockEvent[]) => replayClock(events, office)

  it('moves by the opening hours of a pause', () => {
    const events = [start('2026-11-19T16:00'), pause('2026-11-19T17:00'), resume('2026-11-20T09:00')]
    expect(local(run(...events).due)).toBe('2026-11-20T10:00')
    expect(run(...events.slice(0, 2))).toMatchObject({ state: 'paused', due: null })
    const day = run(start('2026-11-19T10:00', oneDay), pause('2026-11-19T11:00'), resume('2026-11-19T12:00'))
    expect(local(day.due)).toBe('2026-11-20T11:00')
    const through = { ...opening(120), roundTheClock: true }
    const night = run(start('2026-11-19T17:00', through), pause('2026-11-19T18:00'), resume('2026-11-20T06:00'))
    expect(local(night.due)).toBe('2026-11-20T07:00')
  })

  it('a pause after the end heals nothing', () => {
    const late = run(start('2026-11-19T09:00'), pause('2026-11-19T12:00'), resume('2026-11-19T15:00'))
    expect(local(late.due)).toBe('2026-11-19T11:00')
    expect(clockBroken(late, at('2026-11-19T11:01'))).toBe(true)
    expect(clockBroken(run(start('2026-11-19T09:00'), pause('2026-11-19T12:00')), at('2026-11-19T13:00'))).toBe(true)
  })

  it('stops, in time or too late', () => {
    expect(run(start('2026-11-19T09:00'), stop('2026-11-19T11:00')).state).toBe('stopped')
    expect(clockBroken(run(start('2026-11-19T09:00'), stop('2026-11-19T11:00')), at('2027-01-01T00:00'))).toBe(false)
    expect(clockBroken(run(start('2026-11-19T09:00'), stop('2026-11-19T11:01')), at('2027-01-01T00:00'))).toBe(true)
    const paused = run(start('2026-11-19T09:00'), pause('2026-11-19T10:00'), stop('2026-11-19T16:00'))
    expect(paused.pauses[0]?.to && local(paused.pauses[0].to)).toBe('2026-11-19T16:00')
    expect(clockBroken(paused, at('2027-01-01T00:00'))).toBe(false)
  })

  it('ignores what cannot be, and says why', () => {
    const events = [
      resume('2026-11-19T08:00'),
      start('2026-11-19T09:00'),
      start('2026-11-19T09:10'),
      pause('2026-11-19T09:20', 'lunch'),
      resume('2026-11-19T09:30'),
      pause('2026-11-19T09:40'),
      pause('2026-11-19T09:50'),
      resume('2026-11-19T09:30'),
      resume('2026-11-19T10:00'),
      stop('2026-11-19T10:30'),
      resume('2026-11-19T10:40'),
    ]
    const result = run(...events)
    expect(result.ignored.map(({ because }) => because)).toEqual([
      'not-started',
      'started-already',
      'no-such-reason',
      'not-paused',
      'paused-already',
      'out-of-order',
      'stopped-already',
    ])
    expect(local(result.due)).toBe('2026-11-19T11:20')
    expect(run()).toMatchObject({ state: 'idle', due: null })
  })

  it('is due after as much unpaused opening time as was set, whatever the pauses', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 8 })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 1, max: 3000 }),
        steps,
        (offset, minutes, gaps) => {
          let now = at('2026-03-01T00:00').add({ minutes: offset })
          const events: ClockEvent[] = [{ kind: 'started', at: now, target: opening(minutes), by }]
          gaps.slice(0, gaps.length - (gaps.length % 2)).forEach((gap, i) => {
            now = now.add({ minutes: gap })
            events.push(
              i % 2 === 0
                ? { kind: 'paused', at: now, reason: 'customer-asked', by }
                : { kind: 'resumed', at: now, by },
            )
          })
          const result = replayClock(events, office)
          if (!result.due || !result.startedAt) throw new Error('the clock runs')
          const { due } = result
          const counted = openMinutesBetween(result.startedAt, due, office)
          const paused = result.pauses.map(({ from, to }) =>
            to && before(from, due) ? openMinutesBetween(from, before(to, due) ? to : due, office) : 0,
          )
          expect(counted - paused.reduce((a, b) => a + b, 0)).toBeCloseTo(minutes, 6)
          expect(replayClock(events, office)).toEqual(result)
        },
      ),
      { numRuns: 200 },
    )
  })
})
