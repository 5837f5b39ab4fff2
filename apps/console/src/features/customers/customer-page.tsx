import { EditOutlined, IdcardOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { saveFile } from '../../app/download.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useKeys } from '../../app/keys.tsx'
import { ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { Completeness } from '../completeness/completeness.tsx'
import { BandChip } from './band.tsx'
import { Consents } from './consents.tsx'
import { Contact } from './contact.tsx'
import { CustomerCare } from './customer-care.tsx'
import { texts } from './customer-texts.ts'
import { EditCustomer } from './edit-customer.tsx'
import { Links } from './links.tsx'
import { OpenTasks } from './open-tasks.tsx'
import { Phones } from './phones.tsx'
import { Timeline } from './timeline.tsx'
import { Vehicles } from './vehicles.tsx'
import './customers.css'
import './customer.css'

type Customer = Answers['customers']['get']

/** The filled-in facts only; an empty field is asked for in the edit form, not here. */
function Profile({ customer }: { customer: Customer }) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const format = useFormat()
  const rows: [string, string | null][] = [
    [t.field.sex, customer.sex && w.sex[customer.sex]],
    [t.field.birthday, customer.birthday && format.day(customer.birthday)],
    [t.field.locality, customer.locality && w.locality[customer.locality]],
    [t.field.region, customer.region],
    [t.field.address, customer.address],
    [t.field.wechatId, customer.wechatId],
    [t.field.email, customer.email],
    [t.field.occupation, customer.occupation],
    [t.field.industry, customer.industry],
    [t.field.source, customer.source],
    [t.field.memberLevel, customer.memberLevel],
    [t.field.preferredChannel, customer.preferredChannel && w.channel[customer.preferredChannel]],
    [t.field.preferredHour, customer.preferredHour === null ? null : t.hour(customer.preferredHour)],
  ]
  const filled = rows.filter(([, value]) => value)
  if (filled.length === 0) return null
  return (
    <Panel title={t.profile}>
      <dl className="facts">
        {filled.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

export default function CustomerPage() {
  const { customerId } = useParams({ from: '/s/$storeCode/customers/$customerId' })
  // Each customer afresh: a form that is open would otherwise write what was typed for one to the next.
  return <CustomerOf key={customerId} customerId={customerId} />
}

function CustomerOf({ customerId }: { customerId: string }) {
  const t = useTexts(texts)
  const format = useFormat()
  const cache = useQueryClient()
  const { store, may } = useStore()
  const [editing, setEditing] = useState(false)
  const input = { storeId: store.id, customerId }
  const customer = useQuery(api.customers.get.queryOptions({ input }))
  const vehicles = useQuery(api.vehicles.ofCustomer.queryOptions({ input }))
  const vcard = useMutation({ mutationFn: async () => saveFile(await client.customers.vcard(input)) })
  useKeys([{ combo: 'e', what: t.edit, run: () => setEditing(true), off: !may('customer.edit') || !customer.data }])

  const back = (
    <Link to="/s/$storeCode/customers" params={{ storeCode: store.code }} className="page-back">
      ‹ {t.back}
    </Link>
  )
  if (customer.isPending) return <LoadingState rows={10} />
  if (customer.isError)
    return (
      <>
        {back}
        <PageHeader title={t.back} />
        <ErrorState error={customer.error} retry={() => void customer.refetch()} />
      </>
    )
  const set = (next: Customer) => cache.setQueryData(api.customers.get.queryKey({ input }), next)
  const one = customer.data
  // a record that was merged away leads to the one that lives on
  if (one.id !== customerId)
    return (
      <Navigate
        to="/s/$storeCode/customers/$customerId"
        params={{ storeCode: store.code, customerId: one.id }}
        replace
      />
    )
  const plates = new Map((vehicles.data ?? []).map((vehicle) => [vehicle.id, vehicle.plate ?? vehicle.model ?? '']))
  return (
    <>
      {back}
      <PageHeader
        title={one.name}
        subtitle={
          <>
            {one.lastVisitOn ? t.lastVisit(format.day(one.lastVisitOn)) : t.neverVisited}{' '}
            {one.band ? <BandChip band={one.band} /> : null}
            {one.value.visits > 0 ? (
              <span className="customer-value num">
                {t.value({ visits: format.number(one.value.visits), total: format.fen(one.value.totalFen) })}
                {one.value.yearVisits > 0
                  ? ` · ${t.yearValue({ visits: format.number(one.value.yearVisits), total: format.fen(one.value.yearFen) })}`
                  : null}
              </span>
            ) : null}
            {one.doNotDisturb ? <span className="chip chip-warning">{t.doNotDisturb}</span> : null}
            {one.tags.map((tag) => (
              <span key={tag} className="chip">
                {tag}
              </span>
            ))}
          </>
        }
        extra={
          <>
            {may('phone.unmask') ? (
              <Button
                icon={<IdcardOutlined aria-hidden />}
                title={t.vcardHint}
                loading={vcard.isPending}
                onClick={() => vcard.mutate()}
              >
                {t.vcard}
              </Button>
            ) : null}
            {may('customer.edit') ? (
              <Button icon={<EditOutlined aria-hidden />} onClick={() => setEditing(true)}>
                {t.edit}
              </Button>
            ) : null}
          </>
        }
      />
      <div className="customer-grid">
        <div className="customer-side">
          <OpenTasks customerId={customerId} />
          <Phones customer={one} onChange={set} />
          <CustomerCare customerId={customerId} />
          <Completeness customerId={customerId} />
          <Profile customer={one} />
          <Consents customer={one} onChange={set} />
          <Links customerId={customerId} />
          <Contact customerId={customerId} />
        </div>
        <div className="customer-main">
          <Vehicles customerId={customerId} vehicles={vehicles} />
          <Timeline customerId={customerId} plates={plates} />
        </div>
      </div>
      <EditCustomer customer={one} open={editing} onClose={() => setEditing(false)} onSaved={set} />
    </>
  )
}
