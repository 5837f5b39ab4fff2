import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { api, type client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word } from '../../app/words.ts'
import { careWords } from '../calls/words.ts'
import { messageTexts } from './texts.ts'
import '../../app/shapes.css'
import './messages.css'

type Message = Awaited<ReturnType<typeof client.care.messages>>['rows'][number]

/** The outbox: every message as it would leave the house. */
export default function MessagesPage() {
  const t = useTexts(messageTexts)
  const { store } = useStore()
  const outbox = useInfiniteQuery(
    api.care.messages.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  )
  const rows = outbox.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      <Panel flush>
        {outbox.isPending ? (
          <LoadingState rows={8} />
        ) : outbox.isError ? (
          <ErrorState error={outbox.error} retry={() => void outbox.refetch()} />
        ) : rows.length === 0 ? (
          <EmptyState title={t.empty} text={t.emptyText} />
        ) : (
          <ul>
            {rows.map((message) => (
              <MessageRow key={message.id} message={message} />
            ))}
          </ul>
        )}
        {outbox.hasNextPage ? (
          <Button block type="text" loading={outbox.isFetchingNextPage} onClick={() => void outbox.fetchNextPage()}>
            {t.more}
          </Button>
        ) : null}
      </Panel>
    </>
  )
}

function MessageRow({ message }: { message: Message }) {
  const t = useTexts(messageTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  return (
    <li className="message">
      <div className="message-head">
        <span className="num muted">{f.moment(message.createdAt)}</span>
        <Link
          to="/s/$storeCode/customers/$customerId"
          params={{ storeCode: store.code, customerId: message.customerId }}
        >
          {message.customerName}
        </Link>
        <span className="muted num">
          {t.to} {message.recipientMasked}
        </span>
        <span className="mark">{word(words.channel, message.channel)}</span>
        <span className="mark">{word(t.purposes, message.purpose)}</span>
        <span className="mark mark-info">{word(t.states, message.state)}</span>
      </div>
      <p className="message-body">
        {message.body} <span className="muted">{t.length({ n: f.number([...message.body].length) })}</span>
      </p>
    </li>
  )
}
