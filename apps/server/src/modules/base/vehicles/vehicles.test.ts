import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { planStore } from '../../care/service.ts'
import { testStore } from '../testing.ts'

const database = await testDatabase()
const { api, store, pool, rows, scoped, newId } = await testStore(database, 'CARS')
afterAll(() => pool.end())
const storeId = store.id
const { customers, vehicles } = api

const problemOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'nothing thrown',
    (error: { code: string; data: { problem: string; values?: unknown } }) => `${error.code} ${error.data.problem}`,
  )
type NewCar = Omit<Parameters<typeof vehicles.create>[0], 'storeId' | 'customerId'>
async function addCar(fields: NewCar = {}) {
  const { id: customerId } = await customers.create({ storeId, name: '车主', phones: ['15400000001'] })
  return { customerId, car: await vehicles.create({ storeId, customerId, ...fields }) }
}
const again = async (customerId: string) => (await vehicles.ofCustomer({ storeId, customerId }))[0]
const visit = (vehicleId: string, arrivedOn: string, kind: 'maintenance' | 'repair', mileageKm: number | null = null) =>
  vehicles.addVisit({ storeId, vehicleId, arrivedOn, kind, mileageKm })

describe('facts', () => {
  test('the anchor is delivery, then the last maintenance; a repair moves odometer and last visit only', async () => {
    const { customerId, car } = await addCar({ deliveredOn: '2026-01-10' })
    expect(car.due[0]).toMatchObject({ anchorOn: '2026-01-10', anchorKind: 'delivery', anchorKm: 0 })
    await visit(car.id, '2026-05-10', 'maintenance', 4_000)
    await visit(car.id, '2026-08-08', 'repair', 7_000)
    const now = await again(customerId)
    expect(now?.due[0]).toMatchObject({ anchorOn: '2026-05-10', anchorKind: 'service', anchorKm: 4_000 })
    expect([now?.lastVisitOn, now?.odometerOn, now?.odometerKm]).toEqual(['2026-08-08', '2026-08-08', 7_000])
    expect((await customers.get({ storeId, customerId })).lastVisitOn).toBe('2026-08-08')
  })

  test('readings told in any order give the same facts', async () => {
    const told: [string, number][] = [
      ['2025-03-01', 2_000],
      ['2025-09-01', 8_000],
      ['2025-12-01', 1_100_00],
      ['2026-03-01', 14_000],
      ['2026-09-01', 20_000],
    ]
    const ends = []
    for (const order of [told, [...told].reverse(), [2, 0, 4, 1, 3].map((at) => told[at] ?? ['', 0])]) {
      const { customerId, car } = await addCar({ deliveredOn: '2025-01-01' })
      for (const [day, km] of order as [string, number][]) await visit(car.id, day, 'maintenance', km)
      const { readings = [], odometerKm, due } = (await again(customerId)) ?? {}
      const verdicts = readings.map(({ readOn, km, refused }) => [readOn, km, refused])
      ends.push(JSON.stringify([verdicts, odometerKm, due?.[0]?.dailyKm, due?.[0]?.anchorKm]))
    }
    expect(ends[0]).toContain('["2025-12-01",110000,"absurd"]')
    expect(new Set(ends).size).toBe(1)
  })

  test('service elsewhere is an anchor, and two who write at once both count', async () => {
    const { customerId, car } = await addCar({ deliveredOn: '2026-01-10' })
    await scoped((scope) =>
      scope.tx
        .insertInto('servedElsewhere')
        .values({
          storeId,
          id: scope.newId(),
          customerId,
          vehicleId: car.id,
          servedOn: '2026-07-01',
          odometerKm: 6_000,
          toldAt: scope.now.toString(),
        })
        .execute(),
    )
    await Promise.all([
      vehicles.addReading({ storeId, vehicleId: car.id, readOn: '2026-08-01', km: 7_000 }),
      vehicles.addReading({ storeId, vehicleId: car.id, readOn: '2026-09-01', km: 8_000 }),
      visit(car.id, '2026-10-01', 'repair', 9_000),
    ])
    const now = await again(customerId)
    expect(now?.due[0]).toMatchObject({ anchorOn: '2026-07-01', anchorKind: 'elsewhere', anchorKm: 6_000 })
    expect([now?.odometerKm, now?.odometerOn, now?.readings.length]).toEqual([9_000, '2026-10-01', 3])
  })
})

describe('readings', () => {
  test('a typo is refused with what it contradicts, and with keepAnyway kept but never used', async () => {
    const { customerId, car } = await addCar()
    const tell = (readOn: string, km: number, keepAnyway = false) =>
      vehicles.addReading({ storeId, vehicleId: car.id, readOn, km, keepAnyway })
    await tell('2026-03-01', 30_000)
    await tell('2026-06-01', 35_000)
    const typo = await tell('2026-09-01', 3_900).catch((error: { data: { values: object } }) => error.data.values)
    expect(typo).toEqual({ km: 3_900, reason: '2026-06-01: 35000 km', code: 'rollback' })
    const kept = await tell('2026-09-01', 3_900, true)
    expect(kept.readings[0]).toMatchObject({ km: 3_900, refused: 'rollback' })
    expect(kept.odometerKm).toBe(35_000)
    const events = (await customers.timeline({ storeId, customerId })).rows
    expect(events.find((row) => row.kind === 'odometer.refused')?.data).toMatchObject({ km: 3_900, reason: 'rollback' })
    expect(await problemOf(tell('2026-12-01', 40_000))).toBe('BAD_REQUEST date.future')
    expect(await problemOf(tell('2026-10-01', 700_000))).toBe('BAD_REQUEST odometer.refused')
    const { rows: visits } = { rows: await visit(car.id, '2026-10-02', 'repair', 700_000) }
    expect(visits.mileageKm).toBe(700_000)
    expect((await again(customerId))?.odometerKm).toBe(35_000)
  })
})

