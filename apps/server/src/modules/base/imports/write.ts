import type pg from 'pg'
import { type CopyValue, stage } from './copy.ts'
import { type CustomerEntity, customerFields, ownerIdOf, type VehicleEntity, vehicleFields } from './entities.ts'
import type { Tables } from './tables.ts'
import type { VisitChange } from './visits.ts'

/** What a batch writes with. */
export interface Writer {
  readonly client: pg.ClientBase
  readonly storeId: string
  readonly importId: string
  readonly tables: Tables
  readonly dry: boolean
  /** The start of the import, which its rows carry as their creation. */
  readonly startedAt: string
  readonly now: string
  newId(): string
}

/** Someone changed a row between its reading and its writing: the batch is done again from the start. */
export class LostRace extends Error {
  override name = 'LostRace'
}

/** A reading to add. */
export interface NewReading {
  readonly id: string
  readonly vehicleId: string
  readonly readOn: string
  readonly km: number
  readonly refused: string | null
  readonly row: number
}

interface Column {
  readonly name: string
  readonly type: string
  /** In the SELECT, when not the column itself. */
  readonly from?: string
  /** Only told when the row is made. */
  readonly once?: true
}

const dateColumns = new Set([
  'birthday',
  'delivered_on',
  'warranty_end_on',
  'inspection_due_on',
  'compulsory_expiry_on',
  'commercial_expiry_on',
])
const intColumns = new Set(['warranty_end_km', 'interval_months', 'interval_km'])
const typed = (name: string): Column => ({
  name,
  type: dateColumns.has(name) ? 'date' : intColumns.has(name) ? 'int' : 'text',
  ...(name === 'purpose' ? { from: "coalesce(s.purpose, 'private')" } : {}),
})
const text = (name: string): Column => ({ name, type: 'text' })

const customerColumns: readonly Column[] = [
  text('name'),
  ...Object.values(customerFields).map(typed),
  { ...text('source_key'), once: true },
  { name: 'staff_corrected', type: 'jsonb' },
]
const vehicleColumns: readonly Column[] = [
  { name: 'owner_id', type: 'uuid' },
  text('vin'),
  text('plate'),
  ...Object.values(vehicleFields).map(typed),
  { ...text('source_key'), once: true },
  { name: 'staff_corrected', type: 'jsonb' },
]
const visitColumns: readonly Column[] = [
  { name: 'vehicle_id', type: 'uuid', once: true },
  { name: 'customer_id', type: 'uuid', once: true },
  text('order_no'),
  { name: 'arrived_on', type: 'date', once: true },
  { name: 'completed_on', type: 'date' },
  text('kind'),
  { name: 'mileage_km', type: 'int' },
  text('advisor'),
  text('technician'),
  { name: 'lines', type: 'jsonb' },
  ...['total_fen', 'customer_fen', 'warranty_fen', 'insurance_fen', 'internal_fen'].map((name) => ({
    name,
    type: 'bigint',
  })),
  { name: 'source', type: 'text', from: "'import'", once: true },
]

/** Stages the rows and puts them into their table: new ones inserted, known ones updated if nobody else did meanwhile. */
async function put(
  writer: Writer,
  table: 'customer' | 'vehicle' | 'visit',
  columns: readonly Column[],
  rows: readonly {
    readonly id: string
    readonly fresh: boolean
    readonly version: number | null
    readonly values: readonly CopyValue[]
  }[],
): Promise<void> {
  if (rows.length === 0) return
  const { client, storeId, startedAt, now, dry } = writer
  const target = writer.tables[table]
  const staged = columns.filter((column) => column.from === undefined || column.name === 'purpose')
  await stage(
    client,
    `stage_${table}`,
    ['id uuid', 'fresh boolean', 'version int', ...staged.map((column) => `${column.name} ${column.type}`)],
    rows.map((row) => [row.id, row.fresh, row.version, ...row.values]),
  )
  const value = (column: Column) => column.from ?? `s.${column.name}`
  const names = columns.map((column) => column.name).join(', ')
  const changes = columns.filter((column) => !column.once)
  const insert = (where: string) => `INSERT INTO ${target} (store_id, id, ${names}, created_at, updated_at)
    SELECT $1::uuid, s.id, ${columns.map(value).join(', ')}, $2::timestamptz, $3::timestamptz FROM stage_${table} s ${where}`
  if (dry) {
    const set = [
      ...changes.map((column) => `${column.name} = excluded.${column.name}`),
      'updated_at = excluded.updated_at',
    ]
    await client.query(`${insert('')} ON CONFLICT (store_id, id) DO UPDATE SET ${set.join(', ')}`, [
      storeId,
      startedAt,
      now,
    ])
    return
  }
  if (rows.some((row) => row.fresh)) await client.query(insert('WHERE s.fresh'), [storeId, startedAt, now])
  const known = rows.filter((row) => !row.fresh).length
  if (known === 0) return
  const versioned = table === 'visit' ? '' : ', version = t.version + 1'
  const { rowCount } = await client.query(
    `UPDATE ${target} t SET ${changes.map((column) => `${column.name} = ${value(column)}`).join(', ')}, updated_at = $2::timestamptz${versioned}
     FROM stage_${table} s
     WHERE t.store_id = $1::uuid AND t.id = s.id AND NOT s.fresh${table === 'visit' ? '' : ' AND t.version = s.version'}`,
    [storeId, now],
  )
  if (rowCount !== known) throw new LostRace()
}

