import { type InspectionCategory, type InspectionFacts, nextInspection } from '@changhui/rules/inspection'
import { INSPECTION_CARE_DEFAULTS, inspectionWindow } from '@changhui/rules/inspectionCare'
import { POLICY_KINDS, renewalRounds } from '@changhui/rules/insuranceRenewal'
import { warrantyWindow } from '@changhui/rules/newCar'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { reportCall } from '../calls/report.ts'
import { factsChanged, planStore } from '../service.ts'
import { careStore } from '../testing.ts'
import { dayAround, maybe, sample, standing } from './generate.ts'
import { inspection } from './inspection.ts'
import { insuranceRenewal } from './insurance-renewal.ts'
import { type Car, day, dayOr, expectAgreement } from './testing.ts'
import { warrantyExpiry } from './warranty-expiry.ts'

const database = await testDatabase()
const active = (car: Car) => car.state === 'active'
const before = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0

test('warranty expiry: by date or predicted mileage, until somebody was in during its last month (CARE-04)', async () => {
  const cars = sample(
    fc.record({
      ...standing,
      warranty_end_on: maybe(dayAround(200, 700)),
      warranty_end_km: maybe(fc.integer({ min: 0, max: 100_000 })),
      odometer_km: maybe(fc.integer({ min: 0, max: 110_000 })),
      odometer_on: maybe(dayAround(500, 0)),
      daily_km: maybe(fc.integer({ min: 20, max: 60_000 }).map((hundredths) => hundredths / 100)),
      last_visit_on: maybe(dayAround(500, 500)),
    }),
  )
  const { rounds, tasks } = await expectAgreement(database, warrantyExpiry, cars, (car) => {
    const [endsOn, readOn, visited] = [dayOr(car.warranty_end_on), dayOr(car.odometer_on), dayOr(car.last_visit_on)]
    const km = car.odometer_km
    const endsKm = car.warranty_end_km as number | null
    const latest = readOn && typeof km === 'number' ? { on: readOn, km } : null
    const window = warrantyWindow({ endsOn, endsKm, latest, dailyKm: car.daily_km as number | null })
    if (!active(car) || !window || (visited && !before(visited, window.opensOn))) return []
    return [{ ...window, cycle: endsOn?.toString() ?? `${endsKm}km` }]
  })
  expect([rounds > 50, tasks > 3]).toEqual([true, true])
})

test('insurance renewal: one talk for policies that expire close together, else one each (CARE-06)', async () => {
  const cars = sample(
    fc
      .record({
        ...standing,
        first: maybe(dayAround(120, 400)),
        apart: fc.integer({ min: -120, max: 120 }),
        both: fc.boolean(),
      })
      .map(({ first, apart, both, ...car }) => ({
        ...car,
        compulsory_expiry_on: first,
        commercial_expiry_on: first && both ? day(first).add({ days: apart }).toString() : both ? '2027-01-31' : null,
      })),
  )
  const { rounds, tasks } = await expectAgreement(database, insuranceRenewal, cars, (car) => {
    const policies = POLICY_KINDS.flatMap((kind) => {
      const expiresOn = dayOr(car[`${kind}_expiry_on`])
      return expiresOn ? [{ kind, expiresOn }] : []
    })
    return active(car) ? renewalRounds(policies).map((one) => ({ ...one, cycle: one.dueOn.toString() })) : []
  })
  expect([rounds > 50, tasks > 3]).toEqual([true, true])
})

