import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Popconfirm } from 'antd'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { Wide } from '../../app/wide.tsx'
import { word } from '../../app/words.ts'
import { texts } from './texts.ts'

/** What was merged, by whom, and the way back. */
export function Merges() {
  const t = useTexts(texts)
  const format = useFormat()
  const cache = useQueryClient()
  const { store } = useStore()
  const list = useInfiniteQuery(
    api.quality.merges.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.nextCursor ?? undefined,
    }),
  )
  const undo = useMutation({
    ...api.quality.undoMerge.mutationOptions(),
    onSuccess: () => {
      notify('success', t.undone)
      void cache.invalidateQueries({ queryKey: api.quality.key() })
      void cache.invalidateQueries({ queryKey: api.customers.key() })
    },
  })
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  if (list.isPending) return <LoadingState rows={6} />
  if (list.isError && rows.length === 0) return <ErrorState error={list.error} retry={() => void list.refetch()} />
  if (rows.length === 0) return <EmptyState title={t.history.none} text={t.history.noneText} />
  return (
    <>
      <Wide>
        <table className="list-table">
          <thead>
            <tr>
              <th scope="col">{t.history.at}</th>
              <th scope="col">{t.history.stays}</th>
              <th scope="col">{t.history.gone}</th>
              <th scope="col">{t.history.moved}</th>
              <th scope="col">{t.history.by}</th>
              <th scope="col">{t.history.state}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td className="num">{format.moment(row.mergedAt)}</td>
                <td>
                  <Link
                    to="/s/$storeCode/customers/$customerId"
                    params={{ storeCode: store.code, customerId: row.survivorId }}
                  >
                    {row.survivorName}
                  </Link>
                </td>
                <td>{row.mergedName}</td>
                <td>
                  {Object.entries(row.moved)
                    .filter(([table]) => table in t.tables)
                    .map(([table, n]) => t.movedOne(word(t.tables, table), format.number(n)))
                    .join(' · ') || '—'}
                </td>
                <td>{row.mergedByName ?? '—'}</td>
                <td>
                  {row.undoneAt ? (
                    <span className="muted">
                      {t.history.undone(row.undoneByName ?? '—', format.moment(row.undoneAt))}
                    </span>
                  ) : (
                    <Popconfirm
                      title={t.undoAsk(row.mergedName)}
                      okText={t.confirmUndo}
                      cancelText={t.dialog.cancel}
                      onConfirm={() => undo.mutate({ storeId: store.id, mergeId: row.id })}
                    >
                      <Button size="small" loading={undo.isPending && undo.variables.mergeId === row.id}>
                        {t.undo} <span className="visually-hidden">{row.mergedName}</span>
                      </Button>
                    </Popconfirm>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {list.hasNextPage ? (
        <div className="list-foot">
          <Button size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t.history.more}
          </Button>
        </div>
      ) : null}
    </>
  )
}
