import { useMutation } from '@tanstack/react-query'
import { Segmented, Switch } from 'antd'
import { type Answers, api, readAgain, showProblem } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { texts } from './customer-texts.ts'
import { useCustomerChanged } from './use-customer-changed.ts'

type Customer = Answers['customers']['get']
const channels = ['call', 'sms', 'wechat', 'email', 'marketing'] as const

/** What the customer allowed and refused; saved at once, because a refusal must not wait for a button. */
export function Consents({ customer, onChange }: { customer: Customer; onChange: (customer: Customer) => void }) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const changed = useCustomerChanged()
  const { store, may } = useStore()
  const save = useMutation({
    ...api.customers.update.mutationOptions(),
    onSuccess: (next: Customer) => {
      onChange(next)
      void changed()
    },
    onError: (error: Error) => {
      showProblem(error)
      return readAgain(error, api.customers.get.key())
    },
  })
  const scope = { storeId: store.id, customerId: customer.id, version: customer.version }
  const off = !may('customer.edit') || save.isPending
  const consents: Readonly<Record<string, boolean | undefined>> = customer.consents
  return (
    <Panel title={t.consent.title}>
      <div className="consent">
        <label htmlFor="do-not-disturb">{t.consent.doNotDisturb}</label>
        <Switch
          id="do-not-disturb"
          size="small"
          checked={customer.doNotDisturb}
          disabled={off}
          onChange={(doNotDisturb) => save.mutate({ ...scope, doNotDisturb })}
        />
      </div>
      {channels.map((channel) => {
        const value = consents[channel]
        return (
          <div key={channel} className="consent">
            <span>{w.channel[channel]}</span>
            <Segmented
              size="small"
              aria-label={w.channel[channel]}
              name={`consent-${channel}`}
              disabled={off}
              value={value === undefined ? 'unknown' : value ? 'allowed' : 'refused'}
              options={[
                ...(value === undefined ? [{ value: 'unknown', label: t.consent.unknown }] : []),
                { value: 'allowed', label: t.consent.allowed },
                { value: 'refused', label: t.consent.refused },
              ]}
              onChange={(next) => {
                if (next !== 'unknown') save.mutate({ ...scope, consents: { [channel]: next === 'allowed' } })
              }}
            />
          </div>
        )
      })}
      <p className="muted consent-hint">{t.consent.hint}</p>
    </Panel>
  )
}
