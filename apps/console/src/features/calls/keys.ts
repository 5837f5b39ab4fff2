import type { CallOutcome, CallResult } from '@changhui/rules/words'

/** What the agent chose: a result, and for a reached customer what was said. */
export type Choice =
  | { readonly result: Exclude<CallResult, 'reached'> }
  | { readonly result: 'reached'; readonly outcome: CallOutcome }

/** One key a result (CARE-15). `1` only opens the second row: what the customer said. */
export const resultKeys: readonly { key: string; result: CallResult }[] = [
  { key: '1', result: 'reached' },
  { key: '2', result: 'no-answer' },
  { key: '3', result: 'busy' },
  { key: '4', result: 'off' },
  { key: '5', result: 'dead' },
  { key: '6', result: 'wrong-person' },
  { key: '7', result: 'refused' },
]

/** Letters of the outcomes; pressing one says "reached" as well, so that a booking is one key and a day. */
export const outcomeKeys: readonly { key: string; outcome: CallOutcome }[] = [
  { key: 'b', outcome: 'booked' },
  { key: 'l', outcome: 'later' },
  { key: 'c', outcome: 'callback' },
  { key: 'e', outcome: 'elsewhere' },
  { key: 'k', outcome: 'mileage-not-reached' },
  { key: 'f', outcome: 'refused' },
  { key: 'x', outcome: 'complaint' },
  { key: 's', outcome: 'sold' },
  { key: 'h', outcome: 'handed-over' },
  { key: 'm', outcome: 'moved-away' },
  { key: 't', outcome: 'commercial-use' },
  { key: 'u', outcome: 'do-not-disturb' },
]

/** They end more than this call and cannot be undone here: asked once more before they are saved. */
const hurtful: readonly CallOutcome[] = ['do-not-disturb', 'sold', 'moved-away', 'commercial-use', 'refused']

/** How a choice is saved: at once, after a small form, or after a confirmation. */
export function stepOf(choice: Choice): 'save' | 'form' | 'confirm' {
  if (choice.result !== 'reached') return choice.result === 'refused' ? 'confirm' : 'save'
  return hurtful.includes(choice.outcome) ? 'confirm' : 'form'
}
