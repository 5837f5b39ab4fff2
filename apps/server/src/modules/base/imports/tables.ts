/** The tables of a run: the real ones, or the temporary ones that a dry run fills instead. */
export interface Tables {
  readonly customer: string
  readonly customer_phone: string
  readonly vehicle: string
  readonly visit: string
  readonly odometer_reading: string
  readonly import_touched: string
}

const names = ['customer', 'customer_phone', 'vehicle', 'visit', 'odometer_reading', 'import_touched'] as const

const named = (prefix: string): Tables =>
  Object.fromEntries(names.map((name) => [name, `${prefix}${name}`])) as unknown as Tables

export const realTables: Tables = named('')
export const dryTables: Tables = named('dry_')

/** Makes the tables of a dry run for the rest of the transaction, with the indexes the look-ups need. */
export const dryTablesSql: readonly string[] = [
  ...names.map((name) => `CREATE TEMP TABLE dry_${name} (LIKE ${name} INCLUDING DEFAULTS) ON COMMIT DROP`),
  ...['customer', 'customer_phone', 'vehicle', 'visit', 'odometer_reading'].map(
    (name) => `CREATE UNIQUE INDEX ON dry_${name} (store_id, id)`,
  ),
  'CREATE UNIQUE INDEX ON dry_import_touched (store_id, import_id, vehicle_id)',
  'CREATE INDEX ON dry_customer (store_id, source_key)',
  'CREATE INDEX ON dry_customer_phone (store_id, number)',
  'CREATE INDEX ON dry_customer_phone (store_id, customer_id)',
  'CREATE INDEX ON dry_vehicle (store_id, vin)',
  'CREATE INDEX ON dry_vehicle (store_id, plate)',
  'CREATE INDEX ON dry_vehicle (store_id, source_key)',
  'CREATE INDEX ON dry_visit (store_id, vehicle_id, arrived_on)',
  'CREATE INDEX ON dry_odometer_reading (store_id, vehicle_id)',
]
