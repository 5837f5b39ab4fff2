import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { createVehicle, customerVehicles, editVehicle } from './edit.ts'
import { addReading, addVisit, vehicleVisits } from './visits.ts'

const { vehicles } = os

export const vehiclesRoutes = {
  ofCustomer: vehicles.ofCustomer.handler(({ input, context }) =>
    inStore(context, (scope) => customerVehicles(scope, input.customerId)),
  ),
  create: vehicles.create.handler(({ input: { storeId: _, customerId, ...fields }, context }) =>
    inStore(context, (scope) => createVehicle(scope, customerId, fields)),
  ),
  update: vehicles.update.handler(({ input: { storeId: _, vehicleId, version, ...changes }, context }) =>
    inStore(context, (scope) => editVehicle(scope, vehicleId, version, changes)),
  ),
  addReading: vehicles.addReading.handler(({ input, context }) =>
    inStore(context, (scope) => addReading(scope, input)),
  ),
  visits: vehicles.visits.handler(({ input, context }) =>
    inStore(context, (scope) => vehicleVisits(scope, input.vehicleId)),
  ),
  addVisit: vehicles.addVisit.handler(({ input, context }) => inStore(context, (scope) => addVisit(scope, input))),
}
