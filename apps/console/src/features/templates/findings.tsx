import type { Tariff } from '@changhui/contract/templates'
import type { Purpose } from '@changhui/rules/gate'
import { asSent } from '@changhui/rules/messageText'
import { lintSms } from '@changhui/rules/smsRules'
import { useTexts } from '../../app/i18n.tsx'
import { templateTexts } from './texts.ts'

/** What the store's provider would refuse in an SMS, where, and the way out (MSG-04). */
export function Findings({ body, purpose, tariff }: { body: string; purpose: Purpose; tariff: Tariff }) {
  const t = useTexts(templateTexts)
  const kind = purpose === 'marketing' ? 'marketing' : 'notice'
  const findings = lintSms(asSent(body, 'sms', purpose, tariff.provider), { provider: tariff.provider, kind })
  return (
    <section aria-label={t.findings} className="text-findings" aria-live="polite">
      <h3>{t.findings}</h3>
      {findings.length === 0 ? (
        <p className="muted">{t.noFindings}</p>
      ) : (
        <ul>
          {findings.map((one) => (
            <li key={`${one.rule}${one.at}`}>
              <span className={`mark ${one.by === 'channel' ? 'mark-danger' : 'mark-warning'}`}>
                {one.text && one.text.length <= 20 ? one.text : '…'}
              </span>
              <span>
                {t.rules[one.rule]}
                <span className="text-way">{t.ways[one.by]}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
