import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Drawer } from 'antd'
import { type Answers, api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { messageTexts } from './texts.ts'
import { messageWords, stateMark, whyNot } from './words.ts'

type Detail = Answers['messages']['detail']

/** One message with every try and receipt. */
export function MessageDrawer({ messageId, onClose }: { messageId: string | undefined; onClose: () => void }) {
  const t = useTexts(messageTexts)
  const { store } = useStore()
  const query = useQuery({
    ...api.messages.detail.queryOptions({ input: { storeId: store.id, messageId: messageId ?? '' } }),
    enabled: messageId !== undefined,
  })
  return (
    <Drawer title={t.detailTitle} open={messageId !== undefined} onClose={onClose} size={520} destroyOnHidden>
      {query.isPending ? (
        <LoadingState rows={8} />
      ) : query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Message message={query.data} />
      )}
    </Drawer>
  )
}

function Message({ message }: { message: Detail }) {
  const t = useTexts(messageTexts)
  const m = useTexts(messageWords)
  const w = useTexts(words)
  const f = useFormat()
  const { store } = useStore()
  const why = whyNot(message, m, f)
  const facts: [string, string | null][] = [
    [t.recipient, message.recipientMasked],
    [t.purpose, w.contactPurpose[message.purpose]],
    [t.programme, message.programme && word(w.programme, message.programme)],
    [t.order, message.channels.map((one) => w.channel[one]).join(' → ')],
    [t.provider, message.provider && word(m.providers, message.provider)],
    [t.billed, message.segments === null ? null : f.number(message.segments)],
    [t.expires, message.expiresAt && f.moment(message.expiresAt)],
  ]
  return (
    <div className="message-detail">
      <div className="message-head">
        <span className={stateMark[message.state] ?? 'mark'}>{m.states[message.state]}</span>
        <Link
          to="/s/$storeCode/customers/$customerId"
          params={{ storeCode: store.code, customerId: message.customerId }}
        >
          {message.customerName}
        </Link>
      </div>
      {why ? <p className="message-why">{why}</p> : null}
      <h3>{t.body}</h3>
      {message.subject ? <p className="message-subject">{message.subject}</p> : null}
      <p className="message-text">{message.body}</p>
      <dl>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <h3>{t.history}</h3>
      <History message={message} />
    </div>
  )
}

function History({ message }: { message: Detail }) {
  const t = useTexts(messageTexts)
  const m = useTexts(messageWords)
  const w = useTexts(words)
  const f = useFormat()
  const tries = message.tries.map((one) => ({
    at: one.at,
    text: t.results[one.result],
    more: t.tried({ channel: w.channel[one.channel], provider: word(m.providers, one.provider), n: one.attempt }),
    said: [one.code, one.reason].filter(Boolean).join(' '),
  }))
  const receipts = message.receipts.map((one) => ({
    at: one.at,
    text: t.receipts[one.state],
    more: word(m.providers, one.provider),
    said: [one.code, one.reason].filter(Boolean).join(' '),
  }))
  const lines = [...tries, ...receipts].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return (
    <ol className="message-history">
      <li>
        <time className="num muted">{f.moment(message.createdAt)}</time>
        <span>{t.queuedAt}</span>
      </li>
      {lines.map((line, place) => (
        <li key={place}>
          <time className="num muted">{f.moment(line.at)}</time>
          <span>
            {line.text} <span className="muted">{line.more}</span>
            {line.said ? <span className="message-said">{line.said}</span> : null}
          </span>
        </li>
      ))}
      {lines.length === 0 ? (
        <li>
          <span className="muted">{t.noTries}</span>
        </li>
      ) : null}
    </ol>
  )
}
