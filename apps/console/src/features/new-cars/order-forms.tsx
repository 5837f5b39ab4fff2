import type { OrderStep } from '@changhui/rules/newOwner'
import { Input } from 'antd'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { CustomerSelect } from '../../app/customer-select.tsx'
import { DayInput } from '../../app/day-input.tsx'
import { useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { Field } from '../settings/field.tsx'
import { Dialog } from './dialog.tsx'
import type { Order } from './order-row.tsx'
import { newCarTexts } from './texts.ts'
import { useSaved } from './use-saved.ts'

/** Notes a new order. */
export function AddOrder({ onDone }: { onDone: () => void }) {
  const t = useTexts(newCarTexts)
  const { store } = useStore()
  const [customerId, setCustomerId] = useState<string>()
  const [model, setModel] = useState('')
  const [orderNo, setOrderNo] = useState('')
  const [orderedOn, setOrderedOn] = useState(store.today)
  const [promisedOn, setPromisedOn] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const { run, saving, wrong, general } = useSaved(
    () =>
      client.newCars.addOrder({
        storeId: store.id,
        customerId: customerId ?? '',
        model,
        orderedOn,
        promisedOn,
        orderNo: orderNo.trim() || null,
        note: note.trim() || null,
      }),
    onDone,
  )
  return (
    <Dialog
      title={t.orderTitle}
      ready={customerId !== undefined && model.trim() !== ''}
      saving={saving}
      onSave={run}
      onDone={onDone}
    >
      <Field label={t.customer} wide wrong={wrong.customerId ?? general}>
        <CustomerSelect value={customerId} onChange={setCustomerId} />
      </Field>
      <Field label={t.model} wrong={wrong.model}>
        <Input value={model} maxLength={80} onChange={(event) => setModel(event.target.value)} />
      </Field>
      <Field label={t.orderNo} wrong={wrong.orderNo}>
        <Input value={orderNo} maxLength={40} onChange={(event) => setOrderNo(event.target.value)} />
      </Field>
      <Field label={t.orderedOn} wrong={wrong.orderedOn}>
        <DayInput value={orderedOn} max={store.today} onChange={(day) => day && setOrderedOn(day)} />
      </Field>
      <Field label={t.promisedOn} wrong={wrong.promisedOn}>
        <DayInput value={promisedOn} onChange={setPromisedOn} />
      </Field>
      <Field label={t.note} wide wrong={wrong.note}>
        <Input value={note} maxLength={400} onChange={(event) => setNote(event.target.value)} />
      </Field>
    </Dialog>
  )
}

/** Promise and note of an order. */
export function EditOrder({ order, onDone }: { order: Order; onDone: () => void }) {
  const t = useTexts(newCarTexts)
  const { store } = useStore()
  const draft = useDraft({ promisedOn: order.promisedOn, note: order.note ?? '' }, order.version)
  const { promisedOn, note } = draft.value
  const { run, saving, wrong, general } = useSaved(
    () =>
      client.newCars.changeOrder({
        storeId: store.id,
        orderId: order.id,
        version: draft.version,
        promisedOn,
        note: note.trim() || null,
      }),
    onDone,
    draft.fallBehind,
  )
  return (
    <Dialog title={t.editTitle({ name: order.customerName })} ready saving={saving} onSave={run} onDone={onDone}>
      <Field label={t.promisedOn} wide wrong={wrong.promisedOn ?? general}>
        <DayInput value={promisedOn} onChange={(day) => draft.change({ promisedOn: day })} />
      </Field>
      <Field label={t.note} wide wrong={wrong.note}>
        <Input value={note} maxLength={400} onChange={(event) => draft.change({ note: event.target.value })} />
      </Field>
    </Dialog>
  )
}

/** The day an order reached a step. */
export function StepForm({ order, step, onDone }: { order: Order; step: OrderStep; onDone: () => void }) {
  const t = useTexts(newCarTexts)
  const { store } = useStore()
  const [on, setOn] = useState(store.today)
  const { run, saving, wrong, general } = useSaved(
    () => client.newCars.advance({ storeId: store.id, orderId: order.id, step, on }),
    onDone,
  )
  return (
    <Dialog
      title={t.stepTitle({ name: order.customerName, step: t.steps[step] })}
      ready
      saving={saving}
      onSave={run}
      onDone={onDone}
    >
      <Field label={t.stepDay} wide hint={t.stepHint} wrong={wrong.on ?? general}>
        <DayInput value={on} max={store.today} onChange={(day) => day && setOn(day)} />
      </Field>
    </Dialog>
  )
}
