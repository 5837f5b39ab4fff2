import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { type Answers, api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { messageWords, stateMark, whyNot } from '../messages/words.ts'
import { contactTexts } from './contact-texts.ts'
import '../../app/shapes.css'
import './contact.css'

type Answer = Answers['messages']['ofCustomer']
type Said = Answer['gate'][number]
const FIRST = 5

/** "Why was this not sent": what the contact gate says now, and what became of each message (CARE-18). */
export function Contact({ customerId }: { customerId: string }) {
  const t = useTexts(contactTexts)
  const { store } = useStore()
  const query = useQuery(api.messages.ofCustomer.queryOptions({ input: { storeId: store.id, customerId } }))
  return (
    <Panel title={t.title}>
      {query.isPending ? (
        <LoadingState rows={4} />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <>
          <GateTable answer={query.data} />
          <h3 className="contact-head">{t.messages}</h3>
          <Messages answer={query.data} />
        </>
      )}
    </Panel>
  )
}

function GateTable({ answer }: { answer: Answer }) {
  const t = useTexts(contactTexts)
  const m = useTexts(messageWords)
  const w = useTexts(words)
  const f = useFormat()
  const { store } = useStore()
  const purposes = [...new Set(answer.gate.map(({ purpose }) => purpose))]
  const channels = [...new Set(answer.gate.map(({ channel }) => channel))]
  const addressed = (channel: Said['channel']) =>
    channel === 'call' || !(channel in answer.reachable) || answer.reachable[channel as keyof Answer['reachable']]
  const cell = (said: Said) => {
    if (said.decision === 'drop') return <span className="chip chip-danger">{t.no}</span>
    if (!addressed(said.channel)) return <span className="chip">{t.noAddress}</span>
    if (said.decision === 'allow') return <span className="chip chip-success">{t.yes}</span>
    return <span className="chip chip-warning">{soon(f.moment(said.until))}</span>
  }
  const soon = (moment: string) => (moment.startsWith(store.today) ? moment.slice(11) : moment.slice(5, 10))
  const reason = ({ decision, reason: code, until }: Said) =>
    decision === 'wait' ? t.until(word(m.holds, code), f.moment(until)) : word(m.reasons, code)
  // one line a reason: for these purposes, by these channels
  const byReason = Object.entries(
    Object.groupBy(
      answer.gate.filter(({ decision }) => decision !== 'allow'),
      reason,
    ),
  )
  return (
    <>
      <table className="contact-gate">
        <thead>
          <tr>
            <th scope="col">{t.purpose}</th>
            {channels.map((channel) => (
              <th key={channel} scope="col">
                {w.channel[channel]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {purposes.map((purpose) => (
            <tr key={purpose}>
              <th scope="row">{w.contactPurpose[purpose]}</th>
              {answer.gate
                .filter((said) => said.purpose === purpose)
                .map((said) => (
                  <td key={said.channel}>{cell(said)}</td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="contact-why muted">
        {byReason.map(([why, said]) => (
          <li key={why}>{t.line(f.list([...new Set(said?.map(({ purpose }) => w.contactPurpose[purpose]))]), why)}</li>
        ))}
      </ul>
    </>
  )
}

function Messages({ answer }: { answer: Answer }) {
  const t = useTexts(contactTexts)
  const m = useTexts(messageWords)
  const w = useTexts(words)
  const f = useFormat()
  const [all, setAll] = useState(false)
  const entries = [
    ...answer.messages.map((message) => ({ at: message.createdAt, message, reply: undefined })),
    ...answer.replies.map((reply) => ({ at: reply.at, message: undefined, reply })),
  ].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  if (entries.length === 0) return <p className="muted">{t.none}</p>
  return (
    <>
      <ul className="contact-messages">
        {(all ? entries : entries.slice(0, FIRST)).map(({ at, message, reply }) => (
          <li key={message?.id ?? reply?.id}>
            <span className="num muted">{f.moment(at).slice(5)}</span>{' '}
            {message ? (
              <>
                {w.channel[message.channel]} ·{' '}
                {message.programme ? word(w.programme, message.programme) : w.contactPurpose[message.purpose]}{' '}
                <span className={stateMark[message.state]}>
                  {message.provider === 'embedded' ? m.providers.embedded : m.states[message.state]}
                </span>
                {whyNot(message, m, f) ? <div className="contact-reason">{whyNot(message, m, f)}</div> : null}
              </>
            ) : null}
            {reply ? (
              <>
                {t.replied} · {w.channel[reply.channel]}{' '}
                {reply.optOut ? <span className="mark mark-danger">{t.optOut}</span> : null}
                <div className="contact-reply">“{reply.body}”</div>
              </>
            ) : null}
          </li>
        ))}
      </ul>
      {!all && entries.length > FIRST ? (
        <Button size="small" type="link" onClick={() => setAll(true)}>
          {t.all(entries.length)}
        </Button>
      ) : null}
    </>
  )
}
