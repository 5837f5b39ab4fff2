import { PhoneOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { client } from '../../app/api.ts'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { useKeys } from '../../app/keys.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { AskFor } from '../completeness/completeness.tsx'
import { AssignMenu } from './assign-menu.tsx'
import { KeyCap } from './key-cap.tsx'
import { Results } from './results.tsx'
import { ScriptText } from './script-text.tsx'
import { whySentence } from './sentences.ts'
import { callTexts } from './texts.ts'
import type { CallInHand, Card } from './use-call.ts'
import { careWords, word } from './words.ts'

/** Everything for the call in hand on one screen: who, why, what to say, which number, what was tried, and the result keys. */
export function CallCard({ call, card }: { call: CallInHand; card: Card }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const locale = useLocale()
  const { store } = useStore()
  const dialing = useDial(card, call.attemptId)
  useKeys([
    { combo: 'd', what: t.helpDial, run: dialing.dialSuggested, off: call.ended },
    { combo: 'r', what: t.releaseHint, run: call.putBack, off: call.saving },
  ])
  return (
    <article className="call-card panel" aria-label={card.customerName}>
      <header className="call-card-head">
        <div>
          <h2>
            <Link
              to="/s/$storeCode/customers/$customerId"
              params={{ storeCode: store.code, customerId: card.customerId }}
              target="_blank"
              title={t.openCustomer}
            >
              {card.customerName}
            </Link>
            <span className="call-plate">{card.plate ?? t.plateUnknown}</span>
          </h2>
          <p className="call-card-sub">
            {[card.model ?? t.vehicleUnknown, word(words.programme, card.programme)].join(' · ')}
            {' · '}
            <span className={card.callBy < store.today ? 'call-late' : undefined}>
              {t.callBy({ day: f.day(card.callBy) })}
            </span>
          </p>
          <Flags card={card} />
        </div>
        <span className="call-card-actions">
          <AssignMenu card={card} onAssigned={call.putBack} off={call.ended || call.saving} />
          <Tooltip title={t.releaseHint}>
            <Button onClick={call.putBack} disabled={call.saving}>
              {t.release} <KeyCap>R</KeyCap>
            </Button>
          </Tooltip>
        </span>
      </header>
      <div className="call-body">
        <div className="call-speak">
          <section className="call-why" aria-label={t.why}>
            <h3>{t.why}</h3>
            <p>{whySentence(card.why, card, locale, words, f)}</p>
          </section>
          <ScriptText script={card.script} />
          <AskFor key={card.id} customerId={card.customerId} vehicleId={card.vehicleId} />
        </div>
        <div className="call-facts">
          <Phones card={card} dialing={dialing} off={call.ended} />
          <Attempts card={card} />
          <Visits card={card} />
        </div>
      </div>
      <Results call={call} card={card} phoneId={dialing.phoneId} />
    </article>
  )
}

function Flags({ card }: { card: Card }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  if (card.flags.length === 0 && card.preferredHour === null) return null
  return (
    <p className="call-flags">
      {card.flags
        .filter((flag) => flag !== 'call-late')
        .map((flag) => (
          <span key={flag} className="mark mark-warning">
            {word(words.flag, flag)}
          </span>
        ))}
      {card.preferredHour === null ? null : (
        <span className="mark mark-info">{t.preferredHour({ hour: card.preferredHour })}</span>
      )}
    </p>
  )
}

const byThisComputer = (number: string) => {
  window.location.href = `tel:${number.replace(/[^\d+#*,;]/g, '')}`
}

/**
 * Which number the call goes to: the telephone system rings, where there is one, else this computer dials. The full number comes with
 * the first press (and is logged), then stays on the card.
 */
function useDial(card: Card, attemptId: string) {
  const t = useTexts(callTexts)
  const { store, may } = useStore()
  const [numbers, setNumbers] = useState<Readonly<Record<string, string>>>({})
  const [dialled, setDialled] = useState<string | null>(null)
  const suggested = card.phones.find((one) => one.suggested) ?? card.phones.find((one) => one.state === 'usable')
  const dialling = useMutation({
    mutationFn: ({ phoneId, dialId }: { phoneId: string; dialId: string }) =>
      client.callCentre.dial({ storeId: store.id, taskId: card.id, phoneId, dialId, attemptId }),
    onSuccess: ({ number, sent, because }, { phoneId }) => {
      setNumbers((before) => ({ ...before, [phoneId]: number }))
      setDialled(phoneId)
      if (sent) return notify('info', t.ringing)
      if (because === 'hook-failed') notify('warning', t.hookFailed)
      byThisComputer(number)
    },
  })
  const dial = (phoneId: string) => {
    if (!dialling.isPending) dialling.mutate({ phoneId, dialId: crypto.randomUUID() })
  }
  const known = card.phones.some((one) => one.id === dialled)
  return {
    numbers,
    phoneId: known ? dialled : (suggested?.id ?? null),
    dial,
    dialSuggested: () => {
      if (suggested && may('phone.unmask')) dial(suggested.id)
    },
    pending: dialling.isPending ? dialling.variables.phoneId : null,
    allowed: may('phone.unmask'),
  }
}

function Phones({ card, dialing, off }: { card: Card; dialing: ReturnType<typeof useDial>; off: boolean }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  return (
    <section aria-label={t.phones}>
      <h3>{t.phones}</h3>
      {card.phones.length === 0 ? (
        <p className="muted">{t.noPhone}</p>
      ) : (
        <ul className="call-phones">
          {card.phones.map((phone) => (
            <li key={phone.id} data-current={dialing.phoneId === phone.id}>
              <div>
                <span className="call-number num">{dialing.numbers[phone.id] ?? phone.masked}</span>
                <span className="call-phone-marks">
                  {phone.label ? <span className="muted">{phone.label}</span> : null}
                  {phone.state === 'usable' ? null : (
                    <span className="mark mark-danger">{word(words.phoneState, phone.state)}</span>
                  )}
                  {phone.suggested ? <span className="mark mark-primary">{t.suggested}</span> : null}
                </span>
              </div>
              {dialing.allowed && phone.state === 'usable' ? (
                <Tooltip title={t.dialHint}>
                  <Button
                    type={phone.id === dialing.phoneId ? 'primary' : 'default'}
                    icon={<PhoneOutlined />}
                    loading={dialing.pending === phone.id}
                    disabled={off}
                    onClick={() => dialing.dial(phone.id)}
                  >
                    {t.dial} <span className="visually-hidden">{phone.masked}</span>
                    {phone.suggested ? <KeyCap>D</KeyCap> : null}
                  </Button>
                </Tooltip>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Attempts({ card }: { card: Card }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  return (
    <section aria-label={t.earlier}>
      <h3>{t.earlier}</h3>
      {card.attemptsSoFar.length === 0 ? (
        <p className="muted">{t.earlierNone}</p>
      ) : (
        <ul className="call-history">
          {card.attemptsSoFar.map((one) => (
            <li key={one.id}>
              <span className="num">{f.moment(one.at)}</span>
              <span className="muted">
                {[
                  word(words.part, one.part),
                  one.channel === 'call' ? '' : word(words.channel, one.channel),
                  one.byName,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              <strong>{word(words.outcome, one.outcome) || word(words.callResult, one.result)}</strong>
              {one.note ? <p>{one.note}</p> : null}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Visits({ card }: { card: Card }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  return (
    <section aria-label={t.visits}>
      <h3>{t.visits}</h3>
      {card.lastVisits.length === 0 ? (
        <p className="muted">{t.visitsNone}</p>
      ) : (
        <ul className="call-history">
          {card.lastVisits.map((one) => (
            <li key={`${one.arrivedOn}${one.kind}${one.mileageKm ?? ''}`}>
              <span className="num">{f.day(one.arrivedOn)}</span>
              <span className="muted num">{f.km(one.mileageKm)}</span>
              <strong>{word(words.visitKind, one.kind)}</strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
