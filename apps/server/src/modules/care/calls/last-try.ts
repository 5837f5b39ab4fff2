import type { AttemptPolicy } from '@changhui/rules/attempts'
import { nextOpenDay } from '@changhui/rules/calendar'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { queueMessages } from '../../messaging/service.ts'
import { storeCalendar } from '../engine/store-values.ts'
import { textsFor, timesOf } from '../notices/text.ts'
import { programmeOf } from '../programmes/all.ts'
import type { TaskFacts } from './rows.ts'
import { phonesOf } from './try-facts.ts'

/** "We could not reach you" says nothing any more after a week. */
const GOOD_FOR = { hours: 7 * 24 } as const

/**
 * The message after the last try (CARE-14): SMS to a mobile number, else e-mail, or the other way round. False when the store
 * sends none, the customer allows none, or there is nowhere to send it.
 */
export async function queueLastTry(scope: Scope, task: TaskFacts, wanted: AttemptPolicy['fallback']): Promise<boolean> {
  const { tx, storeId, now } = scope
  if (wanted === 'none') return false
  const customer = await tx
    .selectFrom('customer')
    .select(['name', 'email', 'consents'])
    .where('storeId', '=', storeId)
    .where('id', '=', task.customerId)
    .executeTakeFirstOrThrow()
  const store = await tx.selectFrom('store').select('phone').where('id', '=', storeId).executeTakeFirstOrThrow()
  const allowed = customer.consents as { sms?: boolean; email?: boolean; wechat?: boolean }
  const phones = await phonesOf(scope, task.customerId)
  const mobile = phones.some((phone) => phone.state === 'usable' && /^1\d{10}$/.test(phone.number))
  const reachable = [
    ...(mobile && allowed.sms !== false ? (['sms'] as const) : []),
    ...(customer.email && allowed.email !== false ? (['email'] as const) : []),
    ...(wanted === 'wechat' && allowed.wechat !== false ? (['wechat'] as const) : []),
  ]
  const channels = [...reachable].sort((a, b) => Number(b === wanted) - Number(a === wanted))
  const [first] = channels
  if (first === undefined) return false
  const programme = programmeOf(task.programme)
  const open = nextOpenDay(scope.today, await storeCalendar(scope), true)
  const car = task.plate ?? task.model ?? '爱车'
  const phone = store.phone ? `，电话 ${store.phone}` : ''
  const matter = programme.endsWhenBooked ? '到保养时间' : `到期（${programme.zh}）`
  const plain = `${customer.name}，您的${car}预计 ${task.dueOn} ${matter}，我们几次致电未能接通。${open ? '欢迎来电预约' : '请与我们联系'}${phone}。`
  const [written] = await textsFor(scope, { ...programme, template: programme.template ?? plain }, first, [task])
  const text = written && written.missing.length === 0 ? written : undefined
  const late = now.add(GOOD_FOR)
  const ends = timesOf(scope, task).expiresAt
  await queueMessages(scope, [
    {
      id: deriveId(storeId, 'last-try', task.id, task.attempts),
      customerId: task.customerId,
      vehicleId: task.vehicleId,
      taskId: task.id,
      purpose: programme.purpose,
      channels,
      subject: text?.subject ?? programme.zh,
      body: text?.body ?? plain,
      template: text?.template ?? null,
      // a greeting is for its day; a reminder outlives its window for a while
      expiresAt: programme.purpose === 'greeting' && ends && Temporal.Instant.compare(ends, late) < 0 ? ends : late,
      endsWithVisit: programme.endsWhenBooked === true,
    },
  ])
  return true
}
