import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { handOver, owedRegisters, registerOf, registersOf, registerWithNumbers } from './register.ts'

const { register } = os

export const registerRoutes = {
  owed: register.owed.handler(({ context }) => inStore(context, owedRegisters)),
  days: register.days.handler(({ input, context }) =>
    inStore(context, (scope) => registersOf(scope, input.from, input.to)),
  ),
  day: register.day.handler(({ input, context }) => inStore(context, (scope) => registerOf(scope, input.day))),
  withNumbers: register.withNumbers.handler(({ input, context }) =>
    inStore(context, (scope) => registerWithNumbers(scope, input.day), { keepAnswer: false }),
  ),
  handOver: register.handOver.handler(({ input, context }) =>
    inStore(context, (scope) => handOver(scope, input.day, input)),
  ),
}