test('inspection: the stated day, else the legal schedule with every exception (CARE-05, CARE-20)', async () => {
  const categories: (InspectionCategory | null)[] = [
    null,
    null,
    'small-passenger',
    'van',
    'commercial',
    'truck',
    'large-passenger',
  ]
  const cars = sample(
    fc.record({
      ...standing,
      registered_on: maybe(dayAround(8_000, 100)),
      delivered_on: maybe(dayAround(8_000, 100)),
      made_on: maybe(dayAround(9_500, 0)),
      inspected_on: maybe(dayAround(800, 0)),
      inspection_due_on: fc.option(dayAround(100, 800), { nil: null, freq: 1 }),
      seats: maybe(fc.integer({ min: 2, max: 12 })),
      inspection_category: fc.constantFrom(...categories),
      inspection_exception: fc.constantFrom(
        null,
        null,
        null,
        'injury-accident',
        'illegal-modification',
        'formerly-commercial',
      ),
    }),
  )
  const month = (one: Temporal.PlainDate) => one.with({ day: 1 })
  const { rounds, tasks } = await expectAgreement(database, inspection, cars, (car, asOf) => {
    if (!active(car)) return []
    const earliest = asOf.subtract({ days: INSPECTION_CARE_DEFAULTS.lateDays })
    const [stated, registeredOn] = [dayOr(car.inspection_due_on), dayOr(car.registered_on) ?? dayOr(car.delivered_on)]
    const lastDoneOn = dayOr(car.inspected_on)
    const round = (dueMonthEnd: Temporal.PlainDate, opensOn: Temporal.PlainDate) => [
      { ...inspectionWindow({ dueMonthEnd, opensOn }), cycle: dueMonthEnd.toString().slice(0, 7) },
    ]
    if (stated && !before(stated.with({ day: stated.daysInMonth }), earliest)) {
      const opensOn = month(stated).subtract({ months: 2 })
      if (!lastDoneOn || before(lastDoneOn, opensOn)) return round(stated.with({ day: stated.daysInMonth }), opensOn)
    }
    if (!registeredOn) return []
    const facts: InspectionFacts = {
      registeredOn,
      category: (car.inspection_category ??
        (car.purpose === 'commercial' ? 'commercial' : 'small-passenger')) as InspectionCategory,
      seats: car.seats as number | null,
      injuryAccident: car.inspection_exception === 'injury-accident',
      illegalModification: car.inspection_exception === 'illegal-modification',
      formerlyCommercial: car.inspection_exception === 'formerly-commercial',
      madeOn: dayOr(car.made_on),
      lastDoneOn,
    }
    const next = nextInspection(facts, earliest)
    return next ? round(next.dueMonthEnd, next.opensOn) : []
  })
  expect([rounds > 50, tasks > 3]).toEqual([true, true])
})

