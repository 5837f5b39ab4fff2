import { useQuery } from '@tanstack/react-query'
import { api } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { DueList } from './due.tsx'
import { dueTexts } from './due-texts.ts'

/** The care that is about the customer rather than a car: birthday, festivals, weather, the way to a new car. */
export function CustomerCare({ customerId }: { customerId: string }) {
  const t = useTexts(dueTexts)
  const { store } = useStore()
  const due = useQuery(api.care.dueOfCustomer.queryOptions({ input: { storeId: store.id, customerId } }))
  const body = () => {
    if (due.isPending) return <LoadingState rows={2} />
    if (due.isError) return <ErrorState error={due.error} retry={() => void due.refetch()} />
    return due.data.length === 0 ? <p className="muted">{t.customerNone}</p> : <DueList due={due.data} />
  }
  return <Panel title={t.customer}>{body()}</Panel>
}
