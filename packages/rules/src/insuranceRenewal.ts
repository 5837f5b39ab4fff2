import { around, type CareWindow } from './careWindow.ts'
import type { Ranges } from './settingRanges.ts'

/** Compulsory 交强险 or commercial 商业险. */
export const POLICY_KINDS = ['compulsory', 'commercial'] as const
export type PolicyKind = (typeof POLICY_KINDS)[number]

/** The settings of insurance renewal 续保 (CARE-06). */
export interface RenewalSettings {
  /** Expiries of the coming so many months are worked on. */
  readonly monthsBefore: number
  /** The last call lies this many days before the expiry: a lapsed compulsory policy may not be driven with. */
  readonly callDaysBefore: number
  /** Policies that expire within so many days of each other are renewed in one talk. */
  readonly togetherDays: number
  /** A lapsed policy is still offered for so many days. */
  readonly lateDays: number
}
export const RENEWAL_DEFAULTS: RenewalSettings = { monthsBefore: 2, callDaysBefore: 30, togetherDays: 60, lateDays: 30 }
export const RENEWAL_RANGES: Ranges<RenewalSettings> = {
  monthsBefore: { min: 1, max: 6 },
  callDaysBefore: { min: 0, max: 90 },
  togetherDays: { min: 0, max: 180 },
  lateDays: { min: 0, max: 180 },
}

/** The newest expiry known of one kind of policy. */
export interface PolicyExpiry {
  readonly kind: PolicyKind
  readonly expiresOn: Temporal.PlainDate
}

/** One renewal talk: its policies, the first to expire first, and its days, counted from the first expiry. */
export interface RenewalRound extends CareWindow {
  readonly policies: readonly PolicyExpiry[]
}

/** The talks owed for a car's policies, in order (CARE-06). Both policies share one when they expire close together. */
export function renewalRounds(
  policies: readonly PolicyExpiry[],
  settings: RenewalSettings = RENEWAL_DEFAULTS,
): RenewalRound[] {
  const ordered = [...policies].sort(
    (a, b) =>
      Temporal.PlainDate.compare(a.expiresOn, b.expiresOn) ||
      POLICY_KINDS.indexOf(a.kind) - POLICY_KINDS.indexOf(b.kind),
  )
  const groups: PolicyExpiry[][] = []
  for (const policy of ordered) {
    const group = groups.at(-1)
    const first = group?.[0]
    const apart = first ? first.expiresOn.until(policy.expiresOn, { largestUnit: 'days' }).days : null
    if (group && apart !== null && apart <= settings.togetherDays) group.push(policy)
    else groups.push([policy])
  }
  return groups.flatMap((group) => {
    const dueOn = group[0]?.expiresOn
    if (!dueOn) return []
    return [{ ...around(dueOn, dueOn.subtract({ months: settings.monthsBefore }), settings), policies: group }]
  })
}

/** The talk that is open on a day, `null` when none is: opened and not yet given up (CARE-06). */
export function renewalDue(
  policies: readonly PolicyExpiry[],
  today: Temporal.PlainDate,
  settings: RenewalSettings = RENEWAL_DEFAULTS,
): RenewalRound | null {
  const open = renewalRounds(policies, settings).find(
    ({ opensOn, lastOn }) =>
      Temporal.PlainDate.compare(opensOn, today) <= 0 && Temporal.PlainDate.compare(today, lastOn) <= 0,
  )
  return open ?? null
}
