import type { dueWhy } from '@changhui/contract/vehicles'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { programmes } from '../programmes/all.ts'
import { type DueOfStore, dueOfStore, type Subjects } from './follow.ts'
import { isPlanned, type PlannedProgramme, type ProgrammeInForce, roundsKey, type Work } from './programme.ts'

export type DueWhy = z.infer<typeof dueWhy>

/** More at once and the database, expecting few, compares each subject with each. */
const CHUNK = 200

/** What shields a subject, whatever the programme. */
interface Shield {
  readonly merged: boolean
  readonly doNotDisturb: boolean
  readonly callRefused: boolean
  readonly state: string | null
  readonly purpose: string | null
}

/** A row of a due query, or of a subject without one (`cycle` null) and why it has none. */
interface Round extends Shield {
  readonly programme: string
  readonly subjectId: string
  readonly cycle: string | null
  readonly dueOn: string | null
  readonly opensOn: string | null
  readonly callBy: string | null
  readonly closesOn: string | null
  readonly why: Readonly<Record<string, unknown>> | null
  readonly notDue: string | null
}

interface RoundTask {
  readonly id: string
  readonly programme: string
  readonly open: boolean
}

/**
 * Why each care of some vehicles, or of some customers, is due on its day, or why it is not (BASE-06), by the subject's id: the rows
 * of the due queries themselves with window, exclusions and task, so that a page never says anything else than the plan does.
 */
export async function explain(scope: Scope, subjects: Subjects, work?: Work): Promise<ReadonlyMap<string, DueWhy[]>> {
  const subject = subjects.vehicleIds ? 'vehicle' : 'customer'
  const ids = subjects.vehicleIds ?? subjects.customerIds ?? []
  const asked = programmes
    .filter(isPlanned)
    .filter((one) => one.subject === subject && (work === undefined || one.work === work))
  if (ids.length === 0 || asked.length === 0) return new Map()
  const due = await dueOfStore(scope, scope.today)
  const answer = new Map<string, DueWhy[]>()
  for (let from = 0; from < ids.length; from += CHUNK) {
    const some = ids.slice(from, from + CHUNK)
    const chunk = subject === 'vehicle' ? { vehicleIds: some } : { customerIds: some }
    for (const [id, why] of await explainChunk(scope, asked, due, chunk, some)) answer.set(id, why)
  }
  return answer
}

