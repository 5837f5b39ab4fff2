import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { api, fieldProblems, showProblem } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { texts as appTexts } from '../../app/texts.ts'
import { TimeInput } from '../../app/time-input.tsx'
import { FormActions } from './form-actions.tsx'
import type { Vehicle } from './shape.ts'
import { useCustomerChanged } from './use-customer-changed.ts'
import { texts } from './vehicle-texts.ts'

interface Values {
  day: string
  time: string
  note: string
}

/** Books for a customer who rang or stands here; the reminder an appointment answers closes by itself (BASE-08). */
export function BookForm({ vehicle, open, onClose }: { vehicle: Vehicle; open: boolean; onClose: () => void }) {
  const t = useTexts(texts)
  const { timeForm } = useTexts(appTexts)
  const { store } = useStore()
  const cache = useQueryClient()
  const changed = useCustomerChanged()
  const [form] = Form.useForm<Values>()
  // one booking until it is there: pressed again after the network failed, it is booked once
  const [appointmentId, setAppointmentId] = useState<string>(() => crypto.randomUUID())
  const add = useMutation({
    ...api.care.addAppointment.mutationOptions(),
    onSuccess: async () => {
      notify('success', t.book.saved)
      setAppointmentId(crypto.randomUUID())
      form.resetFields()
      onClose()
      await Promise.all([
        changed(),
        cache.invalidateQueries({ queryKey: api.care.appointments.key() }),
        cache.invalidateQueries({ queryKey: api.register.key() }),
      ])
    },
    onError: (error: Error) => {
      if (fieldProblems(error).time) form.setFields([{ name: 'time', errors: [timeForm] }])
      else if (!markFields(form, error)) showProblem(error)
    },
  })
  const submit = ({ day, time, note }: Values) =>
    add.mutate({
      storeId: store.id,
      appointmentId,
      customerId: vehicle.ownerId,
      vehicleId: vehicle.id,
      day,
      time: time || null,
      note: note.trim() || undefined,
    })
  return (
    <Modal open={open} onCancel={onClose} title={t.book.title} footer={null} width={420} destroyOnHidden>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ day: null, time: '', note: '' }}
        onFinish={submit}
        requiredMark={false}
      >
        <Form.Item name="day" label={t.book.day} rules={[{ required: true, message: t.needed }]}>
          <DayInput min={store.today} autoFocus />
        </Form.Item>
        <Form.Item name="time" label={t.book.time}>
          <OptionalTime />
        </Form.Item>
        <Form.Item name="note" label={t.book.note}>
          <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 5 }} />
        </Form.Item>
        <FormActions onCancel={onClose} saving={add.isPending} />
      </Form>
    </Modal>
  )
}

/** As a field of a form: value and telling come from it. */
function OptionalTime({ value = '', onChange = () => undefined, ...rest }: Partial<Parameters<typeof TimeInput>[0]>) {
  return <TimeInput {...rest} value={value} onChange={onChange} optional />
}
