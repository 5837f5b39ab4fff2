import { expect, test } from 'vitest'
import { tally } from './tally.ts'

test('the last line of the checks is the same whether some were skipped or none', () => {
  expect(tally({ passed: 12, failed: 0, skipped: 3 })).toBe('3 skipped\n12 passed, 0 failed\n')
  expect(tally({ passed: 12, failed: 1, skipped: 0 })).toBe('12 passed, 1 failed\n')
})
