import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { languageOf } from '../../../platform/http/language.ts'
import { changeChurnBands, churnSettings } from './churn.ts'
import { addPhone, createCustomer, editCustomer, getCustomer, setPhoneState, unmaskPhone } from './edit.ts'
import { exportCustomers } from './export.ts'
import { countCustomers, listCustomers } from './list.ts'
import { findCaller, searchCustomers } from './search.ts'
import { customerTimeline } from './timeline.ts'
import { advisorCards, customerCard } from './vcards.ts'
import { deleteView, listViews, saveView } from './views.ts'

const { customers } = os

export const customersRoutes = {
  list: customers.list.handler(({ input, context }) => inStore(context, (scope) => listCustomers(scope, input))),
  count: customers.count.handler(({ input: { storeId: _, ...filters }, context }) =>
    inStore(context, (scope) => countCustomers(scope, filters)),
  ),
  search: customers.search.handler(async ({ input, context }) => ({
    hits: await searchCustomers(context.platform.pool, context.store.id, input.q, input.limit),
  })),
  export: customers.export.handler(({ input: { storeId: _, ...filters }, context }) => {
    const language = languageOf(context.headers)
    return inStore(context, (scope) => exportCustomers(scope, filters, language))
  }),
  caller: customers.caller.handler(async ({ input, context }) => ({
    hits: await findCaller(context.platform.pool, context.store.id, input.number),
  })),
  get: customers.get.handler(({ input, context }) => inStore(context, (scope) => getCustomer(scope, input.customerId))),
  create: customers.create.handler(({ input: { storeId: _, ...fields }, context }) =>
    inStore(context, (scope) => createCustomer(scope, fields)),
  ),
  update: customers.update.handler(({ input: { storeId: _, customerId, version, ...changes }, context }) =>
    inStore(context, (scope) => editCustomer(scope, customerId, version, changes)),
  ),
  addPhone: customers.addPhone.handler(({ input, context }) =>
    inStore(context, (scope) => addPhone(scope, input.customerId, input.number, input.label ?? null)),
  ),
  setPhoneState: customers.setPhoneState.handler(({ input, context }) =>
    inStore(context, (scope) => setPhoneState(scope, input.customerId, input.phoneId, input.state)),
  ),
  unmask: customers.unmask.handler(({ input, context }) => inStore(context, (scope) => unmaskPhone(scope, input))),
  timeline: customers.timeline.handler(({ input, context }) =>
    inStore(context, (scope) => customerTimeline(scope, input)),
  ),
  vcard: customers.vcard.handler(({ input, context }) =>
    inStore(context, (scope) => customerCard(scope, input.customerId)),
  ),
  vcards: customers.vcards.handler(({ input, context }) =>
    inStore(context, (scope) => advisorCards(scope, input.advisorId)),
  ),
  churnBands: customers.churnBands.handler(({ context }) => inStore(context, churnSettings)),
  setChurnBands: customers.setChurnBands.handler(({ input, context }) =>
    inStore(context, (scope) => changeChurnBands(scope, input)),
  ),
  views: customers.views.handler(({ input, context }) => inStore(context, (scope) => listViews(scope, input.page))),
  saveView: customers.saveView.handler(({ input, context }) => inStore(context, (scope) => saveView(scope, input))),
  deleteView: customers.deleteView.handler(({ input, context }) =>
    inStore(context, (scope) => deleteView(scope, input.page, input.viewId)),
  ),
}
