import { expect, test } from 'vitest'
import { runRounds } from './rounds.ts'

test('four rounds of kill -9, of each process once: nothing acknowledged is lost, nothing is there twice', async () => {
  const result = await runRounds(4, { longEvery: 2 })
  expect(result.kills).toEqual({ app: 1, postgres: 1, importer: 1, keeper: 1 })
  expect(result.acknowledged).toBeGreaterThan(10)
  expect(result).toMatchObject({ lost: 0, twice: 0 })
  // the second round kills the importer after its first commit
  expect(result.midway).toBeGreaterThanOrEqual(1)
})
