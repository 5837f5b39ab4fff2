import { chance } from '../chance.ts'
import { type DemoPerson, demoPerson } from '../people.ts'
import type { Luck } from './luck.ts'

/** An invented customer of the simulation with what the store's files know of him. */
export interface SimPerson extends DemoPerson {
  readonly index: number
  readonly email: string | null
  readonly wechatId: string | null
  readonly consents: Readonly<Record<string, boolean>>
}

/** The number of a customer in a generation of his numbers (0 at the start). The 154 segment is given to no operator. */
export function numberOf(index: number, generation: number): string {
  return generation === 0
    ? `1541${String(index).padStart(6, '0')}1`
    : `1549${String(index).padStart(5, '0')}${String(generation).padStart(2, '0')}`
}

/** Customer `index` of a seed, as his file stands on a day. */
export function simPerson(luck: Luck, index: number, asOf: Temporal.PlainDate): SimPerson {
  const dice = chance(Math.floor(luck.of('person', index) * 2 ** 32))
  const person = demoPerson(dice, index, asOf)
  const fate = luck.of('phones', index)
  const first = { number: numberOf(index, 0), state: fate < 0.04 ? ('dead' as const) : ('usable' as const) }
  const second = luck.yes(0.12, 'second-phone', index)
    ? [{ number: `1542${String(index).padStart(6, '0')}2`, state: 'usable' as const }]
    : []
  return {
    ...person,
    index,
    doNotDisturb: luck.yes(0.01, 'dnd', index),
    phones: fate < 0.02 ? [] : [first, ...second],
    email: luck.yes(0.35, 'email', index) ? `k${index}@example.com` : null,
    wechatId: luck.yes(0.4, 'wechat', index) ? `sim-open-${index}` : null,
    consents: {
      ...(luck.yes(0.5, 'marketing', index) ? { marketing: !luck.yes(0.15, 'no-marketing', index) } : {}),
      ...(luck.yes(0.02, 'no-sms', index) ? { sms: false } : {}),
      ...(luck.yes(0.01, 'no-call', index) ? { call: false } : {}),
    },
  }
}

/** How likely the customer picks up, by part of the day: everybody has one good part. */
export function picksUp(luck: Luck, index: number, part: 0 | 1 | 2): number {
  const best = luck.int(0, 2, 'best-part', index)
  const ease = 0.3 + 0.3 * luck.of('ease', index)
  return part === best ? Math.min(0.95, ease + 0.3) : ease
}

/** How a customer lives with the store: comes by himself, waits to be told, or drifts to other workshops. */
export type Habit = 'faithful' | 'casual' | 'drifting'
export function habitOf(luck: Luck, index: number): Habit {
  const place = luck.of('habit', index)
  return place < 0.45 ? 'faithful' : place < 0.8 ? 'casual' : 'drifting'
}

/** The months since the beginning in which the customer's number changed, ascending. */
export function numberChanges(luck: Luck, index: number, months: number): number[] {
  return Array.from({ length: months }, (_, month) => month).filter((month) => luck.yes(0.006, 'number', index, month))
}
