import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { addClass, changeClass, classesOf, giveSeatBack, takeSeat } from './classes.ts'
import { addOrder, advanceOrder, changeOrder, ordersOf } from './orders.ts'

const { newCars } = os

export const newCarsRoutes = {
  orders: newCars.orders.handler(({ input, context }) =>
    inStore(context, (scope) => ordersOf(scope, { ...input, all: input.all === true })),
  ),
  addOrder: newCars.addOrder.handler(({ input, context }) => inStore(context, (scope) => addOrder(scope, input))),
  changeOrder: newCars.changeOrder.handler(({ input, context }) =>
    inStore(context, (scope) => changeOrder(scope, input.orderId, input)),
  ),
  advance: newCars.advance.handler(({ input, context }) =>
    inStore(context, (scope) => advanceOrder(scope, input.orderId, input.step, input.on)),
  ),
  classes: newCars.classes.handler(({ input, context }) =>
    inStore(context, (scope) => classesOf(scope, input.all === true)),
  ),
  addClass: newCars.addClass.handler(({ input: { storeId: _, ...fields }, context }) =>
    inStore(context, (scope) => addClass(scope, fields)),
  ),
  changeClass: newCars.changeClass.handler(({ input: { storeId: _, classId, ...change }, context }) =>
    inStore(context, (scope) => changeClass(scope, classId, change)),
  ),
  takeSeat: newCars.takeSeat.handler(({ input, context }) =>
    inStore(context, (scope) => takeSeat(scope, input.classId, input.customerId)),
  ),
  giveSeatBack: newCars.giveSeatBack.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await giveSeatBack(scope, input.classId, input.customerId)
      return { ok: true as const }
    }),
  ),
}
