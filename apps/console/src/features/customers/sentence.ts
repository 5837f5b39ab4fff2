import type { formats } from '../../app/format.ts'
import type { Widen } from '../../app/i18n.tsx'
import { word, type words } from '../../app/words.ts'
import type { messageWords } from '../messages/words.ts'
import type { texts as customerTexts } from './customer-texts.ts'
import type { texts as timelineTexts } from './timeline-texts.ts'
import type { texts as vehicleTexts } from './vehicle-texts.ts'

/** The languages' tables a sentence is made of. */
export interface Tables {
  readonly t: Widen<(typeof timelineTexts)['zh']>
  readonly w: Widen<(typeof words)['zh']>
  readonly fields: Widen<(typeof customerTexts)['zh']['field']>
  readonly vehicle: Widen<(typeof vehicleTexts)['zh']>
  readonly messages: Widen<(typeof messageWords)['zh']>
  readonly format: ReturnType<typeof formats>
}
type Data = Readonly<Record<string, unknown>>

const textOf = (value: unknown) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')
const numberOf = (value: unknown) => (typeof value === 'number' ? value : null)
const wordOr = (list: Readonly<Record<string, string>>, value: unknown) =>
  textOf(value) === '' ? '' : word(list, textOf(value))
const fieldsOf = (value: unknown, names: Readonly<Record<string, string>>) =>
  Array.isArray(value) ? value.map((one) => word(names, textOf(one))) : []
const whenOf = (data: Data) =>
  [textOf(data.day) || textOf(data.to), textOf(data.time).slice(0, 5)].filter(Boolean).join(' ')

/** `3:05` of so many seconds. */
const talked = (seconds: number | null) =>
  seconds === null ? '' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

/** What one line of the timeline says. A kind this page does not know yet is shown by its code, never left out. */
export function sentence(kind: string, data: Data, { t, w, fields, vehicle, messages, format }: Tables): string {
  const programme = wordOr(w.programme, data.programme)
  const km = numberOf(data.km) ?? numberOf(data.mileageKm)
  const distance = km === null ? '' : format.km(km)
  const channel = wordOr(w.channel, data.channel)
  const purpose = wordOr({ ...w.contactPurpose, ...t.purposes }, data.purpose)
  const why = wordOr(messages.reasons, data.reason)
  if (kind.startsWith('call.')) return t.call(word(w.callResult, kind.slice(5)), wordOr(w.outcome, data.outcome))
  switch (kind) {
    case 'phonecall.in':
    case 'phonecall.out':
      return t.phoneCall(kind === 'phonecall.in', data.answered === true, talked(numberOf(data.seconds)))
    case 'task.assigned':
      return t.assigned(programme, textOf(data.to) !== '')
    case 'task.planned':
      return t.planned(programme, textOf(data.dueOn))
    case 'task.due-moved':
      return t.dueMoved(textOf(data.from), textOf(data.to) || textOf(data.dueOn))
    case 'task.closed':
      return t.closed(programme, wordOr(w.taskState, data.state), wordOr(w.outcome, data.outcome))
    case 'order.added':
    case 'order.waiting':
    case 'order.delivered':
    case 'order.cancelled':
      return t.newCar[kind]
    case 'order.step':
      return t.newCarStep(wordOr(t.newCarSteps, data.step), textOf(data.on))
    case 'class.joined':
      return t.classJoined(textOf(data.day))
    case 'class.left':
      return t.classLeft
    case 'appointment.booked':
      return t.booked(whenOf(data))
    case 'appointment.moved':
      return t.moved(whenOf(data))
    case 'appointment.cancelled':
      return t.cancelled(whenOf(data))
    case 'appointment.kept':
      return t.kept(whenOf(data))
    case 'message.queued':
      return t.message(channel, purpose)
    case 'message.sent':
      return t.messageSent(channel, purpose)
    case 'message.delivered':
      return t.messageDelivered(channel)
    case 'message.failed':
      return t.messageFailed(channel, why)
    case 'message.dropped':
      return t.messageDropped(channel, why)
    case 'message.reply':
      return t.reply(channel, data.optOut === true)
    case 'message.bad-address':
      return t.badAddress(channel)
    case 'customer.consent-withdrawn':
      return t.consentWithdrawn(channel)
    case 'phone.added':
      return t.phoneAdded
    case 'phone.state':
      return t.phoneState(wordOr(w.phoneState, data.from), wordOr(w.phoneState, data.to ?? data.state))
    case 'customer.created':
      return t.customerCreated
    case 'customer.edited':
      return t.customerEdited(fieldsOf(data.fields, fields))
    case 'customer.merged':
      return t.customerMerged
    case 'customer.merge-undone':
      return t.mergeUndone
    case 'customer.advisor':
      return t.advisorGiven
    case 'vehicle.added':
      return t.vehicleAdded
    case 'vehicle.edited':
      return t.vehicleEdited(fieldsOf(data.fields, vehicle.field))
    case 'odometer.refused':
      return t.odometerRefused(distance, wordOr(vehicle.refused, data.reason ?? data.refused))
    case 'visit':
    case 'visit.recorded':
      return t.visit(wordOr(w.visitKind, data.visitKind ?? data.kind), distance)
    case 'delivery':
      return t.delivery
    default:
      return t.unknown(kind)
  }
}

const payers = ['customer', 'warranty', 'insurance', 'internal'] as const

/** The small print under a sentence: order number, advisor, technician, amount and who paid it, items, note. */
export function detail(kind: string, data: Data, { t, w, format }: Tables): string[] {
  const lines: string[] = []
  if (textOf(data.orderNo)) lines.push(`${t.order} ${textOf(data.orderNo)}`)
  if (textOf(data.advisor)) lines.push(`${t.advisor} ${textOf(data.advisor)}`)
  if (textOf(data.technician)) lines.push(`${t.technician} ${textOf(data.technician)}`)
  if (numberOf(data.totalFen) !== null) lines.push(format.fen(numberOf(data.totalFen)))
  // who paid what is worth a word where it was not the customer alone (BASE-03)
  const paid = payers.filter((payer) => (numberOf(data[`${payer}Fen`]) ?? 0) > 0)
  if (paid.some((payer) => payer !== 'customer'))
    lines.push(format.list(paid.map((payer) => `${w.payer[payer]} ${format.fen(numberOf(data[`${payer}Fen`]))}`)))
  if (kind.startsWith('visit') && Array.isArray(data.lines)) {
    const names = data.lines
      .map((line: unknown) =>
        typeof line === 'object' && line !== null && 'name' in line ? textOf(line.name) : textOf(line),
      )
      .filter(Boolean)
    if (names.length > 0) lines.push(format.list(names.slice(0, 6)) + (names.length > 6 ? ' …' : ''))
  }
  if (textOf(data.note)) lines.push(`“${textOf(data.note)}”`)
  return lines
}

export type TimelineGroup = 'visits' | 'contact' | 'plan' | 'changes'
export function groupOf(kind: string): TimelineGroup {
  if (kind.startsWith('visit') || kind === 'delivery') return 'visits'
  if (/^(call|phonecall|appointment|message)\.|consent-withdrawn$/.test(kind)) return 'contact'
  if (kind.startsWith('task.')) return 'plan'
  return 'changes'
}
