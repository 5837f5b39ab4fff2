import { callReport } from '@changhui/contract/calls'
import { callOutcomes, callResults } from '@changhui/rules/words'
import { describe, expect, test } from 'vitest'
import { groupByHour } from './groups.ts'
import { outcomeKeys, resultKeys, stepOf } from './keys.ts'
import { buildReport, type Draft, emptyDraft, momentIn, nextOpenDay } from './report.ts'

const frame = {
  attemptId: '019aa3f2-0000-7000-8000-000000000001',
  phoneId: '019aa3f2-0000-7000-8000-000000000002',
  note: ' 下午有空 ',
  today: '2026-11-21',
  timeZone: 'Asia/Shanghai',
}
const reached = (outcome: (typeof callOutcomes)[number], draft: Partial<Draft> = {}) =>
  buildReport({ result: 'reached', outcome }, { ...emptyDraft, ...draft }, frame)

describe('keys', () => {
  test('every result and outcome has a key of its own', () => {
    expect(resultKeys.map((one) => one.result)).toEqual([...callResults])
    expect(outcomeKeys.map((one) => one.outcome).toSorted()).toEqual([...callOutcomes].toSorted())
    const keys = [...resultKeys, ...outcomeKeys].map((one) => one.key)
    // n, r, d and w are the moves of the page.
    expect(new Set([...keys, 'n', 'r', 'd', 'w']).size).toBe(keys.length + 4)
  })
  test('what ends more than this call is asked once more', () => {
    expect(stepOf({ result: 'reached', outcome: 'do-not-disturb' })).toBe('confirm')
    expect(stepOf({ result: 'refused' })).toBe('confirm')
    expect(stepOf({ result: 'busy' })).toBe('save')
    expect(stepOf({ result: 'reached', outcome: 'booked' })).toBe('form')
  })
})

describe('report', () => {
  test('every choice gives a report that the contract takes, once its form is filled', () => {
    const full = {
      day: '2026-11-23',
      time: '09:30',
      detail: '等',
      shop: '快修店',
      price: '380.5',
      km: '23,000',
      name: '李',
    }
    for (const outcome of callOutcomes) {
      const built = reached(outcome, outcome === 'elsewhere' ? { ...full, day: '2026-11-01' } : full)
      expect(built.ok && callReport.safeParse(built.report).error, outcome).toBeUndefined()
    }
    for (const result of callResults) {
      if (result === 'reached') continue
      const built = buildReport({ result }, emptyDraft, frame)
      expect(built).toEqual({
        ok: true,
        report: { attemptId: frame.attemptId, result, phoneId: frame.phoneId, note: '下午有空' },
      })
    }
  })
  test('money becomes fen and a wished time a moment of the store', () => {
    expect(reached('elsewhere', { day: '2026-11-01', price: '380.55' })).toMatchObject({
      report: { elsewhere: { servedOn: '2026-11-01', priceFen: 38055 } },
    })
    expect(reached('callback', { day: '2026-11-22', time: '14:00' })).toMatchObject({
      report: { callbackAt: '2026-11-22T06:00:00Z' },
    })
    expect(momentIn('2026-03-08', '12:00', 'America/Los_Angeles')).toBe('2026-03-08T19:00:00Z')
  })
  test('days and times are understood as typed', () => {
    expect(reached('booked', { day: '25', time: '930' })).toMatchObject({
      report: { appointment: { day: '2026-11-25', time: '09:30' } },
    })
    expect(reached('booked', { day: '下周' })).toEqual({ ok: false, field: 'day', reason: 'not-a-day' })
    expect(reached('booked', { day: '25', time: '25:00' })).toEqual({ ok: false, field: 'time', reason: 'not-a-time' })
  })
  test('a wrong form names its first field', () => {
    expect(reached('booked')).toEqual({ ok: false, field: 'day', reason: 'missing' })
    expect(reached('booked', { day: '2026-11-20' })).toEqual({ ok: false, field: 'day', reason: 'past' })
    expect(reached('callback', { day: '2026-11-22' })).toEqual({ ok: false, field: 'time', reason: 'missing' })
    expect(reached('elsewhere', { day: '2026-11-22' })).toEqual({ ok: false, field: 'day', reason: 'future' })
    expect(reached('mileage-not-reached', { km: '三万' })).toEqual({ ok: false, field: 'km', reason: 'not-a-number' })
    expect(reached('complaint', { detail: '  ' })).toEqual({ ok: false, field: 'detail', reason: 'missing' })
    expect(reached('handed-over')).toEqual({ ok: false, field: 'name', reason: 'missing' })
  })
})

test('a booking starts on the next open day', () => {
  const week = [true, true, true, true, true, true, null].map((open) => (open ? { from: '08:30', to: '17:30' } : null))
  // 21 November 2026 is a Saturday, Sunday is closed.
  expect(nextOpenDay('2026-11-21', { week }, new Set())).toBe('2026-11-23')
  expect(nextOpenDay('2026-11-21', { week }, new Set(['2026-11-23']))).toBe('2026-11-24')
  expect(nextOpenDay('2026-11-21', undefined, new Set())).toBe('2026-11-22')
})

test('rows stand under the hour of the store, what can be called now first', () => {
  const rows = [
    { id: 'late', nextAt: '2026-11-21T06:10:00Z' },
    { id: 'now', nextAt: null },
    { id: 'past', nextAt: '2026-11-21T01:00:00Z' },
    { id: 'tomorrow', nextAt: '2026-11-22T00:30:00Z' },
  ]
  const groups = groupByHour(rows, '2026-11-21T02:00:00Z', 'Asia/Shanghai', '2026-11-21')
  expect(groups.map((one) => [one.label, one.rows.map((row) => row.id)])).toEqual([
    [null, ['now', 'past']],
    ['14:00', ['late']],
    ['2026-11-22 08:00', ['tomorrow']],
  ])
})
