import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { readingId, visitId } from '../base/vehicles/service.ts'
import type { DemoVisit } from './history.ts'
import type { DemoPerson } from './people.ts'

export interface PlacedPerson extends Omit<DemoPerson, 'cars'> {
  readonly id: string
  readonly advisorId: string | null
  readonly email?: string | null
  readonly wechatId?: string | null
  readonly consents?: Readonly<Record<string, boolean>>
}

export interface PlacedCar {
  readonly id: string
  readonly ownerId: string
  readonly car: DemoPerson['cars'][number]
}

/** Customers and their phones, one statement each. */
export async function insertPeople(scope: Scope, people: readonly PlacedPerson[]): Promise<void> {
  const { tx, storeId } = scope
  const at = scope.now.toString()
  await sql`
    INSERT INTO customer (store_id, id, name, sex, birthday, region, locality, occupation, industry, source, tags, preferred_hour, do_not_disturb, advisor_id, email,
      wechat_id, consents, created_at, updated_at)
    SELECT ${storeId}::uuid, r.id, r.name, r.sex, r.birthday, r.region, r.locality, r.occupation, r.industry, r.source,
      ARRAY(SELECT jsonb_array_elements_text(r.tags)), r."preferredHour", r."doNotDisturb", r."advisorId", r.email, r."wechatId",
      coalesce(r.consents, '{}'), ${at}::timestamptz, ${at}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(people)}::jsonb) AS r (id uuid, name text, sex text, birthday date, region text, locality text,
      occupation text, industry text, source text, tags jsonb, "preferredHour" smallint, "doNotDisturb" boolean, "advisorId" uuid, email text, "wechatId" text,
      consents jsonb)`.execute(tx)
  const phones = people.flatMap((person) =>
    person.phones.map((phone, position) => ({ id: scope.newId(), customerId: person.id, position, ...phone })),
  )
  await sql`
    INSERT INTO customer_phone (store_id, id, customer_id, number, state, position, source, updated_at)
    SELECT ${storeId}::uuid, r.id, r."customerId", r.number, r.state, r.position, 'staff', ${at}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(phones)}::jsonb) AS r (id uuid, "customerId" uuid, number text, state text, position smallint)`.execute(
    tx,
  )
}

export async function insertCars(scope: Scope, cars: readonly PlacedCar[]): Promise<void> {
  const { tx, storeId } = scope
  const at = scope.now.toString()
  const rows = cars.map(({ id, ownerId, car }) => ({ ...car, id, ownerId }))
  await sql`
    INSERT INTO vehicle (store_id, id, owner_id, vin, plate, brand, series, model, energy, purpose, delivered_on, warranty_end_on,
      warranty_end_km, compulsory_insurer, compulsory_expiry_on, commercial_insurer, commercial_expiry_on, created_at, updated_at)
    SELECT ${storeId}::uuid, r.id, r."ownerId", r.vin, r.plate, r.brand, r.series, r.model, r.energy, r.purpose, r."deliveredOn",
      (r."deliveredOn" + interval '3 years')::date, 100000,
      '虚构保险', (r."deliveredOn" + interval '1 year' * (1 + date_part('year', age(${scope.today.toString()}::date, r."deliveredOn"))))::date,
      '虚构保险', (r."deliveredOn" + interval '1 year' * (1 + date_part('year', age(${scope.today.toString()}::date, r."deliveredOn"))))::date,
      ${at}::timestamptz, ${at}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id uuid, "ownerId" uuid, vin text, plate text, brand text, series text,
      model text, energy text, purpose text, "deliveredOn" date)`.execute(tx)
}

