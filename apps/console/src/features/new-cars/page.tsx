import { PlusOutlined } from '@ant-design/icons'
import type { OrderStep } from '@changhui/rules/newOwner'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { api } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { Classes } from './classes.tsx'
import { AddOrder, EditOrder, StepForm } from './order-forms.tsx'
import { type Order, OrderRow } from './order-row.tsx'
import { newCarTexts } from './texts.ts'
import '../../app/shapes.css'
import './new-cars.css'

type Open =
  | { readonly what: 'add' }
  | { readonly what: 'edit'; readonly order: Order }
  | { readonly what: 'step'; readonly order: Order; readonly step: OrderStep }

/** New cars on their way to customers, and the classes for those who have theirs. */
export default function NewCarsPage() {
  const t = useTexts(newCarTexts)
  const { store, may } = useStore()
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const orders = useInfiniteQuery(
    api.newCars.orders.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, all, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  )
  const rows = orders.data?.pages.flatMap((page) => page.rows) ?? []
  // as it was read last; one that left the list stays as it was, with what is typed over it
  const latest = (order: Order) => rows.find((one) => one.id === order.id) ?? order
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          may('customer.edit') ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen({ what: 'add' })}>
              {t.addOrder}
            </Button>
          ) : null
        }
      />
      <Panel
        title={t.orders}
        flush
        extra={
          <Segmented<'waiting' | 'all'>
            size="small"
            aria-label={t.range}
            value={all ? 'all' : 'waiting'}
            onChange={(next) => setAll(next === 'all')}
            options={[
              { value: 'waiting', label: t.waiting },
              { value: 'all', label: t.all },
            ]}
          />
        }
      >
        {orders.isPending ? (
          <LoadingState rows={6} />
        ) : orders.isError ? (
          <ErrorState error={orders.error} retry={() => void orders.refetch()} />
        ) : rows.length === 0 ? (
          <EmptyState title={t.ordersEmpty} text={t.ordersEmptyText} />
        ) : (
          <ul>
            {rows.map((order) => (
              <OrderRow
                key={order.id}
                order={order}
                onStep={(one, step) => setOpen({ what: 'step', order: one, step })}
                onEdit={(one) => setOpen({ what: 'edit', order: one })}
              />
            ))}
          </ul>
        )}
        {orders.hasNextPage ? (
          <Button block type="text" loading={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
            {t.more}
          </Button>
        ) : null}
      </Panel>
      <Classes />
      {open?.what === 'add' ? <AddOrder onDone={close} /> : null}
      {open?.what === 'edit' ? <EditOrder key={open.order.id} order={latest(open.order)} onDone={close} /> : null}
      {open?.what === 'step' ? (
        <StepForm key={open.order.id} order={latest(open.order)} step={open.step} onDone={close} />
      ) : null}
    </>
  )
}
