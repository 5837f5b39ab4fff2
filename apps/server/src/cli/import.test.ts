import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Pool } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { isPlanned } from '../modules/care/engine/programme.ts'
import { programmes } from '../modules/care/programmes/all.ts'
import { cliBench } from './testing.ts'

const { folder, changhui, connection } = cliBench()
const write = (name: string, lines: readonly string[]) => writeFileSync(resolve(folder, name), lines.join('\r\n'))
const bring = (kind: string, file: string, ...more: string[]) =>
  changhui(['import', kind, file, '--store', 'SH01', ...more])
const shown = async (kind: string, file: string, ...more: string[]) => {
  const { code, out } = await bring(kind, file, '--json', ...more)
  return [code, JSON.parse(out)]
}

beforeAll(async () => {
  await changhui(['store', 'add', 'SH01'])
})

describe('import --json', () => {
  test('says what became of the rows and why some were refused, and ends with 0; a dry run says the same and writes nothing', async () => {
    write('customers.csv', [
      '客户名称,电话,牌照,车架号',
      '张三,13800000001,沪A12345,',
      '无,13800000002,沪A12346,',
      '李四,1380000,沪A12347,LVGBH40K0JG000012',
      '王五,13800000003,沪A12348,LVGBH40K0JG000012',
    ])
    const said = {
      read: 4,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: [
        { row: 3, column: '客户名称', reason: 'name.missing' },
        { row: 4, column: '电话', reason: 'phone.too-short' },
      ],
      warnings: [
        { row: 4, column: '车架号', reason: 'vin.check-digit' },
        { row: 5, column: '车架号', reason: 'vin.check-digit' },
      ],
      entities: { customers: 2, vehicles: 2, visits: 0 },
    }
    expect(await shown('customers', 'customers.csv', '--dry-run')).toEqual([0, said])
    const pool = new Pool(connection())
    const written = async () =>
      (await pool.query('SELECT (SELECT count(*) FROM customer)::int AS c, (SELECT count(*) FROM vehicle)::int AS v'))
        .rows[0]
    expect(await written()).toEqual({ c: 0, v: 0 })
    expect(await shown('customers', 'customers.csv')).toEqual([0, said])
    expect(await written()).toEqual({ c: 2, v: 2 })
    await pool.end()
    const none = { customers: 0, vehicles: 0, visits: 0 }
    expect(await shown('customers', 'customers.csv')).toEqual([
      0,
      { ...said, created: 0, unchanged: 2, entities: none },
    ])
  })

  test('reads job cards by the mapping of that name', async () => {
    write('jobcards.csv', [
      'invoice_date,job_card_date,business_partner_name,vehicle_no,vehicle_model,current_km_reading,invoice_line_text',
      '03-06-2024,02-06-2024,A. M***,KA**M**12,HATCH,12000,ENGINE OIL',
      '03-06-2024,02-06-2024,A. M***,KA**M**12,HATCH,12000,WIPER BLADE',
      '03-06-2024,02-06-2024,A. M***,KA**M**12,HATCH,12000,WIPER BLADE',
      '09-06-2024,09-06-2024,B. S***,KA**N**34,SEDAN,45000,WASHING',
    ])
    expect(await shown('visits', 'jobcards.csv', '--mapping', 'jobcards')).toEqual([
      0,
      {
        read: 4,
        created: 3,
        updated: 0,
        unchanged: 1,
        rejected: [],
        warnings: [],
        entities: { customers: 2, vehicles: 2, visits: 2 },
      },
    ])
  })

  test('ends with 2 and says why when the file or the mapping cannot be used', async () => {
    write('empty.csv', [''])
    write('cut.csv', ['客户名称,电话', '张三,"13800000001'])
    write('columns.csv', ['甲,乙', '1,2'])
    mkdirSync(resolve(folder, 'folder.csv'))
    const cases = [
      ['customers', 'nowhere.csv'],
      ['customers', 'empty.csv'],
      ['customers', 'cut.csv'],
      ['customers', 'columns.csv'],
      ['customers', 'folder.csv'],
      ['everything', 'customers.csv'],
      ['customers', 'columns.csv', '--mapping', 'nobody'],
    ] as const
    const answers = await Promise.all(cases.map(([kind, file, ...more]) => shown(kind, file, ...more)))
    expect(answers).toEqual(cases.map(() => [2, { error: expect.stringMatching(/./) }]))
  })
})

describe('plan --json', () => {
  test('tells what is due and what was made for every programme that is planned; the second run makes nothing', async () => {
    write('visits.csv', ['客户名称,电话,牌照,进厂日期,维修类型', '赵六,13800000009,沪B12345,2024-05-28,保养'])
    expect(await shown('visits', 'visits.csv')).toMatchObject([0, { created: 1 }])
    const plan = async () => {
      const { code, out } = await changhui(['plan', '--store', 'SH01', '--day', '2024-11-14', '--json'])
      return [code, JSON.parse(out)]
    }
    const [code, first] = await plan()
    expect(code).toBe(0)
    expect(Object.keys(first).sort()).toEqual(
      programmes
        .filter(isPlanned)
        .map((one) => one.key)
        .sort(),
    )
    const count = { due: expect.any(Number), created: expect.any(Number) }
    expect(first).toEqual(Object.fromEntries(Object.keys(first).map((key) => [key, count])))
    expect(first['regular-service'].created).toBeGreaterThan(0)
    const again = Object.fromEntries(
      Object.entries(first as Record<string, { due: number }>).map(([key, { due }]) => [key, { due, created: 0 }]),
    )
    expect(await plan()).toEqual([0, again])
    expect((await changhui(['plan', '--store', 'SH01', '--day', '2024-02-30', '--json'])).code).toBe(2)
  })
})
