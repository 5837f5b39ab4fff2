import type pg from 'pg'
import { BatchMemory } from './batch-memory.ts'
import { type CustomerEntity, customerFields, type VehicleEntity, vehicleFields } from './entities.ts'
import type { ImportKind } from './fields.ts'
import type { ImportRecord, VisitLine } from './record.ts'
import { customerSourceKey, vehicleSourceKey } from './resolve.ts'
import type { Tables } from './tables.ts'
import { type KnownVisit, visitDayKey } from './visits.ts'

type Row = Record<string, unknown>

/** Where a batch looks: later tables win, since a dry run's own rows stand over the real ones. */
export interface Lookup {
  readonly client: pg.ClientBase
  readonly storeId: string
  readonly tables: readonly Tables[]
}

const customerColumns = [
  'id',
  'name',
  'source_key',
  'merged_into',
  'version',
  'staff_corrected',
  ...Object.values(customerFields),
]
const vehicleColumns = [
  'id',
  'owner_id',
  'vin',
  'plate',
  'source_key',
  'version',
  'staff_corrected',
  'last_visit_on',
  ...Object.values(vehicleFields),
]
const columns = (alias: string, list: readonly string[]) => list.map((name) => `${alias}.${name}`).join(', ')

async function rowsOf(look: Lookup, text: (tables: Tables) => string, values: readonly unknown[]): Promise<Row[]> {
  const found: Row[] = []
  for (const tables of look.tables) {
    const { rows } = await look.client.query<Row>(text(tables), [look.storeId, ...values])
    found.push(...rows)
  }
  return found
}

/** Reads what the database holds of the customers and vehicles that a batch of rows may mean; a few set-based queries. */
export async function recall(look: Lookup, kind: ImportKind, records: readonly ImportRecord[]): Promise<BatchMemory> {
  const memory = new BatchMemory()
  const set = (values: Iterable<string | null>) => [...new Set([...values].filter((value) => value !== null))]
  const vehicles = new Map<string, Row>()
  const find = async (condition: string, list: readonly string[]) => {
    if (list.length === 0) return
    const text = (t: Tables) =>
      `SELECT ${columns('v', vehicleColumns)} FROM ${t.vehicle} v WHERE v.store_id = $1 AND ${condition}`
    for (const row of await rowsOf(look, text, [list])) vehicles.set(String(row.id), row)
  }
  await find('v.vin = ANY ($2::text[])', set(records.map((record) => record.vin)))
  const known = new Set([...vehicles.values()].map((row) => row.vin))
  // a car that its VIN has found needs no search by plate
  const byPlate = records.filter((record) => record.plateNames && !(record.vin !== null && known.has(record.vin)))
  await find('v.plate = ANY ($2::text[])', set(byPlate.map((record) => record.plate)))
  await find(
    'v.source_key = ANY ($2::text[])',
    set(records.map((record) => (record.key === null ? null : vehicleSourceKey(record.key)))),
  )
  // a dry run may have changed the plate of a car that the real table still lists under the old one
  if (look.tables.length > 1) await find('v.id = ANY ($2::uuid[])', [...vehicles.keys()])
  if (kind === 'visits') await latestVisits(look, records, vehicles)

  const customers = new Map<string, Row>()
  const take = (rows: readonly Row[]) => {
    for (const row of rows) customers.set(String(row.id), row)
  }
  const select = columns('c', customerColumns)
  const phones = set(records.flatMap((record) => record.phones))
  if (phones.length > 0) {
    // phone and person may stand in different tables during a dry run
    const owners = await rowsOf(
      look,
      (t) =>
        `SELECT DISTINCT p.customer_id FROM ${t.customer_phone} p WHERE p.store_id = $1 AND p.number = ANY ($2::text[])`,
      [phones],
    )
    take(owners.map((row) => ({ id: row.customer_id })))
  }
  for (const row of vehicles.values()) customers.set(String(row.owner_id), { id: row.owner_id })
  const byId = async (ids: readonly string[]) =>
    take(
      await rowsOf(
        look,
        (t) => `SELECT ${select} FROM ${t.customer} c WHERE c.store_id = $1 AND c.id = ANY ($2::uuid[])`,
        [ids],
      ),
    )
  if (customers.size > 0) await byId([...customers.keys()])
  const names = set(records.map(customerSourceKey))
  take(
    await rowsOf(
      look,
      (t) => `SELECT ${select} FROM ${t.customer} c WHERE c.store_id = $1 AND c.source_key = ANY ($2::text[])`,
      [names],
    ),
  )
  for (let step = 0; step < 10; step++) {
    const missing = set([...customers.values()].map((row) => row.merged_into as string | null)).filter(
      (id) => !customers.has(id),
    )
    if (missing.length === 0) break
    await byId(missing)
  }
  await mergedInto(look, customers)

  const numbers = new Map<string, Set<string>>()
  if (customers.size > 0) {
    const rows = await rowsOf(
      look,
      (t) =>
        `SELECT p.customer_id, p.number FROM ${t.customer_phone} p WHERE p.store_id = $1 AND p.customer_id = ANY ($2::uuid[])`,
      [[...customers.keys()]],
    )
    for (const row of rows) {
      const id = String(row.customer_id)
      const mine = numbers.get(id) ?? new Set()
      numbers.set(id, mine.add(String(row.number)))
    }
  }
  for (const row of customers.values())
    if (row.name !== undefined) memory.addCustomer(customerOf(row, numbers.get(String(row.id))))
  for (const row of vehicles.values()) memory.addVehicle(vehicleOf(row))
  return memory
}

