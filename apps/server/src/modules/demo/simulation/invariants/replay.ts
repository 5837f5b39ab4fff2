import { sql } from 'kysely'
import { programmeDefinitions } from '../../../care/service.ts'
import { counted } from './count.ts'
import type { Invariant } from './invariant.ts'

interface TaskRow {
  readonly id: string
  readonly programme: string
  readonly state: string
  readonly outcome: string | null
  readonly attempts: number
  readonly dueOn: string
  readonly events: readonly TaskEvent[] | null
}

export interface TaskEvent {
  readonly at: string
  readonly kind: string
  readonly outcome: string | null
  readonly dueOn: string | null
}

/** What a task came to by its events alone. */
export interface Replayed {
  readonly state: 'open' | 'attempting' | 'ended'
  readonly outcome: string | null
  readonly calls: number
  readonly dueOn: string | null
  /** Something happened to it before it was planned, or after it had ended. */
  readonly impossible: boolean
}

/** Of what happened at one moment, this is the order: a plan made anew comes after the end it revives. */
const order = ['task.due-moved', 'call', 'message', 'appointment', 'task.closed', 'task.planned']
const place = (kind: string) => order.findIndex((start) => kind.startsWith(start))

/** Plays the events of a task again (CARE-23, pure). */
export function replay(events: readonly TaskEvent[], messages: boolean): Replayed {
  const ordered = events.toSorted((a, b) => (a.at === b.at ? place(a.kind) - place(b.kind) : a.at < b.at ? -1 : 1))
  let so: Replayed | undefined
  for (const [at, event] of ordered.entries()) {
    const ended: boolean = so === undefined || so.state === 'ended'
    const base: Replayed = so ?? { state: 'open', outcome: null, calls: 0, dueOn: null, impossible: false }
    const dueOn = event.dueOn ?? base.dueOn
    if (event.kind === 'task.planned') {
      const back = ordered.some((one, i) => i < at && one.at === event.at && one.kind === 'appointment.cancelled')
      so = { ...base, state: back ? 'attempting' : 'open', outcome: null, dueOn, impossible: base.impossible || !ended }
    } else if (event.kind === 'task.closed') {
      so = { ...base, state: 'ended', outcome: event.outcome, impossible: base.impossible || ended }
    } else if (event.kind === 'task.due-moved') so = { ...base, dueOn, impossible: base.impossible || ended }
    else if (event.kind.startsWith('call.')) {
      so = { ...base, state: 'attempting', calls: base.calls + 1, impossible: base.impossible || ended }
    } else if (messages && event.kind.startsWith('message.') && base.state === 'open')
      so = { ...base, state: 'attempting' }
  }
  return so ?? { state: 'open', outcome: null, calls: 0, dueOn: null, impossible: true }
}

/** The tasks in four parts by their ids: the events of two years do not stand in memory at once. */
const quarters = ['03', '47', '8b', 'cf'].map((digits) => {
  const whole = (digit: string | undefined) => `${digit}0000000-0000-0000-0000-000000000000`
  const end = `${digits[1]}fffffff-ffff-ffff-ffff-ffffffffffff`
  return [whole(digits[0]), end] as const
})

/** Replaying a task's events gives its state, its outcome, its due day and the number of its calls. */
const eventsTellTheTask: Invariant = {
  name: 'events-tell-the-task',
  check: async (scope) => {
    const sent = new Set(
      programmeDefinitions()
        .filter((one) => one.work === 'message')
        .map((one) => one.key),
    )
    const broken: Record<string, unknown>[] = []
    let checked = 0
    for (const [from, to] of quarters) {
      const { rows } = await sql<TaskRow>`
      SELECT t.id, t.programme, t.state, t.outcome, t.attempts, t.due_on, e.events
      FROM task t LEFT JOIN (
        SELECT task_id, jsonb_agg(jsonb_build_object('at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), 'kind', kind,
          'outcome', data ->> 'outcome', 'dueOn', data ->> 'dueOn')) AS events
        FROM timeline_event WHERE store_id = ${scope.storeId}::uuid AND task_id >= ${from}::uuid AND task_id <= ${to}::uuid GROUP BY task_id
      ) e ON e.task_id = t.id
      WHERE t.store_id = ${scope.storeId}::uuid AND t.id >= ${from}::uuid AND t.id <= ${to}::uuid`.execute(scope.tx)
      const wrong = rows.flatMap((row) => {
        const told = replay(row.events ?? [], sent.has(row.programme))
        const state = row.state === 'open' || row.state === 'attempting' ? row.state : 'ended'
        const why = [
          told.impossible && 'order',
          told.state !== state && 'state',
          told.outcome !== row.outcome && 'outcome',
          told.dueOn !== row.dueOn && 'due',
          !sent.has(row.programme) && told.calls !== row.attempts && 'calls',
        ].filter((one) => one !== false)
        return why.length > 0
          ? [{ task: row.id, programme: row.programme, wrong: why.join(', '), told: told.state }]
          : []
      })
      checked += rows.length
      broken.push(...wrong)
    }
    return { checked, broken }
  },
}

/** Events carry ids, days and codes, no personal data: every text in them has one of these forms. */
const noPersonalData: Invariant = {
  name: 'events-without-personal-data',
  check: (scope) =>
    counted(
      scope,
      sql`SELECT count(*) FROM timeline_event WHERE store_id = ${scope.storeId}::uuid`,
      sql`SELECT e.id AS event, e.kind, s.text FROM timeline_event e,
          LATERAL (SELECT v #>> '{}' AS text FROM jsonb_path_query(e.data, '$.** ? (@.type() == "string")') AS v) s
        WHERE e.store_id = ${scope.storeId}::uuid
          AND s.text !~ '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\d{4}-\\d{2}-\\d{2}(T[0-9:.]+Z)?|\\d{2}:\\d{2}(:\\d{2})?|[a-zA-Z][a-zA-Z.-]{0,40})$'`,
    ),
}

export const replayInvariants: readonly Invariant[] = [eventsTellTheTask, noPersonalData]