describe('what answers them', () => {
  const store = careStore(database, 'ANSWERED')
  afterAll(async () => (await store).pool.end())
  const states = async (vehicleId: string) =>
    await (await store).rows<{ programme: string; cycle: string; outcome: string | null }>(
      `SELECT programme, cycle, outcome FROM task WHERE store_id = $1 AND vehicle_id = $2 AND programme IN ('warranty-expiry', 'inspection', 'insurance-renewal') ORDER BY planned_on, cycle`,
      vehicleId,
    )
  const plan = async (on: string) => (await store).scoped((scope) => planStore(scope, day(on)))
  const change = async (vehicleId: string, facts: string) => {
    const { rows, scoped } = await store
    await rows(`UPDATE vehicle SET ${facts} WHERE store_id = $1 AND id = $2`, vehicleId)
    await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
  }

  test('a policy that moves on a year is renewed, one that moves a week was corrected', async () => {
    const { addCar } = await store
    const both = { compulsory_expiry_on: '2026-12-31', commercial_expiry_on: '2027-01-20' }
    const [renewed, corrected] = [await addCar({ vehicle: both }), await addCar({ vehicle: both })]
    await plan('2026-11-21')
    await change(renewed.vehicleId, `compulsory_expiry_on = '2027-12-31'`)
    await change(corrected.vehicleId, `compulsory_expiry_on = '2027-01-07'`)
    await plan('2026-11-22')
    const one = { programme: 'insurance-renewal' }
    expect(await states(renewed.vehicleId)).toEqual([
      { ...one, cycle: '2026-12-31', outcome: 'renewed' },
      { ...one, cycle: '2027-01-20', outcome: null },
    ])
    expect(await states(corrected.vehicleId)).toEqual([
      { ...one, cycle: '2026-12-31', outcome: 'superseded' },
      { ...one, cycle: '2027-01-07', outcome: null },
    ])
  })

  test('an inspection is answered by its day, or runs out', async () => {
    const { addCar } = await store
    const [done, told, late] = [
      await addCar({ vehicle: { registered_on: '2020-12-15' } }),
      await addCar({ vehicle: { registered_on: '2020-12-15' } }),
      await addCar({ vehicle: { registered_on: '2020-12-15' } }),
    ]
    await plan('2026-11-25')
    await change(done.vehicleId, `inspected_on = '2026-11-30'`)
    await change(told.vehicleId, `inspection_due_on = '2028-12-31'`)
    await plan('2027-01-31')
    const one = { programme: 'inspection', cycle: '2026-12' }
    expect(await states(done.vehicleId)).toEqual([{ ...one, outcome: 'inspected' }])
    expect(await states(told.vehicleId)).toEqual([{ ...one, outcome: 'inspected' }])
    expect(await states(late.vehicleId)).toEqual([{ ...one, outcome: 'expired' }])
  })

  test('"done elsewhere" is an inspection for one, a policy for the other, and a service for neither', async () => {
    const { addCar, agent, as, newId, rows } = await store
    const vehicle = { registered_on: '2020-11-15', commercial_expiry_on: '2026-12-05', anchor_on: '2026-09-01' }
    const { vehicleId, phoneIds } = await addCar({ vehicle })
    await plan('2026-11-20')
    const elsewhere = { servedOn: '2026-11-18', shop: '', place: '', reason: '' }
    const tasks = await rows<{ id: string }>(
      `SELECT id FROM task WHERE store_id = $1 AND vehicle_id = $2 AND programme IN ('inspection', 'insurance-renewal')`,
      vehicleId,
    )
    expect(tasks).toHaveLength(2)
    const report = { phoneId: phoneIds[0] ?? null, result: 'reached', outcome: 'elsewhere', elsewhere } as const
    for (const { id } of tasks) {
      await as(agent('续保专员'), (scope) => reportCall(scope, id, { ...report, attemptId: newId() }))
    }
    const facts = await rows('SELECT anchor_on, inspected_on FROM vehicle WHERE store_id = $1 AND id = $2', vehicleId)
    expect(facts).toEqual([{ anchor_on: '2026-09-01', inspected_on: '2026-11-18' }])
    expect((await states(vehicleId)).map((one) => one.outcome)).toEqual(['elsewhere', 'elsewhere'])
    expect(await rows('SELECT FROM served_elsewhere WHERE store_id = $1 AND vehicle_id = $2', vehicleId)).toEqual([])
  })

  test('a visit in the last month answers the warranty; a service appointment does not end a renewal', async () => {
    const { addCar, rows, newId, scoped } = await store
    const { vehicleId, customerId } = await addCar({
      vehicle: { warranty_end_on: '2026-12-20', commercial_expiry_on: '2026-12-10', anchor_on: '2026-09-01' },
    })
    await plan('2026-11-26')
    await rows(
      `INSERT INTO appointment (store_id, id, customer_id, vehicle_id, day, state, created_at) VALUES ($1, $2, $3, $4, '2026-12-01', 'booked', $5)`,
      newId(),
      customerId,
      vehicleId,
      '2026-11-21T02:00:00Z',
    )
    await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
    const outcomes = async () =>
      Object.fromEntries((await states(vehicleId)).map((one) => [one.programme, one.outcome]))
    expect(await outcomes()).toEqual({ 'warranty-expiry': 'booked', 'insurance-renewal': null })
    const other = await addCar({ vehicle: { warranty_end_on: '2026-12-20', anchor_on: '2026-09-01' } })
    await plan('2026-11-27')
    await change(other.vehicleId, `last_visit_on = '2026-11-28'`)
    expect(await states(other.vehicleId)).toMatchObject([{ programme: 'warranty-expiry', outcome: 'returned' }])
  })
})
