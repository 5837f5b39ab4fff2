import { EyeOutlined, PhoneOutlined, PlusOutlined } from '@ant-design/icons'
import { phoneStates } from '@changhui/rules/words'
import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api, showProblem } from '../../app/api.ts'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { texts } from './customer-texts.ts'
import { useCustomerChanged } from './use-customer-changed.ts'

type Customer = Answers['customers']['get']

/** Numbers stay masked until somebody asks; each showing is logged. */
export function Phones({ customer, onChange }: { customer: Customer; onChange: (customer: Customer) => void }) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const follow = useCustomerChanged()
  const { store, may } = useStore()
  const [shown, setShown] = useState<Record<string, string>>({})
  const [adding, setAdding] = useState(false)
  const [form] = Form.useForm<{ number: string; label?: string }>()
  const scope = { storeId: store.id, customerId: customer.id }
  const changed = (next: Customer) => {
    onChange(next)
    return follow()
  }
  const unmask = useMutation({
    ...api.customers.unmask.mutationOptions(),
    onSuccess: ({ number }, { phoneId }) => setShown((before) => ({ ...before, [phoneId]: number })),
  })
  const setState = useMutation({ ...api.customers.setPhoneState.mutationOptions(), onSuccess: changed })
  const add = useMutation({
    ...api.customers.addPhone.mutationOptions(),
    onSuccess: (next: Customer) => {
      setAdding(false)
      form.resetFields()
      return changed(next)
    },
    onError: (error: Error) => {
      if (!markFields(form, error)) showProblem(error)
    },
  })
  return (
    <Panel
      title={t.phones}
      extra={
        may('customer.edit') && !adding ? (
          <Button type="text" size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t.phone.add}
          </Button>
        ) : null
      }
    >
      {customer.phones.length === 0 && !adding ? <p className="muted">{t.phone.none}</p> : null}
      <ul className="phones">
        {customer.phones.map((phone) => {
          const full = shown[phone.id]
          return (
            <li key={phone.id}>
              <span className="phone-number num" aria-live="polite">
                {full ? <a href={`tel:${full}`}>{full}</a> : phone.masked}
                {phone.label ? <span className="muted"> {phone.label}</span> : null}
              </span>
              {full ? (
                <Button
                  size="small"
                  type="text"
                  icon={<PhoneOutlined aria-hidden />}
                  href={`tel:${full}`}
                  aria-label={`${t.phone.call} ${full}`}
                  title={t.phone.call}
                />
              ) : may('phone.unmask') ? (
                <Button
                  size="small"
                  type="text"
                  icon={<EyeOutlined aria-hidden />}
                  aria-label={`${t.phone.show} ${phone.masked}`}
                  title={t.phone.show}
                  loading={unmask.isPending && unmask.variables.phoneId === phone.id}
                  onClick={() => unmask.mutate({ ...scope, phoneId: phone.id, reason: 'call' })}
                />
              ) : null}
              <Select
                size="small"
                variant="borderless"
                className={`phone-state phone-${phone.state}`}
                aria-label={t.phone.stateOf(phone.masked)}
                value={phone.state}
                disabled={!may('customer.edit')}
                popupMatchSelectWidth={false}
                options={phoneStates.map((value) => ({ value, label: w.phoneState[value] }))}
                onChange={(state) => setState.mutate({ ...scope, phoneId: phone.id, state })}
              />
            </li>
          )
        })}
      </ul>
      {adding ? (
        <Form
          form={form}
          layout="vertical"
          className="phone-add"
          onFinish={(values) => add.mutate({ ...scope, number: values.number, label: values.label?.trim() || null })}
        >
          <Form.Item name="number" label={t.phone.number} rules={[{ required: true, message: t.needed }]}>
            <Input inputMode="tel" maxLength={40} autoFocus />
          </Form.Item>
          <Form.Item name="label" label={t.phone.label}>
            <Input maxLength={20} placeholder={t.phone.labelHint} />
          </Form.Item>
          <div className="drawer-actions">
            <Button size="small" onClick={() => setAdding(false)}>
              {t.cancel}
            </Button>
            <Button size="small" type="primary" htmlType="submit" loading={add.isPending}>
              {t.save}
            </Button>
          </div>
        </Form>
      ) : null}
    </Panel>
  )
}
