import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

/** Everything on the customer page that follows from facts of the customer or a car is asked for again. */
export function useCustomerChanged() {
  const cache = useQueryClient()
  return () =>
    Promise.all(
      [
        api.customers.get.key(),
        api.customers.timeline.key(),
        api.customers.list.key(),
        api.vehicles.ofCustomer.key(),
        api.care.ofCustomer.key(),
        api.care.dueOfCustomer.key(),
        api.quality.completeness.key(),
        api.messages.ofCustomer.key(),
      ].map((queryKey) => cache.invalidateQueries({ queryKey })),
    )
}
