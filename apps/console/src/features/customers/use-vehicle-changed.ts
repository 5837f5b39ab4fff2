import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

/** Everything on the customer page that follows from a vehicle's facts is asked for again. */
export function useVehicleChanged() {
  const cache = useQueryClient()
  return () =>
    Promise.all(
      [
        api.vehicles.ofCustomer.key(),
        api.customers.timeline.key(),
        api.customers.get.key(),
        api.care.ofCustomer.key(),
        api.customers.list.key(),
      ].map((queryKey) => cache.invalidateQueries({ queryKey })),
    )
}