/** Customers with their new numbers. A number that stands already keeps its state: a dead one stays dead (BASE-11). */
export async function writeCustomers(
  writer: Writer,
  customers: readonly CustomerEntity[],
  withPhones: readonly CustomerEntity[],
) {
  await put(
    writer,
    'customer',
    customerColumns,
    customers.map((one) => ({
      id: one.id,
      fresh: one.fresh,
      version: one.version,
      values: [
        one.values.name ?? null,
        ...Object.keys(customerFields).map((field) => one.values[field] ?? null),
        one.sourceKey,
        JSON.stringify(one.corrected),
      ],
    })),
  )
  const phones = withPhones.flatMap((one) =>
    one.newPhones.map((phone) => [writer.newId(), one.id, phone.number, phone.position]),
  )
  if (phones.length === 0) return
  await stage(writer.client, 'stage_phone', ['id uuid', 'customer_id uuid', 'number text', 'position smallint'], phones)
  await writer.client.query(
    `INSERT INTO ${writer.tables.customer_phone} (store_id, id, customer_id, number, position, source, updated_at)
     SELECT $1::uuid, s.id, s.customer_id, s.number, s.position, 'import', $2::timestamptz FROM stage_phone s ON CONFLICT DO NOTHING`,
    [writer.storeId, writer.now],
  )
}

export async function writeVehicles(writer: Writer, vehicles: readonly VehicleEntity[]): Promise<void> {
  await put(
    writer,
    'vehicle',
    vehicleColumns,
    vehicles.map((one) => ({
      id: one.id,
      fresh: one.fresh,
      version: one.version,
      values: [
        ownerIdOf(one),
        one.values.vin ?? null,
        one.values.plate ?? null,
        ...Object.keys(vehicleFields).map((field) => one.values[field] ?? null),
        one.sourceKey,
        JSON.stringify(one.corrected),
      ],
    })),
  )
}

export async function writeVisits(writer: Writer, changes: readonly VisitChange[]): Promise<void> {
  await put(
    writer,
    'visit',
    visitColumns,
    changes
      .filter((change) => change.changed)
      .map(({ visit, before }) => ({
        id: visit.id,
        fresh: !before,
        version: null,
        values: [
          visit.vehicleId,
          visit.customerId,
          visit.orderNo,
          visit.arrivedOn,
          visit.completedOn,
          visit.kind,
          visit.mileageKm,
          visit.advisor,
          visit.technician,
          JSON.stringify(visit.lines),
          visit.totalFen,
          visit.payerFen.customer ?? null,
          visit.payerFen.warranty ?? null,
          visit.payerFen.insurance ?? null,
          visit.payerFen.internal ?? null,
        ],
      })),
  )
}

export async function writeReadings(writer: Writer, readings: readonly NewReading[]): Promise<void> {
  if (readings.length === 0) return
  await stage(
    writer.client,
    'stage_reading',
    ['id uuid', 'vehicle_id uuid', 'read_on date', 'km int', 'refused text', 'row int'],
    readings.map((one) => [one.id, one.vehicleId, one.readOn, one.km, one.refused, one.row]),
  )
  await writer.client.query(
    `INSERT INTO ${writer.tables.odometer_reading} (store_id, id, vehicle_id, read_on, km, source, refused, created_at, import_id, import_row)
     SELECT $1::uuid, s.id, s.vehicle_id, s.read_on, s.km, 'import', s.refused, $2::timestamptz, $3::uuid, s.row
     FROM stage_reading s ON CONFLICT (store_id, id) DO NOTHING`,
    [writer.storeId, writer.startedAt, writer.importId],
  )
}

/** Notes whose facts the end of the import must refresh. */
export async function writeTouched(writer: Writer, vehicleIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(vehicleIds)]
  if (ids.length === 0) return
  await writer.client.query(
    `INSERT INTO ${writer.tables.import_touched} (store_id, import_id, vehicle_id)
     SELECT $1::uuid, $2::uuid, id FROM unnest($3::uuid[]) AS id ON CONFLICT DO NOTHING`,
    [writer.storeId, writer.importId, ids],
  )
}
