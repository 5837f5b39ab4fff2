import { expect, test } from 'vitest'
import { csv, importBench } from './testing.ts'

const { store, write, bring, rows } = await importBench()

test('a name that says there is none is none, a phone cell that says so is empty (BASE-04)', async () => {
  const at = await store()
  const nameless = ['无', '-', '未知', 'N/A', 'Ｎ／Ａ', '－']
  const phones = ['N/A', 'n/a', 'Ｎ／Ａ', '#N/A', '-/-', '无', '13800000001/无']
  const file = csv(
    ['姓名', '手机'],
    ...nameless.map((name) => [name, '13800000009']),
    ...phones.map((phone, at) => [`客户${at}`, phone]),
  )
  const done = await bring({ store: at, kind: 'customers', path: write('none.csv', file) })
  expect(done.rejected.map(({ row, reason }) => `${row} ${reason}`)).toEqual(
    nameless.map((_, at) => `${at + 2} name.missing`),
  )
  expect(done.counts).toMatchObject({ created: phones.length, rejected: nameless.length })
  const numbers = 'SELECT number FROM customer_phone WHERE store_id = $1'
  expect(await rows(numbers, at.id)).toEqual([{ number: '13800000001' }])
})
