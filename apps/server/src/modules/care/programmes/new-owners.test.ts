import {
  ORDER_STEPS,
  type OrderStep,
  ownerClassWindow,
  WAITING_DEFAULTS,
  type WaitingFacts,
  waitingTouches,
  welcomeWindow,
} from '@changhui/rules/newOwner'
import { calendarTips, TIP_DEFAULTS, vehicleTips } from '@changhui/rules/seasons'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { dueOfStore } from '../engine/follow.ts'
import { isPlanned } from '../engine/programme.ts'
import { careStore, testMoment } from '../testing.ts'
import { newCarInvitation } from './new-car-invitation.ts'
import { chance, type DueRow, idAt, owed } from './owed-testing.ts'
import { ownerClass } from './owner-class.ts'
import { day } from './testing.ts'
import { useTips } from './use-tips.ts'
import { waitingNewCar } from './waiting-new-car.ts'
import { welcome } from './welcome.ts'

const database = await testDatabase()

test('use tips (CARE-09): season, mileage, tyres, antifreeze and holidays, as the pure rules give them', async () => {
  const one = await careStore(database, 'TIPS')
  const random = chance(7)
  const cars = Array.from({ length: 120 }, (_, i) => {
    const delivered = day('2020-06-01').add({ days: random(0, 2_300) })
    const readOn = day('2026-08-01').add({ days: random(0, 160) })
    const km = random(1, 130_000)
    return {
      id: idAt(2, i),
      // two cars of one owner: what is the same for all goes to the first only
      owner: idAt(2, i - (i % 5 === 4 ? 1 : 0)),
      delivered_on: random(0, 9) > 0 ? delivered.toString() : null,
      odometer_on: random(0, 9) > 1 ? readOn.toString() : null,
      odometer_km: km,
      before_km: random(0, 3) > 0 ? Math.max(0, km - random(1, 12_000)) : null,
    }
  })
  await one.rows(
    `INSERT INTO customer (store_id, id, name, created_at, updated_at) SELECT $1, (r ->> 'id')::uuid, '车主', $3, $3 FROM jsonb_array_elements($2) r`,
    JSON.stringify(cars),
    testMoment,
  )
  const source = `jsonb_to_recordset($2) AS r (id uuid, owner uuid, delivered_on date, odometer_on date, odometer_km int, before_km int)`
  await one.rows(
    `INSERT INTO vehicle (store_id, id, owner_id, delivered_on, odometer_on, odometer_km, created_at, updated_at)
     SELECT $1, id, owner, delivered_on, odometer_on, CASE WHEN odometer_on IS NOT NULL THEN odometer_km END, $3, $3 FROM ${source}`,
    JSON.stringify(cars),
    testMoment,
  )
  await one.rows(
    `INSERT INTO odometer_reading (store_id, id, vehicle_id, read_on, km, source, created_at)
     SELECT $1, gen_random_uuid(), r.id, x.read_on, x.km, 'staff', $3 FROM ${source}
     CROSS JOIN LATERAL (VALUES (r.odometer_on, r.odometer_km), (r.odometer_on - 100, r.before_km)) AS x (read_on, km)
     WHERE r.odometer_on IS NOT NULL AND x.km IS NOT NULL`,
    JSON.stringify(cars),
    testMoment,
  )
  const seen = new Set<string>()
  for (const text of [
    '2026-02-10',
    '2026-09-20',
    '2026-09-29',
    '2026-10-20',
    '2026-11-07',
    '2026-11-10',
    '2026-12-20',
  ]) {
    const asOf = day(text)
    const rows = await owed(useTips, asOf, one)
    const same = calendarTips(asOf, TIP_DEFAULTS)
    for (const [i, car] of cars.entries()) {
      const latest = car.odometer_on ? { on: day(car.odometer_on), km: car.odometer_km } : null
      const deliveredOn = car.delivered_on ? day(car.delivered_on) : null
      const facts = { deliveredOn, latest, previousKm: latest && car.before_km }
      // a reading of a day to come is not known yet
      const own = vehicleTips(facts, asOf).filter(({ opensOn }) => Temporal.PlainDate.compare(opensOn, asOf) <= 0)
      const wanted = [...(i % 5 === 4 ? [] : same), ...own].map(
        (tip) => `${tip.tip}:${tip.cycle} ${tip.opensOn} ${tip.lastOn}`,
      )
      const given = rows
        .filter((row) => row.vehicleId === car.id)
        .map((row) => `${row.cycle} ${row.dueOn} ${row.closesOn}`)
      expect([text, car, ...given.sort()]).toEqual([text, car, ...wanted.sort()])
      for (const row of rows) seen.add(String(row.why.tip))
    }
  }
  expect([...seen].sort()).toEqual(['antifreeze', 'mileage', 'pre-trip', 'safe-driving', 'season-change', 'tyres'])
  await one.pool.end()
})

