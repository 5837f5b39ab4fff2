/** The closed lists of the domain, one word each (see the glossary): pages translate them, tables check them. */
export const taskStates = ['open', 'attempting', 'done', 'failed', 'cancelled'] as const
export type TaskState = (typeof taskStates)[number]

/** What one call came to before anything was said (CARE-15). */
export const callResults = ['reached', 'no-answer', 'busy', 'off', 'dead', 'wrong-person', 'refused'] as const
export type CallResult = (typeof callResults)[number]

/** What a customer who was reached said (CARE-15). `callback` is a wish for a time. */
export const callOutcomes = [
  'booked',
  'later',
  'callback',
  'elsewhere',
  'sold',
  'moved-away',
  'complaint',
  'do-not-disturb',
  'mileage-not-reached',
  'commercial-use',
  'handed-over',
  'refused',
] as const
export type CallOutcome = (typeof callOutcomes)[number]

/** What a task came to. Beyond what a call says: `returned` (the visit happened), `unreachable` (attempts used up), `expired`
 * (too late, belongs to win-back), `reminded` (told, no date yet), `superseded` (the anchor changed), `withdrawn` (a person took it back),
 * `renewed` (the policy), `inspected`, `sent` (the message was accepted), `not-sent` (the gate dropped it or every channel failed). */
export const taskOutcomes = [
  'booked',
  'later',
  'elsewhere',
  'sold',
  'moved-away',
  'complaint',
  'do-not-disturb',
  'commercial-use',
  'handed-over',
  'refused',
  'returned',
  'reminded',
  'unreachable',
  'expired',
  'superseded',
  'withdrawn',
  'corrected',
  'renewed',
  'inspected',
  'sent',
  'not-sent',
] as const
export type TaskOutcome = (typeof taskOutcomes)[number]

export const visitKinds = ['maintenance', 'repair', 'wash', 'claim', 'other'] as const
export type VisitKind = (typeof visitKinds)[number]

export const vehicleStates = ['active', 'sold', 'scrapped', 'moved-away', 'handed-over'] as const
export type VehicleState = (typeof vehicleStates)[number]

export const phoneStates = ['usable', 'dead', 'wrong'] as const
export type PhoneState = (typeof phoneStates)[number]

export const payers = ['customer', 'warranty', 'insurance', 'internal'] as const
export type Payer = (typeof payers)[number]
