import type { ImportReason } from '@changhui/contract/import-reasons'
import type { BatchMemory } from './batch-memory.ts'
import {
  type CustomerEntity,
  customerFields,
  fieldValue,
  ownerIdOf,
  textOf,
  type VehicleEntity,
  vehicleFields,
} from './entities.ts'
import type { ImportKind } from './fields.ts'
import type { ImportRecord } from './record.ts'

/** What a row came to mean. */
export interface Resolved {
  readonly at: number
  readonly record: ImportRecord
  readonly customer: CustomerEntity
  readonly vehicle: VehicleEntity | null
  created: boolean
  updated: boolean
  readonly warnings: {
    readonly field: 'vin' | 'plate' | 'name'
    readonly reason: ImportReason
    readonly value: string
  }[]
}

export interface Resolver {
  readonly kind: ImportKind
  readonly memory: BatchMemory
  newId(): string
}

export const vehicleSourceKey = (key: string): string => `k|${key}`
/** A customer without a phone is known by his name and his car, or by his name alone. */
export const customerSourceKey = (record: ImportRecord): string =>
  ['n', record.name.toLowerCase(), record.vin ?? (record.plateNames ? record.plate : record.key)]
    .filter((part) => part !== null)
    .join('|')

/**
 * Which customer and vehicle a row means, made where there are none. A vehicle: VIN, else plate, else the mapping's own columns. A
 * customer: a phone of his with his name, the owner of the vehicle by name, a phone of the vehicle's owner whatever the name
 * (a new spelling); the same phone under another name and no common vehicle is another person (driver and owner).
 */
export function resolveRow(resolver: Resolver, record: ImportRecord, at: number): Resolved {
  const { memory } = resolver
  const known = findVehicle(resolver, record)
  const ownerRow = known ? memory.customers.get(ownerIdOf(known)) : undefined
  const owner = ownerRow ? memory.survivor(ownerRow) : undefined
  const found = findCustomer(memory, record, owner)
  const customer = found ?? newCustomer(resolver, record)
  const named = record.vin !== null || record.plate !== null || record.key !== null
  const vehicle = known ?? (named ? newVehicle(resolver, record, customer) : null)
  const resolved: Resolved = {
    at,
    record,
    customer,
    vehicle,
    created: !found || (vehicle !== null && !known),
    updated: false,
    warnings: [],
  }
  for (const number of record.phones) {
    if (customer.phones.has(number)) continue
    memory.addPhone(customer, number)
    resolved.updated = true
  }
  propose(resolver, resolved, owner)
  return resolved
}

function findVehicle({ memory, kind }: Resolver, record: ImportRecord): VehicleEntity | undefined {
  const owns = (vehicle: VehicleEntity): boolean => {
    const owner = memory.customers.get(ownerIdOf(vehicle))
    return owner !== undefined && (memory.isCalled(owner, record.name) || sharesPhone(memory.survivor(owner), record))
  }
  const sameplate = record.plate !== null && record.plateNames ? memory.withPlate(record.plate) : []
  if (record.vin !== null) {
    const byVin = memory.withVin(record.vin)
    if (byVin) return byVin
    const byPlate = sameplate.find(
      (vehicle) => textOf(vehicle, 'vin') === null && !vehicle.proposals.has('vin') && owns(vehicle),
    )
    if (byPlate) memory.learnVin(byPlate, record.vin)
    return byPlate
  }
  if (sameplate.length > 0) {
    const [latest] = [...sameplate].sort(
      (a, b) => (b.lastVisitOn ?? '').localeCompare(a.lastVisitOn ?? '') || b.id.localeCompare(a.id),
    )
    const mine = sameplate.find(owns)
    return mine ?? (kind === 'visits' || sameplate.length === 1 ? latest : undefined)
  }
  return record.key === null || record.plateNames ? undefined : memory.withVehicleKey(vehicleSourceKey(record.key))
}

const sharesPhone = (customer: CustomerEntity, record: ImportRecord) =>
  record.phones.some((number) => customer.phones.has(number))

