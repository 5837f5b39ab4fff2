import type { AudienceSend } from '@changhui/contract/audiences'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm, Progress } from 'antd'
import { api, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { useReason } from './check.tsx'
import { audienceTexts } from './texts.ts'

/** While one is under way its numbers are asked for so often. */
const LIVE_MS = 2_000

/** Notices so far, with how far they are and what became of their messages. */
export function Notices() {
  const t = useTexts(audienceTexts)
  const { store } = useStore()
  const notices = useInfiniteQuery(
    api.audiences.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, limit: 20, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      refetchInterval: ({ state }) =>
        state.data?.pages.some((page) => page.rows.some((one) => one.state === 'running')) ? LIVE_MS : false,
    }),
  )
  const rows = notices.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Panel title={t.list} flush>
      {notices.isPending ? (
        <LoadingState rows={3} />
      ) : notices.isError ? (
        <ErrorState error={notices.error} retry={() => void notices.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState title={t.listEmpty} text={t.listEmptyText} />
      ) : (
        <ul>
          {rows.map((one) => (
            <Notice key={one.id} notice={one} />
          ))}
        </ul>
      )}
      {notices.hasNextPage ? (
        <Button block type="text" loading={notices.isFetchingNextPage} onClick={() => void notices.fetchNextPage()}>
          {t.more}
        </Button>
      ) : null}
    </Panel>
  )
}

function Notice({ notice }: { notice: AudienceSend }) {
  const t = useTexts(audienceTexts)
  const w = useTexts(words)
  const f = useFormat()
  const { store, may } = useStore()
  const queries = useQueryClient()
  const reasonOf = useReason()
  const stop = useMutation({
    mutationFn: () => client.audiences.stop({ storeId: store.id, audienceId: notice.id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.audiences.list.key() }),
  })
  const done = notice.customers - notice.waiting
  return (
    <li className="audience-notice">
      <div className="audience-head">
        <strong>{notice.name}</strong>
        <span className="mark">{word(w.channel, notice.channel)}</span>
        <span className={notice.state === 'running' ? 'mark mark-primary' : 'mark'}>{t.states[notice.state]}</span>
        <span className="muted">{t.by({ name: notice.createdByName ?? '—', at: f.moment(notice.createdAt) })}</span>
        {notice.state === 'running' && may('message.send') ? (
          <Popconfirm
            title={t.stopAsk}
            description={t.stopText}
            okText={t.stop}
            cancelText={t.cancel}
            onConfirm={() => stop.mutate()}
          >
            <Button size="small" danger loading={stop.isPending}>
              {t.stop}
            </Button>
          </Popconfirm>
        ) : null}
      </div>
      <div className="audience-progress">
        {notice.state === 'running' ? (
          <Progress
            percent={Math.floor((100 * done) / Math.max(1, notice.customers))}
            size="small"
            showInfo={false}
            aria-label={t.states.running}
          />
        ) : null}
        <span className="num">{t.progress({ done: f.number(done), all: f.number(notice.customers) })}</span>
        {notice.messages.map((one) => (
          <span key={one.state} className="muted">
            {word(t.messageStates, one.state)} {f.number(one.customers)}
          </span>
        ))}
        {notice.leftOut.map((one) => (
          <span key={one.reason} className="muted">
            {t.leftOut}: {reasonOf(one.reason)} {f.number(one.customers)}
          </span>
        ))}
      </div>
    </li>
  )
}
