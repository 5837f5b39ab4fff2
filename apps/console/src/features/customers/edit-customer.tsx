import { useMutation, useQuery } from '@tanstack/react-query'
import { Alert, Button, Drawer, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api, client, isProblemCode, showProblem } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { markFields } from '../../app/form.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { texts } from './customer-texts.ts'
import { useCustomerChanged } from './use-customer-changed.ts'

type Customer = Answers['customers']['get']
const editable = [
  'name',
  'sex',
  'birthday',
  'wechatId',
  'email',
  'address',
  'region',
  'locality',
  'occupation',
  'industry',
  'source',
  'memberLevel',
  'tags',
  'preferredChannel',
  'preferredHour',
  'advisorId',
  'accountManagerId',
] as const
type Field = (typeof editable)[number]
type Values = Pick<Customer, Field>

const valuesOf = (customer: Customer) => Object.fromEntries(editable.map((field) => [field, customer[field]])) as Values
const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Edits a customer. When somebody else saved meanwhile, the text stays and the other's values are shown beside it (SEC-03). */
export function EditCustomer({
  customer,
  open,
  onClose,
  onSaved,
}: {
  customer: Customer
  open: boolean
  onClose: () => void
  onSaved: (customer: Customer) => void
}) {
  const t = useTexts(texts)
  const format = useFormat()
  const w = useTexts(words)
  const changed = useCustomerChanged()
  const { store } = useStore()
  const [form] = Form.useForm<Values>()
  /** What the text in the form was started from; after a conflict also the state that the other person left. */
  const [base, setBase] = useState(customer)
  const [theirs, setTheirs] = useState<Customer>()
  const staff = useQuery(api.staff.list.queryOptions({ input: { storeId: store.id }, enabled: open, retry: false }))
  // one who has left stays named where he is still set
  const people = (staff.data ?? [])
    .filter((one) => !one.disabled || [customer.advisorId, customer.accountManagerId].includes(one.userId))
    .map((one) => ({ value: one.userId, label: one.name }))

  const save = useMutation({
    ...api.customers.update.mutationOptions(),
    onSuccess: (next: Customer) => {
      notify('success', t.saved)
      onSaved(next)
      onClose()
      return changed()
    },
    onError: (error: Error) => {
      if (isProblemCode(error, 'version.changed'))
        void client.customers.get({ storeId: store.id, customerId: customer.id }).then(setTheirs, showProblem)
      else if (!markFields(form, error)) showProblem(error)
    },
  })
  const begin = (isOpen: boolean) => {
    if (!isOpen) return
    setBase(customer)
    setTheirs(undefined)
    form.setFieldsValue(valuesOf(customer))
  }
  const submit = () => {
    const typed = form.getFieldsValue()
    const clean = (value: unknown) => (value === '' || value === undefined ? null : value)
    const changes = Object.fromEntries(
      editable
        .map((field) => [field, clean(typed[field])] as const)
        .filter(([field, value]) => !same(value, base[field])),
    )
    const version = (theirs ?? base).version
    if (Object.keys(changes).length === 0 && !theirs) onClose()
    else save.mutate({ storeId: store.id, customerId: customer.id, version, ...changes })
  }
  const shown = (field: Field, value: unknown): string => {
    if (value === null || value === undefined || value === '') return t.none
    if (field === 'sex') return w.sex[value as 'male' | 'female']
    if (field === 'locality') return w.locality[value as 'local' | 'out-of-town']
    if (field === 'preferredChannel') return w.channel[value as 'call']
    if (field === 'advisorId' || field === 'accountManagerId')
      return people.find((one) => one.value === value)?.label ?? t.none
    return Array.isArray(value) ? format.list(value) : String(value)
  }
  const differing = theirs ? editable.filter((field) => !same(theirs[field], base[field])) : []
  const options = (list: Readonly<Record<string, string>>) =>
    Object.entries(list).map(([value, label]) => ({ value, label }))
  const text = (name: Field, max: number) => (
    <Form.Item name={name} label={t.field[name]}>
      <Input maxLength={max} />
    </Form.Item>
  )
  const select = (name: Field, choices: { value: string | number; label: string }[]) => (
    <Form.Item name={name} label={t.field[name]}>
      <Select allowClear options={choices} placeholder={t.none} />
    </Form.Item>
  )
  return (
    <Drawer
      open={open}
      onClose={onClose}
      afterOpenChange={begin}
      title={t.edit}
      size={560}
      footer={
        <div className="drawer-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
            {t.save}
          </Button>
        </div>
      }
    >
      <div aria-live="assertive">
        {theirs ? (
          <Alert
            type="warning"
            showIcon
            style={{ marginBottom: 16 }}
            title={t.conflict.title}
            description={
              <>
                <ul>
                  {differing.map((field) => (
                    <li key={field}>
                      {t.conflict.theirs(t.field[field], shown(field, theirs[field]))}{' '}
                      <Button size="small" type="link" onClick={() => form.setFieldValue(field, theirs[field])}>
                        {t.conflict.take}
                      </Button>
                    </li>
                  ))}
                </ul>
                {t.conflict.save}
              </>
            }
          />
        ) : null}
      </div>
      <Form form={form} layout="vertical" onFinish={submit} className="form-grid">
        <Form.Item name="name" label={t.field.name} rules={[{ required: true, whitespace: true, message: t.needed }]}>
          <Input maxLength={60} />
        </Form.Item>
        {select('sex', options(w.sex))}
        <Form.Item name="birthday" label={t.field.birthday}>
          <DayInput max={store.today} />
        </Form.Item>
        {select('locality', options(w.locality))}
        {text('wechatId', 64)}
        <Form.Item name="email" label={t.field.email}>
          <Input type="email" maxLength={120} />
        </Form.Item>
        {select(
          'preferredChannel',
          (['call', 'sms', 'wechat', 'email'] as const).map((value) => ({ value, label: w.channel[value] })),
        )}
        {select(
          'preferredHour',
          Array.from({ length: 14 }, (_, at) => ({ value: at + 8, label: t.hour(at + 8) })),
        )}
        {select('advisorId', people)}
        {select('accountManagerId', people)}
        {text('region', 60)}
        {text('source', 60)}
        {text('occupation', 60)}
        {text('industry', 60)}
        {text('memberLevel', 30)}
        <Form.Item name="tags" label={t.field.tags}>
          <Select mode="tags" maxCount={20} tokenSeparators={[',', '，', ' ']} open={false} suffixIcon={null} />
        </Form.Item>
        <Form.Item name="address" label={t.field.address} className="form-wide">
          <Input maxLength={200} />
        </Form.Item>
      </Form>
    </Drawer>
  )
}
