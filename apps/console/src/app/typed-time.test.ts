import { expect, test } from 'vitest'
import { heldTime, parseDay, parseTime } from './typed-time.ts'

test('times as people type them', () => {
  expect(['9', '930', '9:30', '9：30', '0930', ' 17.05 '].map(parseTime)).toEqual([
    '09:00',
    '09:30',
    '09:30',
    '09:30',
    '09:30',
    '17:05',
  ])
  expect(['', '24:00', '9:60', '9:3', 'noon', '12345'].map(parseTime)).toEqual([null, null, null, null, null, null])
})

test('a form holds the time that is typed, or the text where it is none', () => {
  expect(['9', '930', '1430', '9:3', 'noon', ''].map((text) => heldTime(text))).toEqual([
    '09:00',
    '09:30',
    '14:30',
    '9:3',
    'noon',
    '',
  ])
  expect(['930', ' ', '25'].map((text) => heldTime(text, true))).toEqual(['09:30', '', '25'])
})

test('days as people type them, the nearest from today on', () => {
  const ahead = (text: string) => parseDay(text, '2026-11-22')
  expect(['2026-11-23', '20261123', '11-23', '11/23', '1123', '23', '+1', '11月23日'].map(ahead)).toEqual(
    Array(8).fill('2026-11-23'),
  )
  expect(['1-5', '21', '31', '+10'].map(ahead)).toEqual(['2027-01-05', '2026-12-21', '2026-12-31', '2026-12-02'])
  expect(['2026-02-30', '13-01', '0', 'tomorrow', ''].map(ahead)).toEqual([null, null, null, null, null])
  expect(['11-23', '23', '20'].map((text) => parseDay(text, '2026-11-22', true))).toEqual([
    '2025-11-23',
    '2026-10-23',
    '2026-11-20',
  ])
})