/** Visits with their odometer readings; both have derived ids, so that the same one twice is one. */
export async function insertVisits(
  scope: Scope,
  visits: readonly { car: Pick<PlacedCar, 'id' | 'ownerId'>; visit: DemoVisit }[],
): Promise<void> {
  const { tx, storeId } = scope
  const at = scope.now.toString()
  const rows = visits.map(({ car, visit }) => ({
    ...visit,
    id: visitId(storeId, car.id, { orderNo: null, arrivedOn: visit.arrivedOn }),
    readingId: readingId(storeId, car.id, visit.arrivedOn, visit.mileageKm),
    vehicleId: car.id,
    customerId: car.ownerId,
    totalFen: visit.lines.reduce((sum, line) => sum + line.amountFen, 0),
  }))
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id uuid, "readingId" uuid, "vehicleId" uuid, "customerId" uuid,
    "arrivedOn" date, kind text, "mileageKm" integer, lines jsonb, "totalFen" bigint)`
  await sql`
    INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, completed_on, kind, mileage_km, advisor, lines, total_fen, customer_fen, source, created_at, updated_at)
    SELECT ${storeId}::uuid, r.id, r."vehicleId", r."customerId", r."arrivedOn", r."arrivedOn", r.kind, r."mileageKm", '演示顾问', r.lines,
      r."totalFen", CASE WHEN r.kind = 'claim' THEN 0 ELSE r."totalFen" END, 'import', ${at}::timestamptz, ${at}::timestamptz
    FROM ${given} ON CONFLICT DO NOTHING`.execute(tx)
  await sql`
    INSERT INTO odometer_reading (store_id, id, vehicle_id, read_on, km, source, created_at)
    SELECT ${storeId}::uuid, r."readingId", r."vehicleId", r."arrivedOn", r."mileageKm", 'import', ${at}::timestamptz
    FROM ${given} ON CONFLICT DO NOTHING`.execute(tx)
}

/** Open calls of some programmes that may be made by `until`, most urgent first, with a number to call. */
export async function callable(scope: Scope, until: Temporal.Instant, programmes: readonly string[]) {
  return scope.tx
    .selectFrom('task')
    .innerJoin('customer', (join) =>
      join.onRef('customer.storeId', '=', 'task.storeId').onRef('customer.id', '=', 'task.customerId'),
    )
    .select([
      'task.id',
      'task.programme',
      'task.customerId',
      'task.vehicleId',
      'task.attempts',
      'task.nextPhoneId',
      'task.nextAt',
    ])
    .where('task.storeId', '=', scope.storeId)
    .where('task.state', 'in', ['open', 'attempting'])
    .where('task.programme', 'in', [...programmes])
    .where('task.blockedBy', 'is', null)
    .where((eb) => eb.or([eb('task.nextAt', 'is', null), eb('task.nextAt', '<=', until.toString())]))
    .orderBy('task.priority')
    .orderBy('task.callBy')
    .orderBy('task.id')
    .execute()
}

/** Customers whose number has been asked for since before `day`. */
export async function numbersAskedFor(scope: Scope, day: Temporal.PlainDate): Promise<string[]> {
  const rows = await scope.tx
    .selectFrom('task')
    .select('customerId')
    .distinct()
    .where('storeId', '=', scope.storeId)
    .where('programme', '=', 'number-correction')
    .where('state', 'in', ['open', 'attempting'])
    .where('plannedOn', '<', day.toString())
    .orderBy('customerId')
    .execute()
  return rows.map((row) => row.customerId)
}

/** Marks the booked appointments of vehicles that came as kept. */
export async function keepAppointments(scope: Scope, vehicleIds: readonly string[], day: string): Promise<void> {
  if (vehicleIds.length === 0) return
  await scope.tx
    .updateTable('appointment')
    .set({ state: 'kept' })
    .where('storeId', '=', scope.storeId)
    .where('vehicleId', 'in', vehicleIds)
    .where('day', '<=', day)
    .where('state', '=', 'booked')
    .execute()
}

/** Customers and vehicles of an empty demo store, counted. */
export async function countStore(
  scope: Scope,
): Promise<{ customers: number; vehicles: number; visits: number; tasks: number }> {
  const { rows } = await sql<{ customers: number; vehicles: number; visits: number; tasks: number }>`
    SELECT (SELECT count(*) FROM customer WHERE store_id = ${scope.storeId}::uuid)::int AS customers,
      (SELECT count(*) FROM vehicle WHERE store_id = ${scope.storeId}::uuid)::int AS vehicles,
      (SELECT count(*) FROM visit WHERE store_id = ${scope.storeId}::uuid)::int AS visits,
      (SELECT count(*) FROM task WHERE store_id = ${scope.storeId}::uuid)::int AS tasks`.execute(scope.tx)
  return rows[0] ?? { customers: 0, vehicles: 0, visits: 0, tasks: 0 }
}