function findCustomer(
  memory: BatchMemory,
  record: ImportRecord,
  owner: CustomerEntity | undefined,
): CustomerEntity | undefined {
  const sharing = record.phones.flatMap((number) => memory.withPhone(number))
  const namesakes = sharing.filter((one) => memory.isCalled(one, record.name)).map((one) => memory.survivor(one))
  if (owner && (namesakes.includes(owner) || memory.isCalled(owner, record.name))) return owner
  const [first] = namesakes.sort((a, b) => a.id.localeCompare(b.id))
  if (first) return first
  if (owner && sharing.some((one) => memory.survivor(one) === owner)) return owner
  const byKey = memory.withKey(customerSourceKey(record))
  return byKey && memory.survivor(byKey)
}

function newCustomer({ memory, newId }: Resolver, record: ImportRecord): CustomerEntity {
  return memory.addCustomer({
    id: newId(),
    fresh: true,
    values: { name: record.name },
    corrected: {},
    version: 1,
    sourceKey: record.phones.length === 0 ? customerSourceKey(record) : null,
    mergedInto: null,
    phones: new Set(),
    newPhones: [],
    proposals: new Map(),
    changed: true,
  })
}

function newVehicle({ memory, newId }: Resolver, record: ImportRecord, owner: CustomerEntity): VehicleEntity {
  const byKey = record.vin === null && !(record.plate !== null && record.plateNames) && record.key !== null
  return memory.addVehicle({
    id: newId(),
    fresh: true,
    values: { vin: record.vin, plate: record.plate, ownerId: owner.id },
    corrected: {},
    version: 1,
    sourceKey: byKey ? vehicleSourceKey(record.key ?? '') : null,
    lastVisitOn: record.visit?.arrivedOn ?? null,
    proposals: new Map(),
    changed: true,
  })
}

/**
 * Notes what the row says of its customer and vehicle. Lists of customers and deliveries are the DMS's word: the last row
 * wins. Rows of visits only fill blanks, since an old visit tells of an old address; but the plate of the newest visit counts.
 */
function propose({ kind, memory }: Resolver, resolved: Resolved, owner: CustomerEntity | undefined): void {
  const { record, customer, vehicle, at } = resolved
  const overwrite = kind !== 'visits'
  const note = (entity: CustomerEntity | VehicleEntity, field: string, value: string | number) => {
    if (overwrite) entity.proposals.set(field, { at, value })
    else if ((entity.values[field] ?? null) === null && !entity.proposals.has(field))
      entity.proposals.set(field, { at, value })
  }
  // a name that belongs to a record merged into this one is no new name of his (BASE-11)
  if (overwrite && customer === owner && !memory.isAlias(customer, record.name)) note(customer, 'name', record.name)
  for (const field of Object.keys(customerFields)) {
    const text = record.customer[field]
    if (text !== undefined) note(customer, field, fieldValue(field, text))
  }
  if (!vehicle) return
  for (const field of Object.keys(vehicleFields)) {
    const text = record.vehicle[field]
    if (text !== undefined) note(vehicle, field, fieldValue(field, text))
  }
  if (record.vin !== null) note(vehicle, 'vin', record.vin)
  if (record.plate !== null) {
    if (overwrite || textOf(vehicle, 'plate') === null) note(vehicle, 'plate', record.plate)
    else if (!vehicle.fresh || textOf(vehicle, 'plate') !== record.plate)
      notePlateOfVisit(resolved, vehicle, record.plate)
  }
  if (overwrite) vehicle.proposals.set('ownerId', { at, value: customer.id })
  else if (owner && owner !== customer) warnOfOwner(resolved, 'vehicle.other-owner')
}

/** Warns at the column that names the vehicle. */
export function warnOfOwner({ record, warnings }: Resolved, reason: ImportReason): void {
  warnings.push({ field: record.vin === null ? 'plate' : 'vin', reason, value: record.vin ?? record.plate ?? '' })
}

/** The plate of the latest visit: an older visit than the last known says nothing about today's plate. */
function notePlateOfVisit({ at, record }: Resolved, vehicle: VehicleEntity, plate: string): void {
  const arrivedOn = record.visit?.arrivedOn ?? ''
  const seen = plateDays.get(vehicle) ?? vehicle.lastVisitOn ?? ''
  if (arrivedOn < seen) return
  plateDays.set(vehicle, arrivedOn)
  vehicle.proposals.set('plate', { at, value: plate })
}

const plateDays = new WeakMap<VehicleEntity, string>()
