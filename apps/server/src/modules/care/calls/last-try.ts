import type { AttemptPolicy } from '@changhui/rules/attempts'
import { nextOpenDay } from '@changhui/rules/calendar'
import { refusedAsSms } from '@changhui/rules/smsRules'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { type ChannelText, queueMessages } from '../../messaging/service.ts'
import type { Programme } from '../engine/programme.ts'
import { storeCalendar } from '../engine/store-values.ts'
import { saidOn, textsFor, timesOf, type Way, wishText } from '../notices/text.ts'
import { programmeOf } from '../programmes/all.ts'
import type { TaskFacts } from './rows.ts'
import { phonesOf } from './try-facts.ts'

/** In the order in which one follows another. */
const WAYS = ['sms', 'wechat', 'email'] as const

/** "We could not reach you" says nothing any more after a week. */
const GOOD_FOR = { hours: 7 * 24 } as const

/**
 * The message after the last try (CARE-14): SMS to a mobile number, else e-mail, or the other way round; WeChat where it is wanted
 * or no SMS provider takes the text (MSG-04). False when the store sends none, the customer allows none, there is nowhere to send it, or no
 * way is left on which the text may go: that message stands in the outbox with its reason.
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
  const allowed = customer.consents as { sms?: boolean; email?: boolean; wechat?: boolean }
  const phones = await phonesOf(scope, task.customerId)
  const mobile = phones.some((phone) => phone.state === 'usable' && /^1\d{10}$/.test(phone.number))
  const programme = programmeOf(task.programme)
  const texts = await textsOf(scope, programme, task, customer.name)
  const reachable = WAYS.filter((way) => {
    if (allowed[way] === false) return false
    if (way === 'wechat') return wanted === 'wechat' || texts.get('sms')?.unfit !== undefined
    return way === 'sms' ? mobile : customer.email !== null && customer.email !== ''
  })
  const channels = [...reachable].sort((a, b) => Number(b === wanted) - Number(a === wanted))
  if (channels.length === 0) return false
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
      ...wishText(texts),
      // a greeting is for its day; a reminder outlives its window for a while
      expiresAt: programme.purpose === 'greeting' && ends && Temporal.Instant.compare(ends, late) < 0 ? ends : late,
      endsWithVisit: programme.endsWhenBooked === true,
    },
  ])
  return channels.some((way) => !texts.get(way)?.unfit)
}

/** What is said on each way: the text in force where all it needs is known, else that nobody answered. */
async function textsOf(
  scope: Scope,
  programme: Programme,
  task: TaskFacts,
  name: string,
): Promise<ReadonlyMap<Way, ChannelText>> {
  const { phone } = await scope.tx
    .selectFrom('store')
    .select('phone')
    .where('id', '=', scope.storeId)
    .executeTakeFirstOrThrow()
  const open = nextOpenDay(scope.today, await storeCalendar(scope), true)
  const matter = programme.endsWhenBooked ? '到保养时间' : `到期（${programme.zh}）`
  const how = `${open ? '欢迎来电预约' : '请与我们联系'}${phone ? `，电话 ${phone}` : ''}`
  const plain = `${name}，您的${task.plate ?? task.model ?? '爱车'}预计 ${task.dueOn} ${matter}，我们几次致电未能接通。${how}。`
  const [written] = await textsFor(scope, { ...programme, template: programme.template ?? plain }, WAYS, [task])
  return new Map(
    WAYS.map((way) => {
      const filled = written?.get(way)
      if (filled && filled.missing.length === 0) return [way, saidOn(programme, filled)]
      const refused = way === 'sms' && refusedAsSms(plain, [plain])
      return [way, saidOn(programme, { subject: null, body: plain, template: null, missing: [], refused })]
    }),
  )
}