describe('editing', () => {
  test('VIN and plate are kept normalised; a broken VIN, one that is taken and a late editor are refused', async () => {
    const { customerId, car } = await addCar({ vin: '0svam4187c2184847', plate: '苏z·a1234' })
    expect([car.vin, car.plate]).toEqual(['0SVAM4187C2184847', '苏ZA1234'])
    expect(car.vinWarning).toBe(true)
    expect(await problemOf(vehicles.create({ storeId, customerId, vin: 'ABC' }))).toBe('BAD_REQUEST vin.invalid')
    expect(await problemOf(vehicles.create({ storeId, customerId, vin: '0SVAM4187C2184847' }))).toBe(
      'CONFLICT vin.taken',
    )
    expect(await problemOf(vehicles.create({ storeId, customerId, deliveredOn: '2026-12-24' }))).toBe(
      'BAD_REQUEST date.future',
    )
    expect(await problemOf(vehicles.create({ storeId, customerId, driverId: newId() }))).toBe('NOT_FOUND not-found')
    const edits = ['白', '黑', '蓝'].map((series) =>
      problemOf(vehicles.update({ storeId, vehicleId: car.id, version: car.version, series })),
    )
    expect((await Promise.all(edits)).sort()).toEqual([
      'CONFLICT version.changed',
      'CONFLICT version.changed',
      'nothing thrown',
    ])
    const found = await customers.search({ storeId, q: 'za12' })
    expect(found.hits.map((hit) => hit.id)).toEqual([customerId])
  })

  test('what staff corrected remembers the value before', async () => {
    const { car } = await addCar({ plate: '苏ZA0001', deliveredOn: '2025-01-01' })
    await vehicles.update({ storeId, vehicleId: car.id, version: 1, plate: '苏ZA0002', deliveredOn: '2025-01-01' })
    const [row] = await rows<{ staff_corrected: unknown }>('SELECT staff_corrected FROM vehicle WHERE id = $1', [
      car.id,
    ])
    expect(row?.staff_corrected).toEqual({ plate: '苏ZA0001' })
  })
})

describe('tasks follow (CARE-23)', () => {
  async function dueCar() {
    const made = await addCar({ deliveredOn: '2026-05-25' })
    await scoped((scope) => planStore(scope, scope.today))
    const [task] = await rows<{ state: string }>('SELECT state FROM task WHERE vehicle_id = $1', [made.car.id])
    expect(task?.state).toBe('open')
    return made
  }
  const taskOf = async (vehicleId: string) =>
    (
      await rows<{ state: string; outcome: string | null }>('SELECT state, outcome FROM task WHERE vehicle_id = $1', [
        vehicleId,
      ])
    )[0]

  test('a maintenance visit answers the reminder; the same visit told twice is one', async () => {
    const { car } = await dueCar()
    const first = await visit(car.id, '2026-11-21', 'maintenance', 5_000)
    const second = await visit(car.id, '2026-11-21', 'maintenance', 5_000)
    expect(second.id).toBe(first.id)
    expect(await problemOf(visit(car.id, '2026-11-21', 'repair', 5_000))).toBe('CONFLICT visit.known')
    expect(await vehicles.visits({ storeId, vehicleId: car.id })).toHaveLength(1)
    expect(await taskOf(car.id)).toMatchObject({ state: 'done', outcome: 'returned' })
  })

  test('a sold car and a customer who wants no calls close it', async () => {
    const sold = await dueCar()
    await vehicles.update({ storeId, vehicleId: sold.car.id, version: 1, state: 'sold' })
    expect((await taskOf(sold.car.id))?.state).not.toBe('open')
    const quiet = await dueCar()
    await customers.update({ storeId, customerId: quiet.customerId, version: 1, doNotDisturb: true })
    expect((await taskOf(quiet.car.id))?.state).not.toBe('open')
  })

  test('a dead number blocks the reminder, a new one frees it', async () => {
    const { car, customerId } = await dueCar()
    const { phones } = await customers.get({ storeId, customerId })
    const blocked = async () =>
      (await rows<{ blocked_by: string | null }>('SELECT blocked_by FROM task WHERE vehicle_id = $1', [car.id]))[0]
        ?.blocked_by
    await customers.setPhoneState({ storeId, customerId, phoneId: phones[0]?.id ?? '', state: 'dead' })
    expect(await blocked()).toBe('no-phone')
    await customers.addPhone({ storeId, customerId, number: '15400000002' })
    expect(await blocked()).toBeNull()
  })
})
