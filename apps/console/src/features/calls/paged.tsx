import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../app/page.tsx'
import { callTexts } from './texts.ts'

/** The parts of an endless query a list needs. */
interface Paged<Row> {
  readonly isPending: boolean
  readonly isError: boolean
  readonly error: unknown
  readonly data: { readonly pages: readonly { readonly rows: readonly Row[]; readonly total: number }[] } | undefined
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly refetch: () => unknown
  readonly fetchNextPage: () => unknown
}

/** A list that loads page by page: its states, its rows, and how many there are in all. */
export function PagedList<Row extends { readonly id: string }>(props: {
  list: Paged<Row>
  label: string
  empty: string
  text: string
  row: (row: Row) => ReactNode
}) {
  const { list, label, empty, text, row } = props
  const t = useTexts(callTexts)
  if (list.isPending) return <LoadingState rows={8} />
  const rows: Row[] = list.data?.pages.flatMap(({ rows: some }) => [...some]) ?? []
  if (list.isError && rows.length === 0) return <ErrorState error={list.error} retry={() => void list.refetch()} />
  if (rows.length === 0) return <EmptyState title={empty} text={text} />
  return (
    <section className="panel" aria-label={label}>
      <p className="call-list-text">
        {text} <strong className="num">{t.numbersTotal({ n: list.data?.pages[0]?.total ?? rows.length })}</strong>
      </p>
      <ul className="call-cards">
        {rows.map((one) => (
          <li key={one.id} className="call-list-row">
            {row(one)}
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