async function explainChunk(
  scope: Scope,
  asked: readonly PlannedProgramme[],
  due: DueOfStore,
  subjects: Subjects,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DueWhy[]>> {
  const parts = asked.map((one) => roundsOf(one, due(one, subjects).parameters))
  const { rows } = await sql<Round>`${sql.join(parts, sql` UNION ALL `)}`.execute(scope.tx)
  const anchors = subjects.vehicleIds ? await anchorsOf(scope, ids) : new Map<string, Anchor>()
  const byKey = new Map(asked.map((one) => [one.key, one]))
  const tasks = await tasksOf(
    scope,
    rows.flatMap((row) => taskId(scope, byKey.get(row.programme), row) ?? []),
  )
  const answer = new Map<string, DueWhy[]>(ids.map((id) => [id, []]))
  for (const one of asked) {
    for (const row of rows.filter(({ programme }) => programme === one.key)) {
      const task = tasks.get(taskId(scope, one, row) ?? '')
      answer.get(row.subjectId)?.push(toWhy(one, due(one), row, anchors.get(row.subjectId), task, scope.today))
    }
  }
  return answer
}

function roundsOf(
  programme: PlannedProgramme,
  parameters: Parameters<PlannedProgramme['dueSql']>[0],
): RawBuilder<unknown> {
  const notDue = programme.notDue?.(parameters) ?? sql`NULL`
  const ofVehicles = programme.subject === 'vehicle'
  const from = ofVehicles
    ? sql`${parameters.vehicles} v JOIN customer c ON c.store_id = v.store_id AND c.id = v.owner_id`
    : sql`${parameters.customers} c`
  const [id, join, state] = ofVehicles
    ? [sql`v.id`, sql`d.store_id = v.store_id AND d.vehicle_id = v.id`, sql`v.state, v.purpose`]
    : [sql`c.id`, sql`d.store_id = c.store_id AND d.customer_id = c.id`, sql`NULL AS state, NULL AS purpose`]
  return sql`
    SELECT ${programme.key}::text AS programme, ${id} AS subject_id, c.merged_into IS NOT NULL AS merged, c.do_not_disturb, ${state},
      coalesce(c.consents @> '{"call":false}', false) AS call_refused, d.cycle, d.due_on, d.opens_on, d.call_by, d.closes_on, d.why,
      CASE WHEN d.cycle IS NULL THEN (${notDue})::text END AS not_due
    FROM ${from}
    LEFT JOIN (${programme.dueSql(parameters)}) d ON ${join}`
}

/** Why there is nothing to do for this subject, or NULL. */
function exclusion(
  { work }: PlannedProgramme,
  { enabled }: ProgrammeInForce,
  row: Round,
  task?: RoundTask,
): string | null {
  if (!enabled) return 'disabled'
  if (row.merged) return 'merged'
  if (row.doNotDisturb && (work === 'call' || work === 'message')) return 'do-not-disturb'
  if (row.callRefused && work === 'call') return 'call-refused'
  if (row.state !== null && row.state !== 'active') return row.state
  if (row.cycle === null) return row.purpose === 'commercial' ? 'commercial-use' : (row.notDue ?? 'nothing-known')
  return task ? task.programme : null
}

function toWhy(
  programme: PlannedProgramme,
  inForce: ProgrammeInForce,
  row: Round,
  anchor: Anchor | undefined,
  task: RoundTask | undefined,
  asOf: Temporal.PlainDate,
): DueWhy {
  const mine = task?.programme === programme.key ? task : undefined
  const why = row.why ?? {}
  const text = (key: string) => (typeof why[key] === 'string' ? why[key] : null)
  const counts = 'intervalMonths' in inForce.values
  const confidence = anchor?.dailyConfidence
  const reason = exclusion(programme, inForce, row, mine ? undefined : task)
  return {
    programme: programme.key,
    work: programme.work,
    dueOn: row.dueOn,
    opensOn: row.opensOn,
    callBy: row.callBy,
    closesOn: row.closesOn,
    by: text('by'),
    dueByTimeOn: text('byTimeOn'),
    dueByMileageOn: text('byMileageOn'),
    anchorOn: anchor?.anchorOn ?? null,
    anchorKind: anchor?.anchorKind ?? null,
    anchorKm: anchor?.anchorKm ?? null,
    intervalMonths: counts ? (anchor?.intervalMonths ?? Number(inForce.values.intervalMonths)) : null,
    intervalKm: counts ? (anchor?.intervalKm ?? Number(inForce.values.intervalKm)) : null,
    dailyKm: anchor?.dailyKm ?? null,
    confidence: confidence === 'low' || confidence === 'medium' || confidence === 'high' ? confidence : null,
    facts: why,
    state: stateOf(),
    reason,
    taskId: mine?.id ?? null,
  }

  function stateOf(): DueWhy['state'] {
    if (mine) return mine.open ? 'task-open' : 'task-closed'
    if (reason || row.opensOn === null || row.closesOn === null) return 'excluded'
    const day = asOf.toString()
    if (day < row.opensOn) return 'not-yet'
    return day > row.closesOn ? 'too-late' : 'due'
  }
}

interface Anchor {
  readonly anchorOn: string | null
  readonly anchorKm: number | null
  readonly anchorKind: string | null
  readonly intervalMonths: number | null
  readonly intervalKm: number | null
  readonly dailyKm: number | null
  readonly dailyConfidence: string | null
}

async function anchorsOf({ tx, storeId }: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, Anchor>> {
  const rows = await tx
    .selectFrom('vehicle')
    .select(['id', 'anchorOn', 'anchorKm', 'anchorKind', 'intervalMonths', 'intervalKm', 'dailyKm', 'dailyConfidence'])
    .where('storeId', '=', storeId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * The id of the task of a round. Derived here rather than in a join: md5 is not leakproof, so behind row security the join could
 * not use the key and read every task of the store for each vehicle.
 */
function taskId({ storeId }: Scope, programme: PlannedProgramme | undefined, row: Round): string | undefined {
  if (!programme || row.cycle === null) return undefined
  return deriveId(storeId, roundsKey(programme), row.subjectId, row.cycle)
}

async function tasksOf({ tx, storeId }: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, RoundTask>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('task')
    .select(['id', 'programme', 'state'])
    .where('storeId', '=', storeId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(
    rows.map(({ id, programme, state }) => [id, { id, programme, open: state === 'open' || state === 'attempting' }]),
  )
}
