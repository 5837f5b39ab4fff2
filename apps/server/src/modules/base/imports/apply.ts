import { sourceMayWrite } from '../customers/service.ts'
import type { BatchMemory } from './batch-memory.ts'
import { type CustomerEntity, ownerIdOf, type VehicleEntity } from './entities.ts'
import { type Resolved, warnOfOwner } from './resolve.ts'

/** The entities of a batch that must be written. */
export interface EntityChanges {
  readonly customers: readonly CustomerEntity[]
  readonly vehicles: readonly VehicleEntity[]
}

/**
 * Carries out what the rows proposed: a field changes when its value differs and staff's correction does not stand against it
 * (BASE-11). Marks the rows whose word counted as `updated`.
 */
export function applyProposals(memory: BatchMemory, rows: readonly Resolved[]): EntityChanges {
  const byPlace = new Map(rows.map((row) => [row.at, row]))
  for (const customer of memory.customers.values()) apply(customer, byPlace)
  for (const vehicle of memory.vehicles.values()) {
    const owner = vehicle.proposals.get('ownerId')
    if (owner) {
      const current = memory.customers.get(ownerIdOf(vehicle))
      const changes = owner.value !== ownerIdOf(vehicle) && (!current || memory.survivor(current).id !== owner.value)
      const row = byPlace.get(owner.at)
      if (!changes) vehicle.proposals.delete('ownerId')
      else if (row && sourceMayWrite(vehicle.corrected, 'ownerId', owner.value))
        warnOfOwner(row, 'vehicle.owner-changed')
    }
    apply(vehicle, byPlace)
  }
  return {
    customers: [...memory.customers.values()].filter((one) => one.changed),
    vehicles: [...memory.vehicles.values()].filter((one) => one.changed),
  }
}

function apply(entity: CustomerEntity | VehicleEntity, rows: ReadonlyMap<number, Resolved>): void {
  for (const [field, { at, value }] of entity.proposals) {
    if ((entity.values[field] ?? null) === value || !sourceMayWrite(entity.corrected, field, value)) continue
    entity.values[field] = value
    entity.changed = true
    if (field in entity.corrected) {
      const { [field]: _given, ...rest } = entity.corrected
      entity.corrected = rest
    }
    const row = rows.get(at)
    if (row && !entity.fresh) row.updated = true
  }
}
