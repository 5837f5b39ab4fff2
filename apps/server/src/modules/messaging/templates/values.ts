import { spokenHours } from '@changhui/rules/messageText'
import { honorificOf, type ScriptValues, type ScriptVariable, variableOf } from '@changhui/rules/script'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { calendarOfStore } from '../../stores/service.ts'

/** Whom and what a text speaks of. Without a vehicle: the customer's own that was in last. */
export interface TextSubject {
  readonly customerId: string
  readonly vehicleId?: string | null
  readonly taskId?: string | null
  /** Values the cause knows, by any name of a variable (`festival`, `节日`); they win over the facts. */
  readonly variables?: Readonly<Record<string, string | null | undefined>>
}

interface SubjectFacts {
  name: string
  sex: string | null
  memberLevel: string | null
  advisorId: string | null
  phone: string | null
  plate: string | null
  model: string | null
  brand: string | null
  vin: string | null
  deliveredOn: string | null
  warrantyEndOn: string | null
  inspectionDueOn: string | null
  policyEndsOn: string | null
  insurer: string | null
  odometerKm: number | null
  dailyKm: number | null
  visits: number
  lastVisitOn: string | null
  anchorOn: string | null
  anchorKm: number | null
  anchorKind: string | null
  intervalKm: number | null
  dueOn: string | null
  dueBy: string | null
  /** What the task's reason says itself: the festival, the model that was ordered. */
  variables: Record<string, string> | null
}

/** `11月28日`, with the year when it is another one than today's. */
export function spokenDay(day: string | null | undefined, today: Temporal.PlainDate): string | null {
  if (!day) return null
  const { year, month, day: date } = Temporal.PlainDate.from(day)
  return `${year === today.year ? '' : `${year}年`}${month}月${date}日`
}

const grouped = new Intl.NumberFormat('en-US')
const km = (value: number | null) => (value === null ? null : `${grouped.format(value)} 公里`)
/** What is driven in a month, to the hundred: nobody believes an estimate that is finer. */
const monthly = (daily: number | null) =>
  daily === null ? null : `约 ${grouped.format(Math.max(100, Math.round((daily * 30.4) / 100) * 100))} 公里`
const mask = (phone: string | null) => (phone && phone.length > 7 ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : null)

/**
 * The values of every variable for some customers and their vehicles, in the order of `subjects` (CARE-16, MSG-03); undefined
 * for a customer who is not there. Read at once for thousands. `serviceName`: what the care is called.
 */
export async function textValues(
  scope: Scope,
  subjects: readonly TextSubject[],
  serviceName?: string,
): Promise<(ScriptValues | undefined)[]> {
  if (subjects.length === 0) return []
  const { tx, storeId, actor, today } = scope
  const store = await tx
    .selectFrom('store')
    .select(['name', 'phone', 'address'])
    .where('id', '=', storeId)
    .executeTakeFirstOrThrow()
  const { hours } = await calendarOfStore(scope)
  const facts = await factsOf(scope, subjects)
  const names = await staffNames(
    tx,
    [...facts.values()].map((one) => one.advisorId),
  )
  return subjects.map((subject, at) => {
    const one = facts.get(at)
    if (!one) return undefined
    // of a car never serviced yet the anchor is its delivery
    const served = one.anchorKind === 'service' || one.anchorKind === 'elsewhere'
    const values: ScriptValues = {
      customerName: one.name,
      honorific: honorificOf(one.name, one.sex),
      phone: mask(one.phone),
      memberLevel: one.memberLevel,
      plate: one.plate,
      model: one.model,
      brand: one.brand,
      vinTail: one.vin?.slice(-6),
      deliveredOn: spokenDay(one.deliveredOn, today),
      warrantyUntil: spokenDay(one.warrantyEndOn, today),
      inspectionBy: spokenDay(one.inspectionDueOn, today),
      policyEndsOn: spokenDay(one.policyEndsOn, today),
      insurer: one.insurer,
      odometer: km(one.odometerKm),
      monthlyKm: monthly(one.dailyKm),
      visitCount: one.visits > 0 ? `${grouped.format(one.visits)} 次` : null,
      lastVisitOn: spokenDay(one.lastVisitOn, today),
      lastServiceOn: served ? spokenDay(one.anchorOn, today) : null,
      lastServiceKm: served ? km(one.anchorKm) : null,
      dueOn: spokenDay(one.dueOn, today),
      dueBy: one.dueBy === null ? null : one.dueBy === 'mileage' ? '里程' : '时间',
      dueKm: one.anchorKm === null || one.intervalKm === null ? null : km(one.anchorKm + one.intervalKm),
      serviceName,
      storeName: store.name,
      storePhone: store.phone,
      storeAddress: store.address,
      openingHours: spokenHours(hours.week),
      agentName: actor.id === null ? null : actor.name,
      advisorName: names.get(one.advisorId ?? ''),
      today: spokenDay(today.toString(), today),
    }
    return { ...values, ...known(one.variables), ...known(subject.variables) }
  })
}

