import { EditOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { type Completeness as Answer, AnswerForm } from './answer-form.tsx'
import { texts } from './texts.ts'
import './completeness.css'

const SHOWN = 6
/** Fields nobody can tell by heart, or that are kept elsewhere. */
const notHere: readonly string[] = ['phone', 'vin']

/** On the customer's page: how complete the record is, what is missing, and a form for it. */
export function Completeness({ customerId }: { customerId: string }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { store, may } = useStore()
  const [filling, setFilling] = useState(false)
  const known = useQuery(api.quality.completeness.queryOptions({ input: { storeId: store.id, customerId } }))
  if (!known.data) return null
  const { score, missing } = known.data
  const named: Readonly<Record<string, string>> = { ...t.field, ...t.short }
  const names = [...new Set(missing.map((one) => named[one.field] ?? one.field))]
  const form = fillable(known.data)
  return (
    <Panel
      title={t.title}
      extra={
        form.length > 0 && !filling && may('customer.edit') ? (
          <Button type="text" size="small" icon={<EditOutlined aria-hidden />} onClick={() => setFilling(true)}>
            {t.fill}
          </Button>
        ) : null
      }
    >
      <div className="completeness">
        <meter className="visually-hidden" min={0} max={100} value={score} aria-label={t.title} />
        <span className="completeness-bar" aria-hidden="true">
          <span style={{ width: `${score}%` }} data-low={score < 60} />
        </span>
        <strong className="num">{score}%</strong>
      </div>
      {missing.length === 0 ? (
        <p className="muted">{t.complete}</p>
      ) : (
        <p className="muted completeness-missing">
          {t.missing}
          {': '}
          {format.list(names.slice(0, SHOWN))}
          {names.length > SHOWN ? t.more(format.number(names.length)) : ''}
        </p>
      )}
      {filling ? <AnswerForm customerId={customerId} fields={form} onDone={() => setFilling(false)} /> : null}
    </Panel>
  )
}

/** The missing fields one form can hold: the customer's, and those of the first car that lacks any. */
function fillable({ missing }: Answer): Answer['missing'] {
  const car = missing.find((one) => one.vehicleId !== null && !notHere.includes(one.field))?.vehicleId ?? null
  const ofCar = missing.filter((one) => one.vehicleId !== null && one.vehicleId === car)
  const own = missing.filter((one) => one.vehicleId === null && !carFields.includes(one.field))
  return [...ofCar, ...own].filter((one) => !notHere.includes(one.field))
}
const carFields: readonly string[] = [
  'vin',
  'plate',
  'deliveredOn',
  'odometer',
  'insuranceExpiry',
  'inspectionDue',
  'warrantyEnd',
]

/** On the call card: the one or two fields worth asking for now (BASE-09); nothing when nothing is missing. */
export function AskFor({ customerId, vehicleId }: { customerId: string; vehicleId: string | null }) {
  const t = useTexts(texts)
  const { store, may } = useStore()
  const known = useQuery(
    api.quality.completeness.queryOptions({ input: { storeId: store.id, customerId }, enabled: may('customer.edit') }),
  )
  const ask = known.data?.ask ?? []
  // one save is about one car: the one the call is about, where it lacks something
  const car = ask.find((one) => one.vehicleId === vehicleId)?.vehicleId ?? ask.find((one) => one.vehicleId)?.vehicleId
  const fields = ask.filter((one) => one.vehicleId === null || one.vehicleId === car)
  if (fields.length === 0) return null
  return (
    <section className="ask-for" aria-label={t.ask}>
      <h3>
        {t.ask} <span className="muted">{t.askHint}</span>
      </h3>
      <AnswerForm key={fields.map((one) => one.field).join()} customerId={customerId} fields={fields} />
    </section>
  )
}
