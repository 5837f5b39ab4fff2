import { judgeReadings } from '@changhui/rules/odometer'
import { sql } from 'kysely'
import type { Client } from 'pg'
import type { Scope } from '../../../platform/scope.ts'
import { factsChanged } from '../../care/service.ts'
import { landOnSurvivors } from '../quality/service.ts'
import { refreshVehicles } from '../vehicles/service.ts'
import { holdAbandoned } from './abandoned-store.ts'
import type { Counts } from './counts.ts'
import { fieldOf } from './fields.ts'
import { openTaskVehicles } from './open-tasks.ts'
import { keepLateWarnings } from './problem-store.ts'
import { updateJob } from './store.ts'
import { again, ClaimLost, claimUntil, type ImportWork, onClient } from './work.ts'

/** Vehicles whose facts are refreshed in one transaction. */
const CHUNK = 10_000

interface LateWarning {
  readonly row: number
  readonly reason: string
  readonly value: string
}

/** The column the mileage came from. */
const kmColumn = (work: ImportWork): string =>
  Object.entries(work.job.mapping.columns).find(([, field]) => field === 'mileageKm')?.[0] ?? fieldOf('mileageKm').zh

/**
 * Refreshes the facts of all vehicles the import touched, tells the care area (CARE-23), and warns of readings that the whole
 * history shows to be implausible. Done chunk by chunk: what a crash leaves over is done at the next start.
 */
export async function finishFacts(work: ImportWork, client: Client, before: Counts): Promise<Counts> {
  const { job, store } = work
  let counts = before
  for (;;) {
    const done = await again(() =>
      onClient(work, client, async (scope) => {
        const refused = await refreshTouched(scope, job.id)
        if (!refused) return undefined
        const warnings = await rowsOf(scope, job.id, refused)
        const target = { client, storeId: store.id, importId: job.id, dry: false }
        await keepLateWarnings(target, kmColumn(work), warnings)
        const next = { ...counts, warnings: counts.warnings + warnings.length }
        const change = { counts: next, claimedUntil: claimUntil(scope.now) }
        if (!(await updateJob(scope, job.id, change, { claim: work.claim }))) throw new ClaimLost()
        return next
      }),
    )
    if (!done) return counts
    counts = done
  }
}

/**
 * The same for the vehicles of an import that nobody goes on with, a chunk in the scope's transaction; false when there are none left. What
 * was committed stays when an import is cancelled, and the same file again would find nothing changed. Whoever takes the import up again
 * waits for the chunk: it would not see the visits he is just writing.
 */
export const finishAbandoned = async (scope: Scope, importId: string): Promise<boolean> =>
  (await holdAbandoned(scope, importId)) && (await refreshTouched(scope, importId)) !== undefined

/** Refreshes the next chunk and tells the care area; the readings its histories refuse, undefined when there is no chunk. */
async function refreshTouched(scope: Scope, importId: string) {
  const ids = await takeTouched(scope, importId)
  if (ids.length === 0) return undefined
  await landOnSurvivors(scope, ids)
  const refused = await refreshVehicles(scope, ids)
  const waiting = await openTaskVehicles(scope, ids)
  if (waiting.length > 0) await factsChanged(scope, { vehicleIds: waiting })
  return refused
}

/**
 * Takes the next chunk, in two statements: as one, planned while the table seemed empty, it compared every vehicle with the
 * whole chunk (15,000 vehicles: 20 s).
 */
async function takeTouched(scope: Scope, importId: string): Promise<string[]> {
  const next = await sql<{ vehicleId: string }>`
    SELECT vehicle_id FROM import_touched
    WHERE store_id = ${scope.storeId} AND import_id = ${importId} ORDER BY vehicle_id LIMIT ${CHUNK}`.execute(scope.tx)
  const ids = next.rows.map((row) => row.vehicleId)
  if (ids.length === 0) return []
  const { rows } = await sql<{ vehicleId: string }>`
    DELETE FROM import_touched
    WHERE store_id = ${scope.storeId} AND import_id = ${importId} AND vehicle_id = ANY (${ids}::uuid[])
    RETURNING vehicle_id`.execute(scope.tx)
  return rows.map((row) => row.vehicleId)
}

async function rowsOf(
  scope: Scope,
  importId: string,
  refused: readonly { readonly readingId: string; readonly km: number; readonly reason: string }[],
): Promise<LateWarning[]> {
  if (refused.length === 0) return []
  const { rows } = await sql<{ id: string; importRow: number }>`
    SELECT id, import_row FROM odometer_reading
    WHERE store_id = ${scope.storeId} AND id = ANY (${refused.map((one) => one.readingId)}::uuid[]) AND import_id = ${importId}`.execute(
    scope.tx,
  )
  const places = new Map(rows.map((row) => [row.id, row.importRow]))
  return refused.flatMap(({ readingId, km, reason }) => {
    const row = places.get(readingId)
    return row === undefined ? [] : [{ row, reason: `odometer.${reason}`, value: String(km) }]
  })
}

interface JudgedRow {
  vehicle_id: string
  read_on: string
  km: number
  refused: string | null
  import_row: number | null
}

/** What `finishFacts` would warn of, told from the real and the dry readings together; writes only the warnings. */
export async function judgeDry(work: ImportWork, client: Client, scope: Scope): Promise<LateWarning[]> {
  const { job, store } = work
  const said: LateWarning[] = []
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const touched = await client.query<{ vehicle_id: string }>(
      'SELECT vehicle_id FROM dry_import_touched WHERE store_id = $1 AND vehicle_id > $2 ORDER BY vehicle_id LIMIT $3',
      [store.id, after, CHUNK],
    )
    const ids = touched.rows.map((row) => row.vehicle_id)
    if (ids.length === 0) break
    after = ids.at(-1) ?? after
    const { rows } = await client.query<JudgedRow>(
      `SELECT vehicle_id, read_on, km, refused, import_row FROM dry_odometer_reading WHERE store_id = $1 AND vehicle_id = ANY ($2::uuid[])
       UNION ALL
       SELECT vehicle_id, read_on, km, 'known', NULL FROM odometer_reading WHERE store_id = $1 AND vehicle_id = ANY ($2::uuid[])`,
      [store.id, ids],
    )
    const histories = Map.groupBy(rows, (row) => row.vehicle_id)
    for (const history of histories.values()) {
      const verdicts = judgeReadings(
        history.map((row) => ({ on: Temporal.PlainDate.from(row.read_on), km: row.km })),
        scope.today,
      )
      for (const [at, row] of history.entries()) {
        const verdict = verdicts[at]
        // those refused by themselves were warned of with their row
        if (row.refused !== null || row.import_row === null || !verdict || verdict.accepted) continue
        said.push({ row: row.import_row, reason: `odometer.${verdict.reason}`, value: String(row.km) })
      }
    }
  }
  await keepLateWarnings({ client, storeId: store.id, importId: job.id, dry: true }, kmColumn(work), said)
  return said
}
