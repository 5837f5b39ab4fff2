import type { Mapping } from '@changhui/contract/imports'
import { judgeReadings } from '@changhui/rules/odometer'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { factsChanged } from '../../care/service.ts'
import { refreshSearch } from '../customers/service.ts'
import { applyProposals, type EntityChanges } from './apply.ts'
import type { BatchMemory } from './batch-memory.ts'
import { ownerIdOf, type VehicleEntity } from './entities.ts'
import type { ImportKind } from './fields.ts'
import { type Lookup, recall, recallReadings, recallVisits } from './lookups.ts'
import { openTaskCustomers } from './open-tasks.ts'
import type { ReadRow, RowProblem } from './record.ts'
import { type Resolved, resolveRow } from './resolve.ts'
import { joinVisits, type VisitChange } from './visits.ts'
import {
  type NewReading,
  type Writer,
  writeCustomers,
  writeReadings,
  writeTouched,
  writeVehicles,
  writeVisits,
} from './write.ts'

export type RowAction = 'create' | 'update' | 'unchanged' | 'reject'

export interface BatchRow extends ReadRow {
  readonly row: number
  readonly cells: readonly string[]
}

export interface BatchResult {
  readonly actions: readonly RowAction[]
  /** Problems a row, in the order of the batch. */
  readonly problems: readonly (readonly RowProblem[])[]
  readonly entities: { readonly customers: number; readonly vehicles: number; readonly visits: number }
}

export interface BatchRun {
  readonly scope: Scope
  readonly kind: ImportKind
  readonly mapping: Mapping
  readonly look: Lookup
  readonly writer: Writer
  /** The column that a field is read from, as the file calls it. */
  columnOf(field: 'vin' | 'plate' | 'name' | 'mileageKm'): string
}

/** Resolves and writes one batch of rows inside the caller's transaction. Throws LostRace when it must be done again. */
export async function runBatch(run: BatchRun, rows: readonly BatchRow[]): Promise<BatchResult> {
  const { scope, kind, look, writer } = run
  const records = rows.flatMap((row, at) => (row.record ? [{ at, record: row.record }] : []))
  const memory = await recall(
    look,
    kind,
    records.map((one) => one.record),
  )
  const resolver = { kind, memory, newId: () => scope.newId() }
  const resolved = records.map(({ at, record }) => resolveRow(resolver, record, at))
  const formerOwners = new Map([...memory.vehicles.values()].map((one) => [one.id, ownerIdOf(one)]))
  const changes = applyProposals(memory, resolved)
  const visits = kind === 'visits' ? await visitsOf(run, resolved) : []
  const withPhones = [...memory.customers.values()].filter((one) => one.newPhones.length > 0)

  await writeCustomers(writer, changes.customers, withPhones)
  await writeVehicles(writer, changes.vehicles)
  await writeVisits(writer, visits)
  const said = await readingsOf(run, visits)
  await writeTouched(writer, touchedOf(resolved, changes, visits))
  if (!writer.dry) await tellOthers(scope, memory, changes, formerOwners)

  const actions: RowAction[] = rows.map((row) => (row.record ? 'unchanged' : 'reject'))
  const problems = rows.map((row) => [...row.problems])
  for (const row of resolved) {
    if (row.created || row.updated) actions[row.at] = row.created ? 'create' : 'update'
    for (const { field, reason, value } of [...row.warnings, ...(said.get(row.at) ?? [])]) {
      problems[row.at]?.push({ refused: false, column: run.columnOf(field), reason, value })
    }
  }
  return {
    actions,
    problems,
    entities: {
      customers: changes.customers.filter((one) => one.fresh).length,
      vehicles: changes.vehicles.filter((one) => one.fresh).length,
      visits: visits.filter((one) => !one.before).length,
    },
  }
}

