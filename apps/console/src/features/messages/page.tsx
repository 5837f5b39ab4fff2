import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { api, client, showProblem } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { MessageDrawer } from './detail.tsx'
import { FilterBar, useFilters } from './filters.tsx'
import { MessageRow } from './row.tsx'
import { messageTexts } from './texts.ts'
import '../../app/shapes.css'
import './messages.css'

/** The outbox: every message with what became of it; the filters stand in the address. */
export default function MessagesPage() {
  const t = useTexts(messageTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const queries = useQueryClient()
  const [filters, setFilters] = useFilters()
  const [shown, setShown] = useState<string>()
  const outbox = useInfiniteQuery({
    ...api.messages.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, ...filters, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
    placeholderData: (before) => before,
  })
  const change = useMutation({
    mutationFn: ({ what, ids }: { what: 'retry' | 'giveUp'; ids: string[] }) =>
      client.messages[what]({ storeId: store.id, ids }),
    onSuccess: async ({ changed }, { what }) => {
      notify('success', (what === 'retry' ? t.retried : t.gaveUp)({ n: f.number(changed) }))
      await queries.invalidateQueries({ queryKey: api.messages.key() })
    },
    onError: showProblem,
  })
  const rows = outbox.data?.pages.flatMap((page) => page.rows) ?? []
  const filtered = Object.values(filters).some(Boolean)
  const manages = may('task.supervise')
  const act = (what: 'retry' | 'giveUp', ids: string[]) => change.mutate({ what, ids })
  const ids = rows.map(({ id }) => id)
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          manages ? (
            <ExportButton
              label={t.export}
              said={t.exported}
              make={() => client.messages.export({ storeId: store.id, ...filters })}
            />
          ) : null
        }
      />
      <FilterBar filters={filters} onChange={setFilters} />
      {filters.state === 'failed' && rows.length > 0 ? (
        <div className="messages-dead">
          <span className="muted">{t.deadLetters}</span>
          {manages ? (
            <span className="messages-actions">
              <Button size="small" loading={change.isPending} onClick={() => act('retry', ids)}>
                {t.retryAll({ n: f.number(ids.length) })}
              </Button>
              <Popconfirm title={t.giveUpAsk} onConfirm={() => act('giveUp', ids)} okText={t.giveUp}>
                <Button size="small" disabled={change.isPending}>
                  {t.giveUpAll({ n: f.number(ids.length) })}
                </Button>
              </Popconfirm>
            </span>
          ) : null}
        </div>
      ) : null}
      <Panel flush>
        {outbox.isPending ? (
          <LoadingState rows={8} />
        ) : outbox.isError && rows.length === 0 ? (
          <ErrorState error={outbox.error} retry={() => void outbox.refetch()} />
        ) : rows.length === 0 ? (
          <EmptyState
            title={filtered ? t.nothing : t.empty}
            text={filtered ? t.nothingText : t.emptyText}
            action={filtered ? <Button onClick={() => setFilters({})}>{t.clear}</Button> : null}
          />
        ) : (
          <ul>
            {rows.map((message) => (
              <MessageRow
                key={message.id}
                message={message}
                onShow={() => setShown(message.id)}
                onAct={manages ? (what) => act(what, [message.id]) : undefined}
              />
            ))}
          </ul>
        )}
        {outbox.hasNextPage ? (
          <Button block type="text" loading={outbox.isFetchingNextPage} onClick={() => void outbox.fetchNextPage()}>
            {t.more}
          </Button>
        ) : null}
      </Panel>
      <MessageDrawer messageId={shown} onClose={() => setShown(undefined)} />
    </>
  )
}
