import type { Scope } from '../../platform/scope.ts'
import { appendTimeline } from '../base/customers/service.ts'
import type { Message, MessageChange } from './message.ts'

const told = new Set<MessageChange['state']>(['sent', 'delivered', 'failed', 'dropped'])

/** Puts what messages came to on the timeline; what only waits says nothing. */
export async function tellEnds(
  scope: Scope,
  messages: readonly Pick<Message, 'id' | 'customerId' | 'vehicleId' | 'taskId' | 'purpose'>[],
  changes: readonly MessageChange[],
): Promise<void> {
  const ends = changes.filter(({ state }) => told.has(state))
  if (ends.length === 0) return
  const byId = new Map(messages.map((message) => [message.id, message]))
  await appendTimeline(
    scope,
    ends.flatMap(({ id, state, channel, reason, provider }) => {
      const message = byId.get(id)
      if (!message) return []
      const { customerId, vehicleId, taskId, purpose } = message
      // what is only shown arrives as it is sent: one event
      const kind = state === 'delivered' && provider === 'embedded' ? 'message.sent' : `message.${state}`
      return [
        {
          kind,
          customerId,
          vehicleId,
          taskId,
          data: { messageId: id, channel, purpose, ...(reason ? { reason } : {}) },
        },
      ]
    }),
  )
}