function known(variables: TextSubject['variables'] | null): ScriptValues {
  const found: { [name in ScriptVariable]?: string } = {}
  for (const [name, value] of Object.entries(variables ?? {})) {
    const variable = variableOf(name)
    if (variable && typeof value === 'string' && value) found[variable] = value
  }
  return found
}

/** By place in `subjects`. A row of numbers beside each id keeps the order and admits the same customer twice. */
async function factsOf({ tx, storeId }: Scope, subjects: readonly TextSubject[]) {
  const { rows } = await sql<SubjectFacts & { at: number }>`
    SELECT s.at::int AS at, c.name, c.sex, c.member_level, c.advisor_id,
      (SELECT p.number FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id AND p.state = 'usable'
       ORDER BY p.position, p.id LIMIT 1) AS phone,
      v.plate, coalesce(v.model, v.series) AS model, v.brand, v.vin, v.delivered_on, v.warranty_end_on, v.inspection_due_on,
      CASE WHEN x.compulsory_first THEN v.compulsory_expiry_on ELSE v.commercial_expiry_on END AS policy_ends_on,
      CASE WHEN x.compulsory_first THEN v.compulsory_insurer ELSE v.commercial_insurer END AS insurer,
      v.odometer_km, CASE WHEN v.daily_confidence <> 'none' THEN v.daily_km END AS daily_km,
      (SELECT count(*)::int FROM visit i WHERE i.store_id = v.store_id AND i.vehicle_id = v.id) AS visits, v.last_visit_on, v.anchor_on, v.anchor_km, v.anchor_kind, v.interval_km, t.due_on, t.why ->> 'by' AS due_by,
      t.why -> 'variables' AS variables
    FROM unnest(${subjects.map((one) => one.customerId)}::uuid[], ${subjects.map((one) => one.vehicleId ?? null)}::uuid[],
      ${subjects.map((one) => one.taskId ?? null)}::uuid[]) WITH ORDINALITY AS s (customer_id, vehicle_id, task_id, at)
    JOIN customer c ON c.store_id = ${storeId} AND c.id = s.customer_id
    LEFT JOIN vehicle v ON v.store_id = c.store_id AND v.id = coalesce(s.vehicle_id, (
      SELECT o.id FROM vehicle o WHERE o.store_id = c.store_id AND o.owner_id = c.id AND o.state = 'active'
      ORDER BY o.last_visit_on DESC NULLS LAST, o.delivered_on DESC NULLS LAST, o.id LIMIT 1))
    CROSS JOIN LATERAL (
      SELECT coalesce(v.compulsory_expiry_on, 'infinity') <= coalesce(v.commercial_expiry_on, 'infinity') AS compulsory_first
    ) x
    LEFT JOIN task t ON t.store_id = c.store_id AND t.id = s.task_id AND t.customer_id = c.id
    ORDER BY s.at`.execute(tx)
  return new Map(rows.map((row) => [row.at - 1, row]))
}
