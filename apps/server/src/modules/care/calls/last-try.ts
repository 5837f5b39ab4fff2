import type { AttemptPolicy } from '@changhui/rules/attempts'
import { nextOpenDay } from '@changhui/rules/calendar'
import type { Scope } from '../../../platform/scope.ts'
import { appendTimeline } from '../../base/customers/service.ts'
import { storeCalendar } from '../engine/store-values.ts'
import { phonesOf } from './card.ts'
import type { TaskFacts } from './rows.ts'

/**
 * The message after the last try (CARE-14): SMS to a mobile number, else mail. False when the store sends none, the customer
 * allows none, or there is nowhere to send it.
 */
export async function queueLastTry(scope: Scope, task: TaskFacts, wanted: AttemptPolicy['fallback']): Promise<boolean> {
  const { tx, storeId } = scope
  const customer = await tx
    .selectFrom('customer')
    .select(['name', 'email', 'consents'])
    .where('storeId', '=', storeId)
    .where('id', '=', task.customerId)
    .executeTakeFirstOrThrow()
  const store = await tx
    .selectFrom('store')
    .select(['name', 'phone'])
    .where('id', '=', storeId)
    .executeTakeFirstOrThrow()
  const allowed = customer.consents as { sms?: boolean; email?: boolean }
  const mobile = (await phonesOf(scope, task.customerId)).find(
    (phone) => phone.state === 'usable' && /^1\d{10}$/.test(phone.number),
  )
  const target =
    wanted === 'none'
      ? undefined
      : wanted !== 'mail' && mobile && allowed.sms !== false
        ? { channel: 'sms', recipient: mobile.number }
        : customer.email && allowed.email !== false
          ? { channel: 'mail', recipient: customer.email }
          : undefined
  if (!target) return false
  const open = nextOpenDay(scope.today, await storeCalendar(scope), true)
  const car = task.plate ?? task.model ?? '爱车'
  const phone = store.phone ? `，电话 ${store.phone}` : ''
  const id = scope.newId()
  await tx
    .insertInto('message')
    .values({
      storeId,
      id,
      customerId: task.customerId,
      taskId: task.id,
      ...target,
      purpose: task.programme,
      body: `【${store.name}】${customer.name}，您的${car}预计 ${task.dueOn} 到保养时间，我们几次致电未能接通。${open ? '欢迎来电预约' : '请与我们联系'}${phone}。`,
      state: 'queued',
      createdAt: scope.now.toString(),
    })
    .execute()
  const { customerId, vehicleId, id: taskId } = task
  const data = { messageId: id, channel: target.channel, purpose: task.programme }
  await appendTimeline(scope, [{ kind: 'message.queued', customerId, vehicleId, taskId, data }])
  return true
}
