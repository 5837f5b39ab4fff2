import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { textFacts } from './facts.ts'
import { createTemplate, decideTemplate, listTemplates, saveTemplate, templateOf } from './texts.ts'
import { listTests, sendTest } from './try.ts'

export const templatesRoutes = {
  list: os.templates.list.handler(({ context }) => inStore(context, listTemplates)),
  get: os.templates.get.handler(({ input, context }) =>
    inStore(context, (scope) => templateOf(scope, input.key, input.channel)),
  ),
  create: os.templates.create.handler(({ input, context }) =>
    inStore(context, (scope) => createTemplate(scope, input)),
  ),
  save: os.templates.save.handler(({ input, context }) => inStore(context, (scope) => saveTemplate(scope, input))),
  decide: os.templates.decide.handler(({ input, context }) =>
    inStore(context, (scope) => decideTemplate(scope, input)),
  ),
  facts: os.templates.facts.handler(({ input, context }) =>
    inStore(context, (scope) => textFacts(scope, input.customerId, input.programme)),
  ),
  // its own id makes it once: the provider must not be asked inside a transaction
  test: os.templates.test.handler(({ input, context }) =>
    sendTest(context.platform, context.store, context.principal.actor, input),
  ),
  tests: os.templates.tests.handler(({ input, context }) => inStore(context, (scope) => listTests(scope, input))),
}
