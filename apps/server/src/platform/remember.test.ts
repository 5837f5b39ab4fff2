import { expect, test } from 'vitest'
import type { Tx } from './db.ts'
import { forgetRead, readOnce } from './remember.ts'

test('a transaction reads once, another one for itself, and again once it was told to forget', async () => {
  const [one, other] = [{} as Tx, {} as Tx]
  let reads = 0
  const read = (tx: Tx, key = 'calendar') => readOnce(tx, key, async () => ++reads)
  expect([await read(one), await read(one), await read(other), await read(one, 'gate')]).toEqual([1, 1, 2, 3])
  forgetRead(one)
  expect([await read(one), await read(other)]).toEqual([4, 2])
})
