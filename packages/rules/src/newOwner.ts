import { addWorkingDays, nextOpenDay, type StoreCalendar } from './calendar.ts'
import { around, type CareWindow } from './careWindow.ts'
import type { Ranges } from './settingRanges.ts'

/** The steps of an order on its way to the customer (CARE-24), in order. */
export const ORDER_STEPS = ['ordered', 'scheduled', 'built', 'shipped', 'arrived', 'ready'] as const
export type OrderStep = (typeof ORDER_STEPS)[number]

/** The settings of waiting for the new car 待交车 (CARE-24); days are the store's open days where said. */
export interface WaitingSettings {
  /** A step is told within so many open days. */
  readonly tellWithinDays: number
  /** After so many calendar days without a word, a greeting. */
  readonly quietDays: number
  /** The invitation goes out so many calendar days before the promised delivery. */
  readonly inviteDaysBefore: number
}
export const WAITING_DEFAULTS: WaitingSettings = { tellWithinDays: 1, quietDays: 14, inviteDaysBefore: 7 }
export const WAITING_RANGES: Ranges<WaitingSettings> = {
  tellWithinDays: { min: 1, max: 10 },
  quietDays: { min: 3, max: 60 },
  inviteDaysBefore: { min: 1, max: 60 },
}

/** What is known of an order: its steps with their days, the promised delivery, what the customer was told. */
export interface WaitingFacts {
  readonly steps: readonly { readonly step: OrderStep; readonly on: Temporal.PlainDate }[]
  readonly promisedOn: Temporal.PlainDate | null
  readonly deliveredOn: Temporal.PlainDate | null
  /** Every word the customer had from the store about the order. */
  readonly told: readonly { readonly about: OrderStep | 'greeting' | 'invitation'; readonly on: Temporal.PlainDate }[]
}

/** Something owed to a waiting customer; `by`: the last day. */
export interface WaitingTouch {
  readonly about: OrderStep | 'greeting' | 'invitation'
  readonly on: Temporal.PlainDate
  readonly by: Temporal.PlainDate
}

/**
 * What a customer who waits for the new car is owed on a day, the most pressing first (CARE-24): the newest step not told
 * yet, the invitation to the delivery, else a greeting after a long silence. Steps that a later one has overtaken are not
 * told any more. Nothing once the car is delivered.
 */
export function waitingTouches(
  facts: WaitingFacts,
  today: Temporal.PlainDate,
  calendar: StoreCalendar,
  settings: WaitingSettings = WAITING_DEFAULTS,
): WaitingTouch[] {
  if (facts.deliveredOn) return []
  const touches: WaitingTouch[] = []
  const told = (about: WaitingTouch['about']) => facts.told.some((one) => one.about === about)
  const reached = facts.steps.filter(({ on }) => Temporal.PlainDate.compare(on, today) <= 0)
  const newest = [...reached].sort((a, b) => ORDER_STEPS.indexOf(b.step) - ORDER_STEPS.indexOf(a.step))[0]
  if (newest && !told(newest.step)) {
    const by = addWorkingDays(newest.on, settings.tellWithinDays, calendar) ?? newest.on
    touches.push({ about: newest.step, on: newest.on, by })
  }
  const { promisedOn } = facts
  if (promisedOn && !told('invitation')) {
    const on = promisedOn.subtract({ days: settings.inviteDaysBefore })
    const soon = Temporal.PlainDate.compare(on, today) <= 0 && Temporal.PlainDate.compare(today, promisedOn) < 0
    if (soon) touches.push({ about: 'invitation', on, by: promisedOn.subtract({ days: 1 }) })
  }
  const lastWord = [...facts.told, ...facts.steps.filter(({ step }) => step === 'ordered')]
    .map(({ on }) => on)
    .sort(Temporal.PlainDate.compare)
    .at(-1)
  const silentOn = lastWord?.add({ days: settings.quietDays })
  if (touches.length === 0 && silentOn && Temporal.PlainDate.compare(silentOn, today) <= 0) {
    touches.push({ about: 'greeting', on: silentOn, by: nextOpenDay(silentOn, calendar) ?? silentOn })
  }
  return touches.sort((a, b) => Temporal.PlainDate.compare(a.by, b.by))
}

/** The settings of welcome at delivery and owner class 新车主讲堂 (CARE-13); calendar days from delivery. */
export interface WelcomeSettings {
  readonly welcomeWithinDays: number
  readonly classFromDays: number
  readonly classToDays: number
}
export const WELCOME_DEFAULTS: WelcomeSettings = { welcomeWithinDays: 3, classFromDays: 14, classToDays: 60 }
export const WELCOME_RANGES: Ranges<WelcomeSettings> = {
  welcomeWithinDays: { min: 0, max: 30 },
  classFromDays: { min: 0, max: 180 },
  classToDays: { min: 1, max: 365 },
}

/** When a new owner is welcomed: from the day of delivery (CARE-13). */
export function welcomeWindow(
  deliveredOn: Temporal.PlainDate,
  { welcomeWithinDays }: WelcomeSettings = WELCOME_DEFAULTS,
): CareWindow {
  return around(deliveredOn.add({ days: welcomeWithinDays }), deliveredOn, { callDaysBefore: 0, lateDays: 0 })
}

/** When a new owner is invited to the owner class; `classOn`: the next class planned, `null` when none falls in (CARE-13). */
export function ownerClassWindow(
  deliveredOn: Temporal.PlainDate,
  classOn: Temporal.PlainDate | null,
  settings: WelcomeSettings = WELCOME_DEFAULTS,
): CareWindow | null {
  const opensOn = deliveredOn.add({ days: settings.classFromDays })
  const until = deliveredOn.add({ days: settings.classToDays })
  if (!classOn || Temporal.PlainDate.compare(classOn, opensOn) < 0) return null
  if (Temporal.PlainDate.compare(classOn, until) > 0) return null
  return around(classOn, opensOn, { callDaysBefore: 3, lateDays: 0 })
}
