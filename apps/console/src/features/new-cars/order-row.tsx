import { ORDER_STEPS, type OrderStep } from '@changhui/rules/newOwner'
import { Link } from '@tanstack/react-router'
import { Button, Popconfirm } from 'antd'
import { type Answers, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { word } from '../../app/words.ts'
import { newCarTexts } from './texts.ts'
import { useDone } from './use-saved.ts'

export type Order = Answers['newCars']['orders']['rows'][number]

/** One order: whose, how far, what the customer heard of it, and what can be done. */
export function OrderRow(props: {
  order: Order
  onStep: (order: Order, step: OrderStep) => void
  onEdit: (order: Order) => void
}) {
  const { order, onStep, onEdit } = props
  const t = useTexts(newCarTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const words = { ...t.steps, ...t.about }
  const last = order.told.at(-1)
  const newest = order.steps.at(-1)?.step
  const reached = newest ? ORDER_STEPS.indexOf(newest) : -1
  const next = ORDER_STEPS[reached + 1]
  const set = useDone((state: Order['state']) =>
    client.newCars.changeOrder({ storeId: store.id, orderId: order.id, version: order.version, state }),
  )
  const name = order.customerName
  return (
    <li className="order order-car">
      <span className="order-who">
        <Link to="/s/$storeCode/customers/$customerId" params={{ storeCode: store.code, customerId: order.customerId }}>
          {name}
        </Link>{' '}
        {order.model} {order.orderNo ? <span className="muted num">{order.orderNo}</span> : null}
        <span className="order-note num">
          {order.state === 'delivered'
            ? t.deliveredOn({ day: f.day(order.deliveredOn) })
            : order.promisedOn
              ? t.promised({ day: f.day(order.promisedOn) })
              : t.noPromise}
          {' · '}
          {last ? t.told({ what: word(words, last.about), day: f.day(last.on).slice(5) }) : t.notTold}
        </span>
        {order.note ? <span className="order-note">{order.note}</span> : null}
      </span>
      <ol className="order-steps">
        {ORDER_STEPS.map((step, place) => {
          const on = order.steps.find((one) => one.step === step)?.on
          return (
            <li key={step} data-reached={place <= reached}>
              {t.steps[step]}
              <span className="num">{on ? on.slice(5) : ''}</span>
            </li>
          )
        })}
      </ol>
      <span className="order-actions">
        {order.state !== 'waiting' ? <span className="mark">{t.states[order.state]}</span> : null}
        {!may('customer.edit') ? null : order.state === 'waiting' ? (
          <>
            {next ? (
              <Button
                size="small"
                onClick={() => onStep(order, next)}
                aria-label={`${t.advance({ step: t.steps[next] })} ${name}`}
              >
                {t.advance({ step: t.steps[next] })}
              </Button>
            ) : null}
            <Button
              size="small"
              type="text"
              loading={set.isPending}
              aria-label={`${t.deliver} ${name}`}
              onClick={() => set.mutate('delivered')}
            >
              {t.deliver}
            </Button>
            <Button size="small" type="text" aria-label={`${t.edit} ${name}`} onClick={() => onEdit(order)}>
              {t.edit}
            </Button>
            <Popconfirm
              title={t.cancelAsk({ name })}
              okText={t.cancel}
              cancelText={t.back}
              onConfirm={() => set.mutate('cancelled')}
            >
              <Button size="small" type="text" danger aria-label={`${t.cancel} ${name}`}>
                {t.cancel}
              </Button>
            </Popconfirm>
          </>
        ) : (
          <Button
            size="small"
            type="text"
            loading={set.isPending}
            aria-label={`${t.restore} ${name}`}
            onClick={() => set.mutate('waiting')}
          >
            {t.restore}
          </Button>
        )}
      </span>
    </li>
  )
}
