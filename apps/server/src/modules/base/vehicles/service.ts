import type { ReadingRefusal } from '@changhui/rules/odometer'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { keepStatistics } from '../../../platform/statistics.ts'
import { type VehicleFacts, vehicleFacts } from './facts.ts'
import {
  type HistoryRow,
  lockHistories,
  type ReadingRow,
  readingsOf,
  writeFacts,
  writeLastVisits,
  writeRefusals,
} from './facts-store.ts'

/** Five statements serve so many vehicles; larger chunks were no quicker and hold their locks longer. */
const CHUNK = 2_000
/** More than this at once is a bulk write. */
const FEW = 100

export interface RefusedReading {
  readonly readingId: string
  readonly vehicleId: string
  readonly km: number
  readonly reason: ReadingRefusal
}

/**
 * Recalculates what follows from visits, readings, deliveries and services elsewhere: anchor, odometer, daily mileage, last
 * visit (of vehicle and customer), and which readings are refused. Call it in the transaction that wrote any of them.
 * All readings of a vehicle are judged together, so the order in which they arrive does not matter; the answer is the
 * readings that count no longer and did before (new ones among them).
 */
export async function refreshVehicles(scope: Scope, vehicleIds: readonly string[]): Promise<RefusedReading[]> {
  const refused: RefusedReading[] = []
  const ids = [...new Set(vehicleIds)].sort()
  for (let from = 0; from < ids.length; from += CHUNK) {
    if (ids.length > FEW) await keepStatistics(scope.tx)
    refused.push(...(await refreshChunk(scope, ids.slice(from, from + CHUNK))))
  }
  return refused
}

async function refreshChunk(scope: Scope, ids: readonly string[]): Promise<RefusedReading[]> {
  const histories = await lockHistories(scope, ids)
  const readings = byVehicle(await readingsOf(scope, ids))
  const facts = new Map<string, VehicleFacts>()
  const changed: { readingId: string; reason: ReadingRefusal | null }[] = []
  const refused: RefusedReading[] = []
  for (const row of histories) {
    const rows = readings.get(row.id) ?? []
    const mine = vehicleFacts(
      {
        deliveredOn: row.deliveredOn,
        lastVisitOn: row.lastVisitOn,
        lastService: row.serviceOn ? { on: row.serviceOn, km: row.serviceKm } : null,
        lastElsewhere: row.elsewhereOn ? { on: row.elsewhereOn, km: row.elsewhereKm } : null,
        services: row.services,
        readings: rows.map((reading) => ({ on: reading.readOn, km: reading.km })),
      },
      scope.today,
    )
    if (differs(mine, row)) facts.set(row.id, mine)
    for (const [at, reading] of rows.entries()) {
      const reason = mine.refusals[at] ?? null
      if (reason === reading.refused) continue
      changed.push({ readingId: reading.id, reason })
      if (reason) refused.push({ readingId: reading.id, vehicleId: row.id, km: reading.km, reason })
    }
  }
  await writeFacts(scope, facts)
  await writeRefusals(scope, changed)
  await writeLastVisits(scope, ids)
  return refused
}

function differs(facts: VehicleFacts, known: HistoryRow): boolean {
  return (
    facts.lastVisitOn !== known.knownLastVisitOn ||
    facts.anchorOn !== known.anchorOn ||
    facts.anchorKm !== known.anchorKm ||
    facts.anchorKind !== known.anchorKind ||
    facts.odometerKm !== known.odometerKm ||
    facts.odometerOn !== known.odometerOn ||
    facts.dailyKm !== known.dailyKm ||
    facts.dailyConfidence !== known.dailyConfidence ||
    facts.serviceCount !== known.serviceCount
  )
}

function byVehicle(rows: readonly ReadingRow[]): Map<string, ReadingRow[]> {
  const groups = new Map<string, ReadingRow[]>()
  for (const row of rows) {
    const group = groups.get(row.vehicleId)
    if (group) group.push(row)
    else groups.set(row.vehicleId, [row])
  }
  return groups
}

/**
 * The id of a visit from what names it: vehicle, day and order number where there is one. The same visit told by staff and by a
 * file is so one row.
 */
export function visitId(
  storeId: string,
  vehicleId: string,
  visit: { readonly arrivedOn: string; readonly orderNo: string | null },
): string {
  return deriveId('visit', storeId, vehicleId, visit.arrivedOn, visit.orderNo ?? '')
}

/** The id of a reading: the same kilometres on the same day are one reading, whoever tells them. */
export function readingId(storeId: string, vehicleId: string, readOn: string, km: number): string {
  return deriveId('reading', storeId, vehicleId, readOn, km)
}
