import { ORDER_STEPS } from '@changhui/rules/newOwner'
import { sql } from 'kysely'
import { deriveId } from '../../platform/ids.ts'
import type { Scope } from '../../platform/scope.ts'
import { dispatchNotices } from '../care/notices/dispatch.ts'
import { endMissedCalls } from '../care/notices/missed.ts'
import { settleNotices } from '../care/notices/settle.ts'
import { tasksStillOwed } from '../care/service.ts'
import { showDue } from '../messaging/service.ts'
import { saveSetting } from '../settings/service.ts'
import { addAlert, endWhatIsOver } from '../weather/alerts.ts'
import type { PlacedPerson } from './store.ts'

/** An invented city: the districts of the demo's customers lie in it. */
const REGION = '云江省虚川市'

/** Where the store is, and what it needs to tell whom a warning reaches. */
export async function setRegion(scope: Scope): Promise<void> {
  const place = { provider: 'none', host: '', key: null, latitude: null, longitude: null, region: REGION }
  await saveSetting(scope, 'weather', place, 0)
}

/** Orders on their way, told up to their last step but one, and two classes to come. */
export async function placeOrders(scope: Scope, people: readonly PlacedPerson[]): Promise<void> {
  const { tx, storeId, today, now } = scope
  const models = ['S5 2.0T 豪华版', 'X7 2.0T 四驱版', 'E6 长续航版']
  const waiting = people.filter((one) => !one.doNotDisturb && one.phones.some((phone) => phone.state === 'usable'))
  const orders = waiting.slice(0, 9).map((one, i) => {
    const reached = i % ORDER_STEPS.length
    const first = today.subtract({ days: 6 * (reached + 1) })
    const promised = i === 2 ? null : today.add({ days: 4 + 7 * (ORDER_STEPS.length - 1 - reached) + i })
    return {
      id: deriveId('demo-order', storeId, i),
      customerId: one.id,
      orderNo: `DD-${String(1001 + i)}`,
      model: models[i % models.length],
      promisedOn: promised?.toString() ?? null,
      steps: ORDER_STEPS.slice(0, reached + 1).map((step, place) => ({
        step,
        on: first.add({ days: 6 * place + (place === reached ? 5 : 0) }).toString(),
      })),
    }
  })
  const stamp = sql`${now.toString()}::timestamptz`
  await sql`
    INSERT INTO new_car_order (store_id, id, customer_id, order_no, model, promised_on, created_at, updated_at)
    SELECT ${storeId}::uuid, o.id, o."customerId", o."orderNo", o.model, o."promisedOn", ${stamp}, ${stamp}
    FROM jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) AS o (id uuid, "customerId" uuid, "orderNo" text, model text, "promisedOn" date)`.execute(
    tx,
  )
  await sql`
    INSERT INTO new_car_step (store_id, order_id, step, reached_on, noted_at)
    SELECT ${storeId}::uuid, o.id, s.step, s."on", ${stamp}
    FROM jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) AS o (id uuid, steps jsonb)
    CROSS JOIN jsonb_to_recordset(o.steps) AS s (step text, "on" date)`.execute(tx)
  const classes = [9, 37].map((days, i) => ({
    id: deriveId('demo-class', storeId, i),
    storeId,
    day: today.add({ days }).toString(),
    atTime: i === 0 ? '14:00' : '09:30',
    place: '二楼培训室',
    topic: i === 0 ? '新车主用车讲堂' : '冬季用车与保养',
    capacity: 20,
    createdAt: now.toString(),
  }))
  await tx.insertInto('ownerClass').values(classes).execute()
  const guests = waiting.slice(20, 24).map(({ id }) => ({
    storeId,
    classId: deriveId('demo-class', storeId, 0),
    customerId: id,
    takenAt: now.toString(),
  }))
  if (guests.length > 0) await tx.insertInto('ownerClassSeat').values(guests).execute()
}

/** The weather of some days before the last one: a warning that is over, and one in force. */
const WARNINGS = [
  { daysAgo: 12, kind: '大雾', level: 'orange', area: `${REGION}望川区`, hours: 10 },
  // one district: whom a message reached today is not called today, and a list to work on must be left
  { daysAgo: 0, kind: '道路结冰', level: 'yellow', area: `${REGION}云台区`, hours: 20 },
] as const

/** One day of notices: warnings come, messages go, calls nobody made in time become messages. */
export async function liveNotices(at: (minutes: number) => Scope, lastDay: Temporal.PlainDate): Promise<void> {
  const opening = at(0)
  await endWhatIsOver(opening)
  for (const { daysAgo, hours, ...alert } of WARNINGS) {
    if (!opening.today.equals(lastDay.subtract({ days: daysAgo }))) continue
    await addAlert(opening, { ...alert, endsAt: opening.now.add({ hours }).toString() })
  }
  while ((await dispatchNotices(at(1))) > 0);
  await showDue(at(5), tasksStillOwed)
  await settleNotices(at(5))
}

/** After two hours: the birthdays nobody called. */
export async function endMorning(at: (minutes: number) => Scope): Promise<void> {
  await endMissedCalls(at(121))
  await showDue(at(125), tasksStillOwed)
}