async function visitsOf({ look, mapping, writer }: BatchRun, resolved: readonly Resolved[]): Promise<VisitChange[]> {
  const days = new Map<string, { vehicleId: string; arrivedOn: string }>()
  for (const { vehicle, record } of resolved) {
    if (!vehicle || vehicle.fresh || !record.visit) continue
    const day = { vehicleId: vehicle.id, arrivedOn: record.visit.arrivedOn }
    days.set(`${day.vehicleId}|${day.arrivedOn}`, day)
  }
  const known = await recallVisits(look, [...days.values()], writer.startedAt)
  return joinVisits(writer.storeId, mapping, resolved, known)
}

type Said = Map<number, { field: 'mileageKm'; reason: RowProblem['reason']; value: string }[]>

/**
 * Adds the readings of new and corrected visits, and says which mean nothing by themselves (zero, beyond all cars); what only
 * the whole history shows (a rollback) is said at the end of the import.
 */
async function readingsOf(run: BatchRun, visits: readonly VisitChange[]): Promise<Said> {
  const { scope, writer, look } = run
  const told: Said = new Map()
  // a reading is one fact however many lines repeat it: its first row hears of it
  const say = (rows: readonly Resolved[], km: number, reason: string) => {
    const row = rows.find((one) => one.record.visit?.mileageKm === km)
    if (row)
      told.set(row.at, [
        { field: 'mileageKm', reason: `odometer.${reason}` as RowProblem['reason'], value: String(km) },
      ])
  }
  const added: NewReading[] = []
  const standing = new Map<string, VisitChange>()
  for (const change of visits) {
    const { visit, before, rows } = change
    const km = visit.mileageKm
    const [first] = rows
    if (km === null || !first) continue
    const id = deriveId('reading', writer.storeId, visit.vehicleId, visit.arrivedOn, km)
    if (before && before.mileageKm === km) {
      standing.set(id, change)
      continue
    }
    // most readings are plainly fine alone; only the others are worth a judgement
    const alone = km > 0 && km <= 600_000 ? null : aloneReason(visit.arrivedOn, km, scope.today)
    if (alone) say(rows, km, alone)
    const teller = rows.find((row) => row.record.visit?.mileageKm === km) ?? first
    added.push({ id, vehicleId: visit.vehicleId, readOn: visit.arrivedOn, km, refused: alone, row: teller.record.row })
  }
  for (const [id, refused] of await recallReadings(look, [...standing.keys()])) {
    const change = standing.get(id)
    if (refused && change?.visit.mileageKm !== null && change) say(change.rows, change.visit.mileageKm, refused)
  }
  await writeReadings(writer, added)
  return told
}

function aloneReason(on: string, km: number, today: Temporal.PlainDate): string | null {
  const [verdict] = judgeReadings([{ on: Temporal.PlainDate.from(on), km }], today)
  return verdict && !verdict.accepted ? verdict.reason : null
}

function touchedOf(resolved: readonly Resolved[], changes: EntityChanges, visits: readonly VisitChange[]): string[] {
  return [
    ...changes.vehicles.map((one) => one.id),
    ...visits.flatMap((one) => (one.changed ? [one.visit.vehicleId] : [])),
    ...resolved.flatMap((row) => (row.vehicle && row.customer.newPhones.length > 0 ? [row.vehicle.id] : [])),
  ]
}

/** The search table follows at once; calls blocked for want of a number may go on. */
async function tellOthers(
  scope: Scope,
  memory: BatchMemory,
  changes: EntityChanges,
  formerOwners: ReadonlyMap<string, string>,
): Promise<void> {
  const found = new Set(changes.customers.map((one) => one.id))
  const withPhones = [...memory.customers.values()].filter((one) => one.newPhones.length > 0)
  for (const one of withPhones) found.add(one.id)
  for (const vehicle of changes.vehicles as readonly VehicleEntity[]) {
    found.add(ownerIdOf(vehicle))
    found.add(formerOwners.get(vehicle.id) ?? ownerIdOf(vehicle))
  }
  await refreshSearch(scope, [...found])
  const known = withPhones.filter((one) => !one.fresh).map((one) => one.id)
  const waiting = known.length > 0 ? await openTaskCustomers(scope, known) : []
  if (waiting.length > 0) await factsChanged(scope, { customerIds: waiting })
}