/** Records merged into those found, and into these: rows may still come under their names (BASE-11). */
async function mergedInto(look: Lookup, customers: Map<string, Row>): Promise<void> {
  for (let ids = [...customers.keys()]; ids.length > 0; ) {
    const rows = await rowsOf(
      look,
      (t) =>
        `SELECT ${columns('c', customerColumns)} FROM ${t.customer} c WHERE c.store_id = $1 AND c.merged_into = ANY ($2::uuid[])`,
      [ids],
    )
    ids = rows.map((row) => String(row.id)).filter((id) => !customers.has(id))
    for (const row of rows) customers.set(String(row.id), row)
  }
}

/** Where a row shows another plate than the car had, the day of its last visit decides: this import may have brought newer ones. */
async function latestVisits(look: Lookup, records: readonly ImportRecord[], vehicles: ReadonlyMap<string, Row>) {
  const plates = new Map(records.map((record) => [record.vin, record.plate]))
  const replated = [...vehicles.values()].filter((row) => {
    const plate = plates.get(row.vin as string | null) ?? null
    return row.vin !== null && plate !== null && plate !== row.plate
  })
  if (replated.length === 0) return
  const rows = await rowsOf(
    look,
    (t) =>
      `SELECT s.vehicle_id, max(s.arrived_on) AS last FROM ${t.visit} s WHERE s.store_id = $1 AND s.vehicle_id = ANY ($2::uuid[]) GROUP BY 1`,
    [replated.map((row) => row.id)],
  )
  for (const { vehicle_id, last } of rows) {
    const row = vehicles.get(String(vehicle_id))
    if (row && String(last) > String(row.last_visit_on ?? '')) row.last_visit_on = last
  }
}

const valuesOf = (row: Row, fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(fields).map(([field, column]) => [field, (row[column] ?? null) as string | number | null]),
  )

function customerOf(row: Row, phones: Set<string> = new Set()): CustomerEntity {
  return {
    id: String(row.id),
    fresh: false,
    values: { name: String(row.name), ...valuesOf(row, customerFields) },
    corrected: row.staff_corrected as Record<string, unknown>,
    version: Number(row.version),
    sourceKey: row.source_key as string | null,
    mergedInto: row.merged_into as string | null,
    phones,
    newPhones: [],
    proposals: new Map(),
    changed: false,
  }
}

function vehicleOf(row: Row): VehicleEntity {
  return {
    id: String(row.id),
    fresh: false,
    values: {
      vin: row.vin as string | null,
      plate: row.plate as string | null,
      ownerId: String(row.owner_id),
      ...valuesOf(row, vehicleFields),
    },
    corrected: row.staff_corrected as Record<string, unknown>,
    version: Number(row.version),
    sourceKey: row.source_key as string | null,
    lastVisitOn: row.last_visit_on as string | null,
    proposals: new Map(),
    changed: false,
  }
}

/** The visits on the days in question, by `visitDayKey`; `since` is the start of this import, which its rows carry. */
export async function recallVisits(
  look: Lookup,
  days: readonly { readonly vehicleId: string; readonly arrivedOn: string }[],
  since: string,
): Promise<Map<string, KnownVisit[]>> {
  const found = new Map<string, KnownVisit>()
  if (days.length === 0) return new Map()
  const rows = await rowsOf(
    look,
    (
      t,
    ) => `SELECT s.id, s.vehicle_id, s.customer_id, s.order_no, s.arrived_on, s.completed_on, s.kind, s.mileage_km, s.advisor,
        s.technician, s.lines, s.total_fen, s.customer_fen, s.warranty_fen, s.insurance_fen, s.internal_fen, s.source,
        s.created_at = $4::timestamptz AS of_this
      FROM unnest($2::uuid[], $3::date[]) k (vehicle_id, arrived_on)
      JOIN ${t.visit} s ON s.store_id = $1 AND s.vehicle_id = k.vehicle_id AND s.arrived_on = k.arrived_on`,
    [days.map((day) => day.vehicleId), days.map((day) => day.arrivedOn), since],
  )
  for (const row of rows) found.set(String(row.id), visitOf(row))
  const byDay = new Map<string, KnownVisit[]>()
  for (const visit of found.values()) {
    const key = visitDayKey(visit.vehicleId, visit.arrivedOn)
    byDay.set(key, [...(byDay.get(key) ?? []), visit])
  }
  return byDay
}

const visitOf = (row: Row): KnownVisit => ({
  id: String(row.id),
  vehicleId: String(row.vehicle_id),
  customerId: String(row.customer_id),
  orderNo: row.order_no as string | null,
  arrivedOn: String(row.arrived_on),
  completedOn: row.completed_on as string | null,
  kind: row.kind as KnownVisit['kind'],
  mileageKm: row.mileage_km as number | null,
  advisor: row.advisor as string | null,
  technician: row.technician as string | null,
  lines: row.lines as VisitLine[],
  totalFen: row.total_fen as number | null,
  payerFen: {
    customer: row.customer_fen as number | null,
    warranty: row.warranty_fen as number | null,
    insurance: row.insurance_fen as number | null,
    internal: row.internal_fen as number | null,
  },
  byStaff: row.source === 'staff',
  ofThisImport: row.of_this === true,
})

/** Readings that stand already, with the reason of those that are refused. */
export async function recallReadings(look: Lookup, ids: readonly string[]): Promise<Map<string, string | null>> {
  if (ids.length === 0) return new Map()
  const rows = await rowsOf(
    look,
    (t) => `SELECT r.id, r.refused FROM ${t.odometer_reading} r WHERE r.store_id = $1 AND r.id = ANY ($2::uuid[])`,
    [ids],
  )
  return new Map(rows.map((row) => [String(row.id), row.refused as string | null]))
}
