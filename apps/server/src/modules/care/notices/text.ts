import type { Scope } from '../../../platform/scope.ts'
import type { ChannelText, ChannelTexts, MessageWish } from '../../messaging/service.ts'
import { type ChannelFill, type FilledByChannel, fillTemplates } from '../../messaging/templates/fill.ts'
import type { Programme, ProgrammeValues } from '../engine/programme.ts'

export type Way = MessageWish['channels'][number]

/** What a task's reason says beside its days: values for the text, and the moment from which the message is pointless. */
interface Reason {
  readonly variables?: Readonly<Record<string, string>>
  readonly endsAt?: string
  readonly sendAt?: string
}

/** A task that is to become a message. */
export interface NoticeTask {
  readonly id: string
  readonly programme: string
  readonly customerId: string
  readonly vehicleId: string | null
  readonly closesOn: string
  readonly version: number
  readonly why: unknown
}

const reasonOf = (task: Pick<NoticeTask, 'why'>): Reason => (task.why ?? {}) as Reason

/** The values a task's reason gives the texts about it: the festival, the warning, the step. */
export const variablesOf = (why: unknown): Readonly<Record<string, string>> => ((why ?? {}) as Reason).variables ?? {}

/** The ways of a programme's messages in a store; a call is none. */
export const waysOf = (programme: Programme, values: ProgrammeValues): Way[] =>
  (programme.channels?.(values) ?? []).flatMap((channel) => (channel === 'call' ? [] : [channel]))

/** The text of each task in its order, as the store's templates have it for each way; undefined where the customer is gone. */
export function textsFor(
  scope: Scope,
  programme: Programme,
  ways: readonly Way[],
  tasks: readonly Pick<NoticeTask, 'id' | 'customerId' | 'vehicleId' | 'why'>[],
): Promise<(FilledByChannel | undefined)[]> {
  const subjects = tasks.map(({ id, customerId, vehicleId, why }) => ({
    customerId,
    vehicleId,
    taskId: id,
    variables: variablesOf(why),
  }))
  return fillTemplates(scope, programme.key, ways, subjects, programme.template)
}

type Said = Omit<ChannelFill, 'template'> & Pick<ChannelText, 'template'>

/** What a message says on a way: its filled text, marked where it may not go out there. An e-mail without a subject gets the name of the care. */
export const saidOn = ({ zh }: Programme, { subject, body, template, missing, refused }: Said): ChannelText => ({
  subject: subject ?? zh,
  body,
  template,
  ...(missing.length > 0 ? { unfit: 'text-incomplete' } : refused ? { unfit: 'text-refused' } : {}),
})

/** The text of a wish that is said on several ways, the first way's as that of the whole. Throws when there is none. */
export function wishText(
  texts: ReadonlyMap<Way, ChannelText>,
): Omit<ChannelText, 'unfit'> & { readonly texts: ChannelTexts } {
  const [first] = texts.values()
  if (first === undefined) throw new Error('a text was wanted for no way')
  const { subject, body, template } = first
  return { subject, body, template, texts: Object.fromEntries(texts) }
}

/** From when and until when a message of a task makes sense: until its window ends, or its reason does. */
export function timesOf(scope: Scope, task: NoticeTask): Pick<MessageWish, 'notBefore' | 'expiresAt'> {
  const { sendAt, endsAt } = reasonOf(task)
  const windowEnds = Temporal.PlainDate.from(task.closesOn).add({ days: 1 }).toZonedDateTime(scope.timeZone).toInstant()
  const ends = endsAt ? Temporal.Instant.from(endsAt) : windowEnds
  return {
    notBefore: sendAt ? Temporal.Instant.from(sendAt) : null,
    expiresAt: Temporal.Instant.compare(ends, windowEnds) < 0 ? ends : windowEnds,
  }
}
