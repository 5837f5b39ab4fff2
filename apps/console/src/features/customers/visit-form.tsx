import { type VisitKind, visitKinds } from '@changhui/rules/words'
import { useMutation } from '@tanstack/react-query'
import { Form, Input, InputNumber, Modal, Select } from 'antd'
import { api, showProblem } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { FormActions } from './form-actions.tsx'
import { readItems } from './items.ts'
import type { Vehicle } from './shape.ts'
import { useCustomerChanged } from './use-customer-changed.ts'
import { texts } from './vehicle-texts.ts'

interface Values {
  arrivedOn: string
  kind: VisitKind
  mileageKm?: number | null
  orderNo?: string
  advisor?: string
  technician?: string
  items?: string
}

/** Records that the car came; the reminder it answers closes by itself. */
export function VisitForm({ vehicle, open, onClose }: { vehicle: Vehicle; open: boolean; onClose: () => void }) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const { store } = useStore()
  const changed = useCustomerChanged()
  const [form] = Form.useForm<Values>()
  const add = useMutation({
    ...api.vehicles.addVisit.mutationOptions(),
    onSuccess: async () => {
      notify('success', t.visit.saved)
      form.resetFields()
      onClose()
      await changed()
    },
    onError: (error: Error) => {
      if (!markFields(form, error)) showProblem(error)
    },
  })
  const submit = ({ items, mileageKm, orderNo, advisor, technician, ...values }: Values) =>
    add.mutate({
      storeId: store.id,
      vehicleId: vehicle.id,
      ...values,
      mileageKm: mileageKm ?? null,
      orderNo: orderNo || null,
      advisor: advisor || null,
      technician: technician || null,
      lines: readItems(items),
    })
  const text = (name: 'orderNo' | 'advisor' | 'technician') => (
    <Form.Item name={name} label={t.visit[name]}>
      <Input maxLength={40} />
    </Form.Item>
  )
  return (
    <Modal open={open} onCancel={onClose} title={t.visit.title} footer={null} width={560} destroyOnHidden>
      <Form
        form={form}
        layout="vertical"
        className="form-grid"
        initialValues={{ arrivedOn: store.today, kind: 'maintenance' }}
        onFinish={submit}
      >
        <Form.Item name="arrivedOn" label={t.visit.arrivedOn} rules={[{ required: true, message: t.needed }]}>
          <DayInput max={store.today} />
        </Form.Item>
        <Form.Item name="kind" label={t.visit.kind} rules={[{ required: true }]}>
          <Select options={visitKinds.map((value) => ({ value, label: w.visitKind[value] }))} />
        </Form.Item>
        <Form.Item name="mileageKm" label={t.visit.mileage}>
          <InputNumber min={0} max={2_000_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        {text('orderNo')}
        {text('advisor')}
        {text('technician')}
        <Form.Item name="items" label={t.visit.items} extra={t.visit.itemsHint} className="form-wide">
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} />
        </Form.Item>
        <FormActions onCancel={onClose} saving={add.isPending} wide />
      </Form>
    </Modal>
  )
}
