import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Drawer, Form, Input, Select } from 'antd'
import { api, showProblem } from '../../app/api.ts'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useSettled } from '../../app/search.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { texts } from './list-texts.ts'

interface Values {
  name: string
  phones?: string
  sex?: 'male' | 'female'
  locality?: 'local' | 'out-of-town'
  source?: string
}
const numbersOf = (typed: string | undefined) => (typed ?? '').split(/[\s,，;；、]+/).filter(Boolean)

/** Adds a customer; says at once when a number is known already, so that nobody is entered twice. */
export function AddCustomer({
  open,
  phone,
  onClose,
}: {
  open: boolean
  /** A number to begin with. */
  phone?: string | undefined
  onClose: () => void
}) {
  const t = useTexts(texts).form
  const w = useTexts(words)
  const { store } = useStore()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const [form] = Form.useForm<Values>()
  const typed = useSettled(Form.useWatch('phones', form), 300)
  const number = numbersOf(typed).find((one) => one.replace(/\D/g, '').length >= 7) ?? ''
  const known = useQuery(
    api.customers.caller.queryOptions({
      input: { storeId: store.id, number },
      enabled: open && number !== '',
      retry: false,
    }),
  )
  const create = useMutation(
    api.customers.create.mutationOptions({
      onSuccess: async (customer) => {
        notify('success', t.created(customer.name))
        await cache.invalidateQueries({ queryKey: api.customers.key() })
        await navigate({
          to: '/s/$storeCode/customers/$customerId',
          params: { storeCode: store.code, customerId: customer.id },
        })
      },
      onError: (error) => {
        if (!markFields(form, error, { 'phones.0': 'phones', 'phones.1': 'phones', 'phones.2': 'phones' }))
          showProblem(error)
      },
    }),
  )
  const submit = ({ phones, ...values }: Values) =>
    create.mutate({ storeId: store.id, ...values, phones: numbersOf(phones) })
  const hits = number === '' ? [] : (known.data?.hits ?? [])
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={t.title}
      size={420}
      destroyOnHidden
      footer={
        <div className="drawer-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="primary" loading={create.isPending} onClick={() => form.submit()}>
            {t.save}
          </Button>
        </div>
      }
    >
      <Form
        form={form}
        layout="vertical"
        onFinish={submit}
        initialValues={phone ? { phones: phone } : {}}
        preserve={false}
      >
        <Form.Item name="name" label={t.name} rules={[{ required: true, whitespace: true, message: t.needed }]}>
          <Input maxLength={60} autoFocus onPressEnter={() => form.submit()} />
        </Form.Item>
        <Form.Item name="phones" label={t.phone} extra={t.phoneHint}>
          <Input inputMode="tel" maxLength={200} onPressEnter={() => form.submit()} />
        </Form.Item>
        <div aria-live="polite">
          {hits.length > 0 ? (
            <Alert
              type="warning"
              showIcon
              style={{ marginBottom: 16 }}
              title={
                <>
                  {t.known}
                  {hits.map((hit) => (
                    <Link
                      key={hit.id}
                      to="/s/$storeCode/customers/$customerId"
                      params={{ storeCode: store.code, customerId: hit.id }}
                    >
                      {[hit.name, ...hit.plates].join(' ')}{' '}
                    </Link>
                  ))}
                </>
              }
            />
          ) : null}
        </div>
        <Form.Item name="sex" label={t.sex}>
          <Select
            allowClear
            placeholder={t.unknown}
            options={(['male', 'female'] as const).map((value) => ({ value, label: w.sex[value] }))}
          />
        </Form.Item>
        <Form.Item name="locality" label={t.locality}>
          <Select
            allowClear
            placeholder={t.unknown}
            options={(['local', 'out-of-town'] as const).map((value) => ({ value, label: w.locality[value] }))}
          />
        </Form.Item>
        <Form.Item name="source" label={t.source}>
          <Input maxLength={60} />
        </Form.Item>
      </Form>
    </Drawer>
  )
}
