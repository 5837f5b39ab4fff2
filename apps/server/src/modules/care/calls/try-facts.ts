import type { AttemptFacts } from '@changhui/rules/attempts'
import { before } from '@changhui/rules/calendar'
import type { Part } from '@changhui/rules/parts'
import type { CallResult, PhoneState } from '@changhui/rules/words'
import type { Scope } from '../../../platform/scope.ts'
import { programmeInForce, storeCalendar } from '../engine/store-values.ts'
import { programmeOf } from '../programmes/all.ts'
import type { TaskFacts } from './rows.ts'

/** A try so many days before its task's window belongs to the window that was. */
const ANEW_AFTER_DAYS = 7

/** A customer's numbers in the order they should be tried. */
export function phonesOf({ tx, storeId }: Scope, customerId: string) {
  return tx
    .selectFrom('customerPhone')
    .select(['id', 'number', 'state', 'label'])
    .where('storeId', '=', storeId)
    .where('customerId', '=', customerId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** What the rule about tries has to know of a task (CARE-14), but for the part of the day its customer answers in. */
export async function attemptFacts(
  scope: Scope,
  task: TaskFacts,
  phones: Awaited<ReturnType<typeof phonesOf>>,
): Promise<AttemptFacts> {
  const { tx, storeId, now } = scope
  const programme = programmeOf(task.programme)
  const { values } = await programmeInForce(scope, programme)
  const earlier = await tx
    .selectFrom('attempt')
    .select(['at', 'part', 'phoneId', 'result'])
    .where('storeId', '=', storeId)
    .where('taskId', '=', task.id)
    .orderBy('at')
    .execute()
  // a corrected number makes earlier tries count no more; without any there is nothing to ask
  const corrected =
    earlier.length > 0
      ? await tx
          .selectFrom('task')
          .select(({ fn }) => fn.max('closedAt').as('at'))
          .where('storeId', '=', storeId)
          .where('customerId', '=', task.customerId)
          .where('programme', '=', 'number-correction')
          .where('outcome', '=', 'corrected')
          .executeTakeFirst()
      : undefined
  const correctedAt = corrected?.at ? Temporal.Instant.from(corrected.at) : null
  // a due date that moved away opens the window anew: tries from long before it belong to another round. One that moves by a day or two,
  // as predictions do, goes on with the round: each such step began one more (five tries in five days, lived through in two years)
  const opened = Temporal.PlainDate.from(task.opensOn)
    .subtract({ days: ANEW_AFTER_DAYS })
    .toZonedDateTime(scope.timeZone)
    .toInstant()
  return {
    policy: programme.policy(values),
    calendar: await storeCalendar(scope),
    now,
    phones: phones.map(({ id, state }) => ({ id, state: state as PhoneState })),
    earlier: earlier.map((one) => ({
      at: Temporal.Instant.from(one.at),
      part: one.part as Part | null,
      phoneId: one.phoneId ?? '',
      result: one.result as CallResult,
    })),
    resumedAt: correctedAt && before(opened, correctedAt) ? correctedAt : opened,
    lastOn: Temporal.PlainDate.from(task.closesOn),
  }
}
