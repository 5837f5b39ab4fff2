import { expect, test } from 'vitest'
import { mergeChanges } from './merge-changes.ts'

const span = (from: string, to: string) => ({ from, to })
const began = {
  name: '虚构一店',
  phone: null as string | null,
  hours: {
    week: [span('08:30', '17:30'), span('08:30', '17:30'), null],
    closedOnHolidays: true,
  },
  caps: [
    { days: 7, most: 2 },
    { days: 30, most: 4, purposes: ['marketing'] },
  ],
  coolDownHours: { progress: 0, marketing: 24, complaint: 72 },
  uncapped: ['progress', 'rescue'],
}

test('what was changed here alone stays, what the other changed comes along', () => {
  const mine = {
    ...began,
    hours: { ...began.hours, week: [span('09:00', '17:30'), began.hours.week[1] ?? null, null] },
    coolDownHours: { ...began.coolDownHours, marketing: 48 },
  }
  const theirs = {
    ...began,
    phone: '057100000000',
    hours: { week: [span('08:30', '18:00'), null, span('09:00', '16:00')], closedOnHolidays: false },
    coolDownHours: { ...began.coolDownHours, marketing: 12, complaint: 96 },
  }
  expect(mergeChanges(began, mine, theirs)).toEqual({
    ...began,
    phone: '057100000000',
    hours: { week: [span('09:00', '18:00'), null, span('09:00', '16:00')], closedOnHolidays: false },
    coolDownHours: { progress: 0, marketing: 48, complaint: 96 },
  })
  expect(mergeChanges(began, began, theirs)).toBe(theirs)
  expect(mergeChanges(began, mine, began)).toBe(mine)
})

test('a day closed here stays closed, one that the other closed too', () => {
  const mine = { week: [null, span('08:30', '17:30')] }
  const theirs = { week: [span('10:00', '12:00'), null] }
  const before = { week: [span('08:30', '17:30'), span('08:30', '17:30')] }
  expect(mergeChanges(before, mine, theirs)).toEqual({ week: [null, null] })
})

test('lists: by place where nothing came or went, else what was taken out goes and what was added comes', () => {
  const [week, month] = began.caps
  expect(
    mergeChanges(
      [week, month],
      [{ ...week, most: 3 }, month],
      [
        { ...week, days: 14 },
        { ...month, most: 5 },
      ],
    ),
  ).toEqual([
    { days: 14, most: 3 },
    { days: 30, most: 5, purposes: ['marketing'] },
  ])
  const extra = { days: 90, most: 6 }
  expect(mergeChanges([week, month], [week, month, extra], [{ ...week, most: 1 }, month])).toEqual([
    { days: 7, most: 1 },
    month,
    extra,
  ])
  expect(mergeChanges([week, month], [week], [week, month, extra])).toEqual([week, extra])
  expect(mergeChanges(began.uncapped, ['progress', 'appointment'], ['progress', 'rescue', 'complaint'])).toEqual([
    'progress',
    'complaint',
    'appointment',
  ])
})
