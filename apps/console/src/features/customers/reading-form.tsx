import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Form, InputNumber, Modal } from 'antd'
import { api, isProblemCode, problemText, showProblem } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { FormActions } from './form-actions.tsx'
import type { Vehicle } from './shape.ts'
import { useCustomerChanged } from './use-customer-changed.ts'
import { texts } from './vehicle-texts.ts'

interface Values {
  readOn: string
  km: number
}

/** Adds an odometer reading; an implausible one is refused with its reason, and may still be filed. */
export function ReadingForm({ vehicle, open, onClose }: { vehicle: Vehicle; open: boolean; onClose: () => void }) {
  const t = useTexts(texts)
  const { store } = useStore()
  const changed = useCustomerChanged()
  const [form] = Form.useForm<Values>()
  const add = useMutation({
    ...api.vehicles.addReading.mutationOptions(),
    onSuccess: async () => {
      notify('success', t.saved)
      close()
      await changed()
    },
    onError: (error: Error) => {
      if (!isProblemCode(error, 'odometer.refused') && !markFields(form, error)) showProblem(error)
    },
  })
  const close = () => {
    add.reset()
    form.resetFields()
    onClose()
  }
  const send = (keepAnyway: boolean) =>
    add.mutate({ storeId: store.id, vehicleId: vehicle.id, ...form.getFieldsValue(), keepAnyway })
  const refused = add.isError && isProblemCode(add.error, 'odometer.refused')
  return (
    <Modal open={open} onCancel={close} title={t.addReading} footer={null} width={420} destroyOnHidden>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ readOn: store.today }}
        onFinish={() => send(false)}
        onValuesChange={() => add.reset()}
        requiredMark={false}
      >
        <Form.Item name="km" label={t.km} rules={[{ required: true, message: t.needed }]}>
          <InputNumber min={0} max={2_000_000} precision={0} style={{ width: '100%' }} autoFocus />
        </Form.Item>
        <Form.Item name="readOn" label={t.read} rules={[{ required: true, message: t.needed }]}>
          <DayInput max={store.today} />
        </Form.Item>
        <div aria-live="assertive">
          {refused ? (
            <Alert
              type="warning"
              showIcon
              style={{ marginBottom: 16 }}
              title={problemText(add.error)}
              description={
                <>
                  {t.keepText}
                  <br />
                  <Button size="small" style={{ marginTop: 8 }} onClick={() => send(true)}>
                    {t.keepAnyway}
                  </Button>
                </>
              }
            />
          ) : null}
        </div>
        <FormActions onCancel={close} saving={add.isPending} />
      </Form>
    </Modal>
  )
}
