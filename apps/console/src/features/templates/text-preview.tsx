import type { templateDetail } from '@changhui/contract/templates'
import { asSent, fillMessage, sentLength } from '@changhui/rules/messageText'
import type { z } from 'zod'
import { CustomerSelect } from '../../app/customer-select.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { ErrorState, Panel } from '../../app/page.tsx'
import { templateTexts } from './texts.ts'
import { namesOf, usePreview } from './use-preview.ts'

type Detail = Pick<z.infer<typeof templateDetail>, 'key' | 'channel' | 'purpose' | 'tariff'>

/** The text as one customer would read it, with its length and what it is billed for (MSG-01, MSG-03). */
export function TextPreview({
  detail,
  subject,
  body,
  onCustomer,
}: {
  detail: Detail
  subject: string
  body: string
  onCustomer: (customerId: string | null) => void
}) {
  const t = useTexts(templateTexts)
  const f = useFormat()
  const { channel, purpose, tariff } = detail
  const { customerId, setCustomerId, facts, values, isReal, causes } = usePreview(detail.key, body + subject)
  const filled = fillMessage(body, values)
  const length = sentLength(filled.text, purpose, tariff)
  const told = {
    units: f.number(length.units),
    segments: f.number(length.segments),
    left: f.number(length.left),
  }
  const text = asSent(filled.text, channel, purpose, tariff.provider)
  return (
    <Panel title={t.preview}>
      <CustomerSelect
        className="text-customer"
        clearable
        label={t.previewOf}
        value={customerId}
        onChange={(id) => {
          setCustomerId(id)
          onCustomer(id ?? null)
        }}
      />
      {facts.isError ? <ErrorState error={facts.error} retry={() => void facts.refetch()} /> : null}
      <div className={`text-bubble text-bubble-${channel}`}>
        {channel === 'email' ? <strong>{fillMessage(subject, values).text}</strong> : null}
        <p>
          {channel === 'sms' ? <span className="muted">【{tariff.signature}】</span> : null}
          {text}
        </p>
      </div>
      <div className="text-notes">
        {channel === 'sms' ? (
          <>
            <p>{(length.encoding === 'gsm-7' ? t.gsm : t.length)(told)}</p>
            {length.tooLong ? (
              <p role="alert" className="settings-wrong">
                {t.tooLong}
              </p>
            ) : null}
            <p className="muted">
              {t.signature({ name: tariff.signature, provider: t.providers[tariff.provider] })}
              {tariff.fenPerSegment > 0 ? ` · ${f.fen(tariff.fenPerSegment)}` : ''}
            </p>
          </>
        ) : (
          <p>{t.characters({ n: f.number([...text].length) })}</p>
        )}
        {isReal ? null : <p className="muted">{t.previewSample}</p>}
        {isReal && causes.length > 0 ? <p className="muted">{t.previewCause({ names: namesOf(causes) })}</p> : null}
        {isReal && filled.missing.length > 0 ? (
          <p role="alert" className="settings-wrong">
            {t.previewMissing({ names: namesOf(filled.missing) })}
          </p>
        ) : null}
      </div>
    </Panel>
  )
}
