import { expect, test } from 'vitest'
import { readItems } from './items.ts'

test('each line is an item; an amount in yuan at its end becomes fen', () => {
  const read = readItems('机油机滤 380\n\n  空调滤芯：99.5元 \n更换 4 条轮胎\n四轮定位')
  expect(read.map(({ name, amountFen }) => [name, amountFen])).toEqual([
    ['机油机滤', 38_000],
    ['空调滤芯', 9_950],
    ['更换 4 条轮胎', null],
    ['四轮定位', null],
  ])
})

test('nothing typed is no item', () => {
  expect(readItems(undefined)).toEqual([])
  expect(readItems(' \n ')).toEqual([])
})
