import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { giveUpMessages, retryMessages } from './by-hand.ts'
import { exportMessages } from './export.ts'
import { changeGate, gateSettingsOf } from './gate-settings.ts'
import { messagesOfCustomer } from './of-customer.ts'
import { countMessages, listMessages, messageDetail } from './outbox.ts'

const { messages } = os

export const messagesRoutes = {
  list: messages.list.handler(({ input: { storeId: _, ...filters }, context }) =>
    inStore(context, (scope) => listMessages(scope, filters)),
  ),
  counts: messages.counts.handler(({ input: { storeId: _, ...filters }, context }) =>
    inStore(context, (scope) => countMessages(scope, filters)),
  ),
  export: messages.export.handler(({ input: { storeId: _, ...filters }, context }) =>
    inStore(context, (scope) => exportMessages(scope, filters)),
  ),
  detail: messages.detail.handler(({ input, context }) =>
    inStore(context, (scope) => messageDetail(scope, input.messageId)),
  ),
  retry: messages.retry.handler(({ input, context }) => inStore(context, (scope) => retryMessages(scope, input.ids))),
  giveUp: messages.giveUp.handler(({ input, context }) =>
    inStore(context, (scope) => giveUpMessages(scope, input.ids)),
  ),
  ofCustomer: messages.ofCustomer.handler(({ input, context }) =>
    inStore(context, (scope) => messagesOfCustomer(scope, input.customerId)),
  ),
  gate: messages.gate.handler(({ context }) => inStore(context, gateSettingsOf)),
  setGate: messages.setGate.handler(({ input: { storeId: _, ...settings }, context }) =>
    inStore(context, (scope) => changeGate(scope, settings)),
  ),
}
