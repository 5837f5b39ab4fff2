import type { vehicleFields } from '@changhui/contract/vehicles'
import { normalisePlate } from '@changhui/rules/plate'
import { normaliseVin } from '@changhui/rules/vin'
import type { z } from 'zod'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { customersKnown } from './store.ts'

export type VehicleChanges = Partial<z.output<typeof vehicleFields>>

/**
 * What staff typed, in the form it is kept: VIN and plate normalised, blanks as nothing. BAD_REQUEST `vin.invalid`,
 * `plate.invalid`, `date.future` (a delivery, a registration, an inspection passed), NOT_FOUND for a driver or sender who is no customer of the store.
 */
export async function checkedChanges(scope: Scope, changes: VehicleChanges): Promise<VehicleChanges> {
  const people = [...new Set([changes.driverId, changes.senderId].filter((id) => id !== null && id !== undefined))]
  if ((await customersKnown(scope, people)) < people.length) throw new Problem('NOT_FOUND', 'not-found')
  for (const field of ['deliveredOn', 'registeredOn', 'madeOn', 'inspectedOn'] as const) {
    const day = changes[field]
    if (day && day > scope.today.toString()) throw new Problem('BAD_REQUEST', 'date.future', { field })
  }
  return {
    ...changes,
    ...(changes.vin === undefined ? {} : { vin: vinOf(changes.vin) }),
    ...(changes.plate === undefined ? {} : { plate: plateOf(changes.plate) }),
  }
}

function vinOf(raw: string | null): string | null {
  const result = normaliseVin(raw ?? '')
  if (result.ok) return result.vin
  if (result.reason === 'empty') return null
  throw new Problem('BAD_REQUEST', 'vin.invalid', { field: 'vin' })
}

function plateOf(raw: string | null): string | null {
  const result = normalisePlate(raw ?? '')
  if (result.ok) return result.plate
  if (result.reason === 'empty') return null
  throw new Problem('BAD_REQUEST', 'plate.invalid', { field: 'plate' })
}
