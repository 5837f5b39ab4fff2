import { expect, it } from 'vitest'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { fuzz } from './fuzz-run.ts'

const { connection } = await testDatabase()

it('2,000 random and hostile requests: every one is answered, none with a 5xx', async () => {
  const { failures, statuses, reached, routes } = await fuzz(connection, 2_000, 20_261_121)
  expect(failures).toEqual([])
  // hostile alone proves little: most routes must also have been met with something they take
  expect(statuses['2xx']).toBeGreaterThan(200)
  expect(reached).toBeGreaterThan(routes / 2)
}, 180_000)
