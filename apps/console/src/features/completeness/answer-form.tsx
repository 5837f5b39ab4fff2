import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, InputNumber, Select } from 'antd'
import { type Answers, api, client, showProblem } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { texts } from './texts.ts'
import './completeness.css'

export type Completeness = Answers['quality']['completeness']
type Missing = Completeness['missing'][number]

const days: readonly string[] = ['birthday', 'deliveredOn', 'insuranceExpiry', 'inspectionDue', 'warrantyEnd']
const past: readonly string[] = ['birthday', 'deliveredOn']

/** A few missing fields to be filled in and saved in one step; fields about a car are those of one car. */
export function AnswerForm({
  customerId,
  fields,
  onDone,
}: {
  customerId: string
  fields: readonly Missing[]
  onDone?: () => void
}) {
  const t = useTexts(texts)
  const { store } = useStore()
  const cache = useQueryClient()
  const [form] = Form.useForm<Record<string, unknown>>()
  const vehicleId = fields.find((one) => one.vehicleId !== null)?.vehicleId ?? null
  const save = useMutation({
    mutationFn: (values: Record<string, unknown>) => {
      const told = Object.fromEntries(
        Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''),
      )
      return client.quality.answer({ storeId: store.id, customerId, vehicleId, ...told })
    },
    onSuccess: (next: Completeness) => {
      notify('success', t.saved)
      form.resetFields()
      cache.setQueryData(api.quality.completeness.queryKey({ input: { storeId: store.id, customerId } }), next)
      void cache.invalidateQueries({ queryKey: api.customers.key() })
      void cache.invalidateQueries({ queryKey: api.vehicles.key() })
      onDone?.()
    },
    onError: (error: Error) => {
      if (!markFields(form, error, { km: 'odometer' })) showProblem(error)
    },
  })
  return (
    <Form form={form} layout="vertical" className="answer-form" onFinish={(values) => save.mutate(values)}>
      {fields.map((one) => (
        <Form.Item key={one.field} name={one.field} label={`${t.field[one.field]}${one.plate ? t.of(one.plate) : ''}`}>
          <Answer field={one.field} today={store.today} />
        </Form.Item>
      ))}
      <div className="answer-actions">
        {onDone ? (
          <Button size="small" onClick={onDone}>
            {t.cancel}
          </Button>
        ) : null}
        <Button size="small" type="primary" htmlType="submit" loading={save.isPending}>
          {t.save}
        </Button>
      </div>
    </Form>
  )
}

/** The input a field is answered in; the form hands it its value. */
function Answer({ field, today, ...given }: { field: Missing['field']; today: string }) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const choices = (list: Readonly<Record<string, string>>, keys: readonly string[]) =>
    keys.map((value) => ({ value, label: list[value] ?? value }))
  if (days.includes(field)) return <DayInput {...given} max={past.includes(field) ? today : undefined} />
  if (field === 'odometer') return <InputNumber {...given} min={1} max={2_000_000} style={{ width: '100%' }} />
  if (field === 'sex') return <Select {...given} allowClear options={choices(w.sex, ['male', 'female'])} />
  if (field === 'preferredChannel')
    return <Select {...given} allowClear options={choices(w.channel, ['call', 'sms', 'wechat', 'email'])} />
  if (field === 'consents')
    return (
      <Select
        {...given}
        allowClear
        options={[
          { value: true, label: t.yes },
          { value: false, label: t.no },
        ]}
      />
    )
  return <Input {...given} maxLength={field === 'plate' ? 20 : field === 'email' ? 120 : 60} />
}
