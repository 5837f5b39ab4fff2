import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { api } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { CustomerCell } from './numbers.tsx'
import { callTexts } from './texts.ts'
import { careWords, word } from './words.ts'

/** Reminders that failed: all tries used, the message sent (CARE-14). */
export function Failures() {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const { store } = useStore()
  const list = useInfiniteQuery(
    api.care.failures.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  )
  if (list.isPending) return <LoadingState rows={8} />
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />
  const rows = list.data.pages.flatMap((page) => page.rows)
  if (rows.length === 0) return <EmptyState title={t.failuresEmpty} text={t.failuresText} />
  return (
    <section className="panel" aria-label={t.tabFailures}>
      <p className="call-list-text">{t.failuresText}</p>
      <ul className="call-cards">
        {rows.map((row) => (
          <li key={row.id} className="call-list-row">
            <CustomerCell row={row} />
            <span className="call-row-marks">
              <span className="mark">{t.attemptsN({ n: row.attempts })}</span>
              <span className="mark mark-warning">
                {word(words.outcome, row.outcome) || word(words.taskState, row.state)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button block type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t.loadMore}
        </Button>
      ) : null}
    </section>
  )
}
