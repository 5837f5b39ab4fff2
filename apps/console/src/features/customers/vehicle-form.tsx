import { vehicleStates } from '@changhui/rules/words'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Drawer, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { api, client, isProblemCode, showProblem } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import type { Vehicle } from './shape.ts'
import { useCustomerChanged } from './use-customer-changed.ts'
import { texts } from './vehicle-texts.ts'

const editable = [
  'plate',
  'vin',
  'brand',
  'series',
  'model',
  'energy',
  'purpose',
  'state',
  'deliveredOn',
  'intervalMonths',
  'intervalKm',
  'warrantyEndOn',
  'warrantyEndKm',
  'inspectionDueOn',
  'registeredOn',
  'madeOn',
  'inspectedOn',
  'seats',
  'inspectionCategory',
  'inspectionException',
  'compulsoryInsurer',
  'compulsoryExpiryOn',
  'commercialInsurer',
  'commercialExpiryOn',
] as const
type Field = (typeof editable)[number]
type Values = { [K in Field]?: Vehicle[K] }
type TextField = 'plate' | 'vin' | 'brand' | 'series' | 'model' | 'compulsoryInsurer' | 'commercialInsurer'
type DayField =
  | 'deliveredOn'
  | 'warrantyEndOn'
  | 'inspectionDueOn'
  | 'registeredOn'
  | 'madeOn'
  | 'inspectedOn'
  | 'compulsoryExpiryOn'
  | 'commercialExpiryOn'
type NumberField = 'intervalMonths' | 'intervalKm' | 'warrantyEndKm' | 'seats'

/** Adds a vehicle, or edits the given one; a conflict keeps what was typed. */
export function VehicleForm({
  vehicle,
  customerId,
  open,
  onClose,
}: {
  vehicle?: Vehicle
  customerId: string
  open: boolean
  onClose: () => void
}) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const { store } = useStore()
  const changed = useCustomerChanged()
  const [form] = Form.useForm<Values>()
  const [base, setBase] = useState(vehicle)
  const [newer, setNewer] = useState<number>()
  const onSuccess = async () => {
    notify('success', t.saved)
    onClose()
    await changed()
  }
  const conflict = async () => {
    const latest = await client.vehicles.ofCustomer({ storeId: store.id, customerId })
    setNewer(latest.find((one) => one.id === vehicle?.id)?.version)
  }
  const onError = (error: Error) => {
    if (isProblemCode(error, 'version.changed')) void conflict().catch(showProblem)
    else if (!markFields(form, error)) showProblem(error)
  }
  const create = useMutation({ ...api.vehicles.create.mutationOptions(), onSuccess, onError })
  const update = useMutation({ ...api.vehicles.update.mutationOptions(), onSuccess, onError })
  const begin = (isOpen: boolean) => {
    if (!isOpen) return
    setBase(vehicle)
    setNewer(undefined)
    form.resetFields()
    form.setFieldsValue(
      vehicle
        ? Object.fromEntries(editable.map((field) => [field, vehicle[field]]))
        : { purpose: 'private', state: 'active' },
    )
  }
  const submit = () => {
    const typed = form.getFieldsValue()
    const values = Object.fromEntries(
      editable
        .map((field) => [field, typed[field] === '' || typed[field] === undefined ? null : typed[field]] as const)
        .filter(([field, value]) => (base ? value !== base[field] : value !== null)),
    )
    if (!base) create.mutate({ storeId: store.id, customerId, ...values })
    else if (Object.keys(values).length === 0) onClose()
    else update.mutate({ storeId: store.id, vehicleId: base.id, version: newer ?? base.version, ...values })
  }
  const text = (name: TextField, max: number) => (
    <Form.Item name={name} label={t.field[name]}>
      <Input maxLength={max} spellCheck={false} />
    </Form.Item>
  )
  const day = (name: DayField, extra?: string) => (
    <Form.Item name={name} label={t.field[name]} extra={extra}>
      <DayInput />
    </Form.Item>
  )
  const number = (name: NumberField, min: number, max: number, extra?: string) => (
    <Form.Item name={name} label={t.field[name]} extra={extra}>
      <InputNumber min={min} max={max} precision={0} style={{ width: '100%' }} />
    </Form.Item>
  )
  const options = (list: Readonly<Record<string, string>>) =>
    Object.entries(list).map(([value, label]) => ({ value, label }))
  return (
    <Drawer
      open={open}
      onClose={onClose}
      afterOpenChange={begin}
      title={vehicle ? t.edit : t.add}
      size={560}
      footer={
        <div className="drawer-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="primary" loading={create.isPending || update.isPending} onClick={() => form.submit()}>
            {t.save}
          </Button>
        </div>
      }
    >
      <div aria-live="assertive">
        {newer ? <Alert type="warning" showIcon title={t.conflict} style={{ marginBottom: 16 }} /> : null}
      </div>
      <Form form={form} layout="vertical" className="form-grid" onFinish={submit}>
        {text('plate', 20)}
        {text('vin', 20)}
        {text('brand', 40)}
        {text('series', 60)}
        {text('model', 80)}
        <Form.Item name="energy" label={t.field.energy}>
          <Select allowClear options={options(w.energy)} />
        </Form.Item>
        <Form.Item name="purpose" label={t.field.purpose}>
          <Select options={options(w.purpose)} />
        </Form.Item>
        <Form.Item name="state" label={t.field.state}>
          <Select options={vehicleStates.map((value) => ({ value, label: w.vehicleState[value] }))} />
        </Form.Item>
        {day('deliveredOn')}
        {day('registeredOn', t.field.registeredHint)}
        {number('intervalMonths', 1, 60, t.field.intervalHint)}
        {number('intervalKm', 500, 100_000, t.field.intervalHint)}
        {day('warrantyEndOn')}
        {number('warrantyEndKm', 0, 2_000_000)}
        {day('inspectionDueOn')}
        {day('inspectedOn')}
        {day('madeOn')}
        {number('seats', 1, 99)}
        <Form.Item name="inspectionCategory" label={t.field.inspectionCategory}>
          <Select allowClear options={options(t.inspectionCategory)} />
        </Form.Item>
        <Form.Item name="inspectionException" label={t.field.inspectionException}>
          <Select allowClear options={options(t.inspectionException)} />
        </Form.Item>
        {text('compulsoryInsurer', 40)}
        {day('compulsoryExpiryOn')}
        {text('commercialInsurer', 40)}
        {day('commercialExpiryOn')}
      </Form>
    </Drawer>
  )
}