test('waiting for the new car (CARE-24): steps, invitation and greetings, as the pure rule gives them', async () => {
  const one = await careStore(database, 'WAITING')
  await one.rows(
    `INSERT INTO store_closure (store_id, day, reason) VALUES ($1, '2026-11-22', '盘点'), ($1, '2026-11-23', '盘点')`,
  )
  const random = chance(24)
  const asOf = day('2026-11-24')
  const near = (before: number, after: number) => asOf.add({ days: random(-before, after) })
  const orders = Array.from({ length: 300 }, (_, i) => {
    const reached = random(0, ORDER_STEPS.length - 1)
    let on = near(50, 0)
    const steps = ORDER_STEPS.slice(0, reached + 1).map((step) => {
      const mine = on
      on = on.add({ days: random(0, 20) })
      return { step, on: mine }
    })
    const about = [...ORDER_STEPS, 'greeting', 'invitation'] as const
    const told = about.flatMap((word) => (random(0, 2) === 0 ? [{ about: word, on: near(40, 0) }] : []))
    return { id: idAt(3, i), steps, told, promisedOn: random(0, 3) > 0 ? near(10, 20) : null }
  })
  await one.rows(
    `INSERT INTO customer (store_id, id, name, created_at, updated_at) SELECT $1, unnest($2::uuid[]), '车主', $3, $3`,
    orders.map(({ id }) => id),
    testMoment,
  )
  for (const { id, steps, told, promisedOn } of orders) {
    await one.rows(
      `INSERT INTO new_car_order (store_id, id, customer_id, model, promised_on, created_at, updated_at) VALUES ($1, $2, $2, 'S5', $3, $4, $4)`,
      id,
      promisedOn?.toString() ?? null,
      testMoment,
    )
    await one.rows(
      `INSERT INTO new_car_step (store_id, order_id, step, reached_on, noted_at) SELECT $1, $2, s.step, s.on, $4
       FROM jsonb_to_recordset($3) AS s (step text, "on" date)`,
      id,
      JSON.stringify(steps),
      testMoment,
    )
    await one.rows(
      `INSERT INTO task (store_id, id, programme, customer_id, cycle, state, outcome, due_on, opens_on, call_by, closes_on, priority, why, planned_on, closed_at)
       SELECT $1, gen_random_uuid(), CASE WHEN t.about = 'invitation' THEN 'new-car-invitation' ELSE 'waiting-new-car' END, $2,
         $2::uuid || ':' || t.about || CASE WHEN t.about = 'greeting' THEN ':2026-01-01' ELSE '' END, 'done', 'sent', t.on, t.on, t.on, t.on, 2, '{}', t.on,
         (t.on + time '23:30') AT TIME ZONE 'Asia/Shanghai'
       FROM jsonb_to_recordset($3) AS t (about text, "on" date)`,
      id,
      JSON.stringify(told),
    )
  }
  const { calendar, rows } = await one.scoped(async (scope) => {
    const due = await dueOfStore(scope, asOf)
    const all = []
    for (const programme of [waitingNewCar, newCarInvitation]) {
      if (!isPlanned(programme)) throw new Error('not planned')
      const { parameters } = due(programme)
      const found =
        await sql<DueRow>`SELECT customer_id, cycle, due_on, call_by, why FROM (${programme.dueSql(parameters)}) d
        WHERE opens_on <= ${asOf.toString()}::date AND due_on + 0 > ${asOf.toString()}::date - 61 AND (${programme.key} <> 'new-car-invitation' OR closes_on >= ${asOf.toString()}::date)`.execute(
          scope.tx,
        )
      all.push(...found.rows)
    }
    return { calendar: due(waitingNewCar as never).parameters.calendar, rows: all }
  })
  const seen = new Set<string>()
  for (const order of orders) {
    const facts: WaitingFacts = {
      ...order,
      deliveredOn: null,
      steps: order.steps as { step: OrderStep; on: Temporal.PlainDate }[],
    }
    const touches = waitingTouches(facts, asOf, calendar, WAITING_DEFAULTS)
    // what happened longer ago than the query looks back is history
    const recent = touches.filter(({ on }) => Temporal.PlainDate.compare(on, asOf.subtract({ days: 60 })) >= 0)
    const wanted = recent.map(({ about, on, by }) => `${about} ${about === 'invitation' ? '' : on} ${by}`)
    const given = rows
      .filter((row) => row.customerId === order.id && !toldAlready(order.told, row))
      .map((row) =>
        `${row.why.about} ${row.why.about === 'invitation' ? '' : row.dueOn} ${row.callBy}`.replace(
          /^greeting:\S+/,
          'greeting',
        ),
      )
    expect([order.id, ...given.sort()]).toEqual([order.id, ...wanted.sort()])
    for (const { about } of recent) seen.add(about)
  }
  expect([...seen].sort()).toEqual([...ORDER_STEPS, 'greeting', 'invitation'].sort())
  await one.pool.end()
})

