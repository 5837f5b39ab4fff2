import { expect, test } from 'vitest'
import { sheetWord } from './sheetWords.ts'
import { callOutcomes, callResults, taskOutcomes } from './words.ts'

test('every result and outcome has its words in a workbook', () => {
  const codes = [...callResults, ...callOutcomes, ...taskOutcomes]
  expect(codes.filter((code) => sheetWord(code) === code)).toEqual([])
  expect([sheetWord('unreachable'), sheetWord('brand-new'), sheetWord(null)]).toEqual([
    '联系不上 unreachable',
    'brand-new',
    '',
  ])
})
