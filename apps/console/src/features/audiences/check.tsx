import { AUDIENCE_MOST, type AudiencePreview } from '@changhui/contract/audiences'
import { SCRIPT_VARIABLES, variableOf } from '@changhui/rules/script'
import { lintSms } from '@changhui/rules/smsRules'
import { Alert } from 'antd'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState } from '../../app/page.tsx'
import { audienceTexts } from './texts.ts'

/** A reason in words; a variable's name means its value is missing. */
export function useReason() {
  const t = useTexts(audienceTexts)
  return (reason: string) => {
    const variable = variableOf(reason)
    if (variable) return t.missing({ name: SCRIPT_VARIABLES[variable][0] })
    return (t.reasons as Readonly<Record<string, string>>)[reason] ?? reason
  }
}

/** Numbers, reasons, cost and five texts of a notice, before it is sent (MSG-03). */
export function Check({ preview, channel }: { preview: AudiencePreview; channel: string }) {
  const t = useTexts(audienceTexts)
  const f = useFormat()
  if (preview.tooMany) {
    const told = { n: f.number(preview.customers), most: f.number(AUDIENCE_MOST) }
    return <Alert type="warning" showIcon title={t.tooMany(told)} />
  }
  if (preview.customers === 0) return <EmptyState title={t.none} />
  const held = preview.held.reduce((sum, one) => sum + one.customers, 0)
  const left = preview.customers - preview.recipients
  const kind = preview.purpose === 'marketing' ? 'marketing' : 'notice'
  const risky =
    channel === 'sms' &&
    lintSms(preview.body, { provider: preview.tariff.provider, kind }).some(({ by }) => by === 'channel')
  return (
    <div className="audience-check">
      <dl className="audience-figures">
        <Figure label={t.customers} value={t.people({ n: f.number(preview.customers) })} />
        <Figure label={t.reachable} value={t.people({ n: f.number(preview.reachable) })} />
        <Figure label={t.now} value={t.people({ n: f.number(preview.now) })} />
        <Figure label={t.held} value={t.people({ n: f.number(held) })} reasons={preview.held} />
        <Figure
          label={t.left}
          value={t.people({ n: f.number(left) })}
          reasons={[...preview.unreachable, ...preview.dropped, ...preview.incomplete]}
        />
        {channel === 'sms' ? (
          <>
            <Figure label={t.segments} value={t.pieces({ n: f.number(preview.segments) })} />
            <Figure
              label={t.cost}
              value={f.fen(preview.costFen)}
              note={
                preview.tariff.provider === 'other' && preview.tariff.fenPerSegment === 0
                  ? t.free
                  : t.price({ price: f.fen(preview.tariff.fenPerSegment) })
              }
            />
          </>
        ) : null}
      </dl>
      {risky ? <Alert type="warning" showIcon title={t.risk} description={t.riskText} /> : null}
      {preview.recipients === 0 ? (
        <Alert type="info" showIcon title={t.nobody} />
      ) : (
        <section aria-label={t.samples}>
          <h3>{t.samples}</h3>
          <ul className="audience-samples">
            {preview.samples.map((one) => (
              <li key={one.customerId}>
                <span className="muted">{one.customerName}</span>
                <p className="text-bubble">
                  {one.subject ? <strong>{one.subject} </strong> : null}
                  {channel === 'sms' ? <span className="muted">【{preview.tariff.signature}】</span> : null}
                  {one.text}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function Figure(props: {
  label: string
  value: string
  note?: string
  reasons?: readonly { readonly reason: string; readonly customers: number }[]
}) {
  const f = useFormat()
  const reasonOf = useReason()
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>
        <strong className="num">{props.value}</strong>
        {props.note ? <span className="muted">{props.note}</span> : null}
        {props.reasons?.map((one) => (
          <span key={one.reason} className="muted">
            {reasonOf(one.reason)} {f.number(one.customers)}
          </span>
        ))}
      </dd>
    </div>
  )
}
