import { CarOutlined, PlusOutlined } from '@ant-design/icons'
import type { UseQueryResult } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { Answers } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { texts as customerTexts } from './customer-texts.ts'
import { VehicleCard } from './vehicle-card.tsx'
import { VehicleForm } from './vehicle-form.tsx'
import { texts } from './vehicle-texts.ts'

type List = Answers['vehicles']['ofCustomer']

export function Vehicles({ customerId, vehicles }: { customerId: string; vehicles: UseQueryResult<List, Error> }) {
  const t = useTexts(texts)
  const c = useTexts(customerTexts)
  const { may } = useStore()
  const [adding, setAdding] = useState(false)
  const add = may('customer.edit') ? (
    <Button type="text" size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  ) : null
  const body = () => {
    if (vehicles.isPending) return <LoadingState rows={4} />
    if (vehicles.isError) return <ErrorState error={vehicles.error} retry={() => void vehicles.refetch()} />
    if (vehicles.data.length === 0)
      return (
        <EmptyState
          icon={<CarOutlined aria-hidden />}
          title={t.none}
          text={t.noneText}
          action={may('customer.edit') ? <Button onClick={() => setAdding(true)}>{t.add}</Button> : null}
        />
      )
    return vehicles.data.map((vehicle) => <VehicleCard key={vehicle.id} vehicle={vehicle} />)
  }
  return (
    <Panel title={c.vehicles} extra={add} flush>
      {body()}
      <VehicleForm customerId={customerId} open={adding} onClose={() => setAdding(false)} />
    </Panel>
  )
}
