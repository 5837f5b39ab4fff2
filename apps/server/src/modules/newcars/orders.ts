import type { newCarOrder } from '@changhui/contract/new-cars'
import { ORDER_STEPS, type OrderStep } from '@changhui/rules/newOwner'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../platform/cursor.ts'
import { found, Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { appendTimeline } from '../base/customers/service.ts'
import { planSome, toldOfOrders } from '../care/service.ts'

export type Order = z.infer<typeof newCarOrder>
type State = Order['state']

const NOTICES = ['waiting-new-car', 'new-car-invitation']

const cursorForm = z.tuple([z.string(), z.guid()])
/** After every promise there is. */
const NO_PROMISE = '9999-12-31'

interface OrderRow extends Omit<Order, 'steps' | 'told'> {
  readonly sortOn: string
}

/** Orders by promised day, those without one last; only the waiting ones unless all are asked for. */
export async function ordersOf(
  scope: Scope,
  { all, cursor, limit }: { all: boolean; cursor?: string | undefined; limit: number },
): Promise<{ rows: Order[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorForm)
  const rows = await selectOrders(
    scope,
    sql`${all ? sql`true` : sql`o.state = 'waiting'`}
      AND ${after ? sql`(coalesce(o.promised_on::text, ${NO_PROMISE}), o.id) > (${after[0]}::text, ${after[1]}::uuid)` : sql`true`}`,
    limit + 1,
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { rows: await withHistory(scope, page), nextCursor: last ? encodeCursor(last.sortOn, last.id) : null }
}

async function selectOrders({ tx, storeId }: Scope, where: ReturnType<typeof sql>, limit: number): Promise<OrderRow[]> {
  const { rows } = await sql<OrderRow>`
    SELECT o.id, o.customer_id, c.name AS customer_name, o.order_no, o.model, o.promised_on, o.delivered_on, o.state, o.note, o.version,
      coalesce(o.promised_on::text, ${NO_PROMISE}) AS sort_on
    FROM new_car_order o JOIN customer c ON c.store_id = o.store_id AND c.id = o.customer_id
    WHERE o.store_id = ${storeId}::uuid AND ${where}
    ORDER BY coalesce(o.promised_on::text, ${NO_PROMISE}), o.id LIMIT ${limit}`.execute(tx)
  return rows
}

async function withHistory(scope: Scope, rows: readonly OrderRow[]): Promise<Order[]> {
  const { tx, storeId } = scope
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const steps = await tx
    .selectFrom('newCarStep')
    .select(['orderId', 'step', 'reachedOn'])
    .where('storeId', '=', storeId)
    .where('orderId', 'in', ids)
    .execute()
  const told = await toldOfOrders(scope, ids)
  return rows.map(({ sortOn: _, ...row }) => ({
    ...row,
    steps: ORDER_STEPS.flatMap((step) => {
      const mine = steps.find((one) => one.orderId === row.id && one.step === step)
      return mine ? [{ step, on: mine.reachedOn }] : []
    }),
    told: told.filter((one) => one.orderId === row.id).map(({ about, toldOn }) => ({ about, on: toldOn })),
  }))
}

/** One order with its steps. Throws NOT_FOUND. */
export async function orderOf(scope: Scope, id: string): Promise<Order> {
  return found((await withHistory(scope, await selectOrders(scope, sql`o.id = ${id}::uuid`, 1)))[0])
}

export interface NewOrder {
  readonly customerId: string
  readonly orderNo: string | null
  readonly model: string
  readonly orderedOn: string
  readonly promisedOn: string | null
  readonly note: string | null
}

/** Notes an order with its first step. Throws NOT_FOUND for a customer that is none, BAD_REQUEST for a day to come. */
export async function addOrder(scope: Scope, given: NewOrder): Promise<Order> {
  const { tx, storeId, now, actor } = scope
  requirePast(scope, given.orderedOn, 'orderedOn')
  found(
    await tx
      .selectFrom('customer')
      .select('id')
      .where('storeId', '=', storeId)
      .where('id', '=', given.customerId)
      .where('mergedInto', 'is', null)
      .executeTakeFirst(),
  )
  const id = scope.newId()
  const { orderedOn, ...fields } = given
  const stamp = { createdAt: now.toString(), createdBy: actor.id, updatedAt: now.toString() }
  await tx
    .insertInto('newCarOrder')
    .values({ storeId, id, ...fields, ...stamp })
    .execute()
  await writeStep(scope, id, 'ordered', orderedOn)
  await appendTimeline(scope, [{ kind: 'order.added', customerId: given.customerId, data: { orderId: id } }])
  await planSome(scope, NOTICES)
  return orderOf(scope, id)
}

function requirePast({ today }: Scope, day: string, field: string): void {
  if (day > today.toString()) throw new Problem('BAD_REQUEST', 'date.future', { field })
}

async function writeStep({ tx, storeId, now, actor }: Scope, orderId: string, step: OrderStep, on: string) {
  const fields = { reachedOn: on, notedAt: now.toString(), notedBy: actor.id }
  await tx
    .insertInto('newCarStep')
    .values({ storeId, orderId, step, ...fields })
    .onConflict((conflict) => conflict.columns(['storeId', 'orderId', 'step']).doUpdateSet(fields))
    .execute()
}

/** Notes that an order reached a step on a day; naming a step again corrects its day. BAD_REQUEST out of order or in the future, CONFLICT once it ended. */
export async function advanceOrder(scope: Scope, id: string, step: OrderStep, on: string): Promise<Order> {
  requirePast(scope, on, 'on')
  const order = await lockOrder(scope, id)
  if (order.state !== 'waiting') throw new Problem('CONFLICT', 'order.ended')
  const { steps } = await orderOf(scope, id)
  const place = ORDER_STEPS.indexOf(step)
  const earlier = steps.filter((one) => ORDER_STEPS.indexOf(one.step) < place).at(-1)
  if (earlier && on < earlier.on)
    throw new Problem('BAD_REQUEST', 'order.step-order', { field: 'on', values: { day: earlier.on } })
  await writeStep(scope, id, step, on)
  await appendTimeline(scope, [{ kind: 'order.step', customerId: order.customerId, data: { orderId: id, step, on } }])
  await planSome(scope, NOTICES)
  return orderOf(scope, id)
}

async function lockOrder({ tx, storeId }: Scope, id: string) {
  const query = tx.selectFrom('newCarOrder').selectAll().where('storeId', '=', storeId).where('id', '=', id)
  return found(await query.forUpdate().executeTakeFirst())
}

export interface OrderChange {
  readonly version: number
  readonly promisedOn?: string | null | undefined
  readonly note?: string | null | undefined
  readonly state?: State | undefined
  readonly deliveredOn?: string | undefined
}

/** Changes promise or note, delivers or cancels an order, or takes that back. CONFLICT for an old version, BAD_REQUEST for a delivery to come. */
export async function changeOrder(scope: Scope, id: string, change: OrderChange): Promise<Order> {
  const before = await lockOrder(scope, id)
  if (before.version !== change.version) throw new Problem('CONFLICT', 'version.changed')
  const state = change.state ?? (before.state as State)
  const deliveredOn =
    state === 'delivered' ? (change.deliveredOn ?? before.deliveredOn ?? scope.today.toString()) : null
  if (deliveredOn) requirePast(scope, deliveredOn, 'deliveredOn')
  await scope.tx
    .updateTable('newCarOrder')
    .set({
      state,
      deliveredOn,
      ...(change.promisedOn === undefined ? {} : { promisedOn: change.promisedOn }),
      ...(change.note === undefined ? {} : { note: change.note }),
      version: before.version + 1,
      updatedAt: scope.now.toString(),
    })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .execute()
  if (state !== before.state)
    await appendTimeline(scope, [{ kind: `order.${state}`, customerId: before.customerId, data: { orderId: id } }])
  await planSome(scope, NOTICES)
  return orderOf(scope, id)
}
