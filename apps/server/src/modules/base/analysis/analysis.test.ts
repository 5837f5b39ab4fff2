import { readXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { createCustomer } from '../customers/edit.ts'
import { testStore } from '../testing.ts'
import { createVehicle } from '../vehicles/edit.ts'
import { analyseBase } from './analysis.ts'
import { exportBase } from './export.ts'

const database = await testDatabase()
/** It is 2026-11-21 there. */
const { api, store, scoped, pool, rows } = await testStore(database, 'BASEAN')
afterAll(() => pool.end())

const month = (text: string) => Temporal.PlainDate.from(`${text}-01`)
const analyse = (text: string, most = 100) => scoped((scope) => analyseBase(scope, month(text), most))
const customer = async (
  fields: Omit<Parameters<typeof createCustomer>[1], 'phones'>,
  cars: Parameters<typeof createVehicle>[2][],
) =>
  scoped(async (scope) => {
    const { id } = await createCustomer(scope, { phones: [], ...fields })
    const made = []
    for (const car of cars) made.push((await createVehicle(scope, id, car)).id)
    return { id, cars: made }
  })
const visit = (vehicleId: string | undefined, arrivedOn: string) =>
  api.vehicles.addVisit({ storeId: store.id, vehicleId: vehicleId ?? '', arrivedOn, kind: 'maintenance' })

beforeAll(async () => {
  const one = await customer(
    { name: '甲', birthday: '1996-11-22', region: '望川区', source: '展厅', occupation: '教师', industry: '教育' },
    [
      { series: 'A3', model: 'A3 1.5T', deliveredOn: '2026-06-30' },
      { series: 'B5', deliveredOn: '2016-01-01' },
    ],
  )
  const two = await customer({ name: '乙', birthday: '1996-11-21', region: ' 望川区 ', source: '网络' }, [
    { model: 'C6', deliveredOn: '2026-10-31' },
  ])
  // nothing is known of him, and his car is only known from its visit
  const three = await customer({ name: '丙' }, [{}])
  // in the base no more, and without a car
  const sold = await customer({ name: '丁', region: '虚河区' }, [{ series: 'A3', deliveredOn: '2020-01-01' }])
  await rows(`UPDATE vehicle SET state = 'sold' WHERE id = $1`, sold.cars)
  await customer({ name: '戊', region: '虚河区' }, [])
  await visit(one.cars[0], '2026-10-03')
  await visit(one.cars[1], '2026-10-31')
  await visit(two.cars[0], '2026-11-02')
  await visit(three.cars[0], '2026-10-04')
  await rows(`UPDATE visit SET arrived_on = '2026-09-30' WHERE vehicle_id = $1`, [three.cars[0]])
  await visit(three.cars[0], '2026-10-05')
})

test('the present month is looked at as of today', async () => {
  const { asOf, customers, vehicles, arrivals, visits, parts } = await analyse('2026-11')
  expect({ asOf, customers, vehicles, arrivals, visits }).toEqual({
    asOf: '2026-11-21',
    customers: 3,
    vehicles: 4,
    arrivals: 1,
    visits: 1,
  })
  // thirty today, and thirty tomorrow
  expect(parts.age.rows.filter(({ count }) => count > 0)).toEqual([
    { value: '25-29', count: 1 },
    { value: '30-34', count: 1 },
    { value: null, count: 1 },
  ])
  expect(parts.vehicleAge.rows.filter(({ count }) => count > 0)).toEqual([
    { value: '0-0', count: 2 },
    { value: '10-', count: 1 },
    { value: null, count: 1 },
  ])
  // two came this autumn, the third is last seen there, too
  expect(parts.churn.rows).toEqual([
    { value: 'active', count: 3 },
    ...['drifting', 'at-risk', 'lost', 'dormant'].map((value) => ({ value, count: 0 })),
  ])
  expect(parts.region.rows).toEqual([
    { value: '望川区', count: 2 },
    { value: null, count: 1 },
  ])
  expect(parts.model.rows.map(({ value }) => value)).toEqual(['A3', 'B5', 'C6', null])
  expect(parts.occupation.rows).toEqual([
    { value: '教师', count: 1 },
    { value: null, count: 2 },
  ])
})

test('a month gone by holds who was known by its end, and those who came in it once each', async () => {
  const october = await analyse('2026-10')
  expect(october).toMatchObject({ asOf: '2026-10-31', customers: 3, vehicles: 4, arrivals: 2, visits: 3 })
  expect(october.parts.arrivalRegion.rows).toEqual([
    { value: '望川区', count: 1 },
    { value: null, count: 1 },
  ])
  expect(october.parts.arrivalSource.rows[0]).toEqual({ value: '展厅', count: 1 })
  // the car delivered on the last of October is not there, the one known from its visit is from that day on
  expect(await analyse('2026-09')).toMatchObject({ customers: 2, vehicles: 3, arrivals: 1, visits: 1 })
  const august = await analyse('2026-08')
  expect(august).toMatchObject({ customers: 1, vehicles: 2, arrivals: 0, visits: 0 })
  // the visit of October had not been yet
  expect(august.parts.churn.rows.at(-1)).toEqual({ value: null, count: 1 })
  expect(await analyse('2010-01')).toMatchObject({ customers: 0, vehicles: 0, arrivals: 0 })
})

test('what does not fit a page is counted together, and stands in the file', async () => {
  const { parts } = await analyse('2026-11', 1)
  expect(parts.model).toEqual({
    rows: [
      { value: 'A3', count: 1 },
      { value: null, count: 1 },
    ],
    rest: { values: 2, count: 2 },
  })
  const file = await scoped((scope) => exportBase(scope, month('2026-11'), 'zh'))
  expect(file.name).toBe('base-2026-11.xlsx')
  const { sheets } = await readXlsx(new Uint8Array(await file.arrayBuffer()))
  const cells = sheets[0]?.rows ?? []
  expect(cells[1]?.slice(0, 3)).toEqual(['客户数', '2026-11-21', 3])
  expect(cells.find((row) => row[0] === '车龄（满几年）')).toEqual(['车龄（满几年）', '<1', 2, 0.5])
  expect(cells.find((row) => row[0] === '流失等级')).toEqual(['流失等级', '非流失', 3, 1])
  expect(cells.filter((row) => row[0] === '车型')).toEqual([
    ['车型', 'A3', 1, 0.25],
    ['车型', 'B5', 1, 0.25],
    ['车型', 'C6', 1, 0.25],
    ['车型', '未登记', 1, 0.25],
  ])
  expect(await rows(`SELECT subject_id AS month FROM audit_entry WHERE action = 'analysis.export'`)).toEqual([
    { month: '2026-11' },
  ])
})

test('a month to come is refused', async () => {
  await expect(analyse('2026-12')).rejects.toMatchObject({ kind: 'BAD_REQUEST' })
})