/** An invitation that was made stays in the query while its window runs: its task is there already. */
const toldAlready = (told: readonly { about: string }[], row: DueRow) =>
  row.why.about === 'invitation' && told.some((one) => one.about === 'invitation')

test('welcome and owner class (CARE-13): from delivery, as the pure rules give them', async () => {
  const one = await careStore(database, 'OWNERS')
  const classes = ['2026-12-05', '2026-12-19', '2027-01-30'].map(day)
  for (const [i, classDay] of classes.entries()) {
    await one.rows(
      `INSERT INTO owner_class (store_id, id, day, at_time, place, capacity, created_at) VALUES ($1, $2, $3, '14:00', '培训室', 30, $4)`,
      idAt(4, i),
      classDay.toString(),
      testMoment,
    )
  }
  const ids: string[] = []
  for (let i = 0; i < 80; i++) {
    const delivered = day('2026-11-21').subtract({ days: i }).toString()
    ids.push((await one.addCar({ vehicle: { delivered_on: delivered } })).vehicleId)
  }
  for (const text of ['2026-11-21', '2026-11-25', '2026-12-04', '2026-12-06', '2027-01-15']) {
    const asOf = day(text)
    const welcomed = new Set((await owed(welcome, asOf, one)).map((row) => row.vehicleId))
    const invited = new Map((await owed(ownerClass, asOf, one)).map((row) => [row.vehicleId, row]))
    for (const [i, id] of ids.entries()) {
      const delivered = day('2026-11-21').subtract({ days: i })
      const { opensOn, lastOn } = welcomeWindow(delivered)
      const inside = (from: Temporal.PlainDate, to: Temporal.PlainDate) =>
        Temporal.PlainDate.compare(from, asOf) <= 0 && Temporal.PlainDate.compare(asOf, to) <= 0
      expect([text, i, welcomed.has(id)]).toEqual([text, i, inside(opensOn, lastOn)])
      const next = classes
        .filter((one) => Temporal.PlainDate.compare(one, asOf) >= 0)
        .find((one) => ownerClassWindow(delivered, one) !== null)
      const window = ownerClassWindow(delivered, next ?? null)
      const wanted =
        window && inside(window.opensOn, window.lastOn) ? [next?.toString(), window.callBy.toString()] : null
      const row = invited.get(id)
      expect([text, i, row ? [row.cycle, row.callBy] : null]).toEqual([text, i, wanted])
    }
  }
  await one.pool.end()
})

test('a full class and who has a seat already are not invited', async () => {
  const one = await careStore(database, 'SEATS')
  const cars = [
    await one.addCar({ vehicle: { delivered_on: '2026-11-01' } }),
    await one.addCar({ vehicle: { delivered_on: '2026-11-01' } }),
  ]
  await one.rows(
    `INSERT INTO owner_class (store_id, id, day, at_time, place, capacity, created_at) VALUES ($1, $2, '2026-12-05', '14:00', '培训室', 2, $3)`,
    idAt(5, 0),
    testMoment,
  )
  const seat = (customerId: string | undefined) =>
    one.rows(
      `INSERT INTO owner_class_seat (store_id, class_id, customer_id, taken_at) VALUES ($1, $2, $3, $4)`,
      idAt(5, 0),
      customerId,
      testMoment,
    )
  expect((await owed(ownerClass, day('2026-11-21'), one)).length).toBe(2)
  await seat(cars[0]?.customerId)
  expect((await owed(ownerClass, day('2026-11-21'), one)).map((row) => row.customerId)).toEqual([cars[1]?.customerId])
  const other = await one.addCar({ vehicle: { delivered_on: '2020-01-01' } })
  await seat(other.customerId)
  expect(await owed(ownerClass, day('2026-11-21'), one)).toEqual([])
  await one.pool.end()
})
