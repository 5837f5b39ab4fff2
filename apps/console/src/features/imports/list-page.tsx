import { ImportOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { importKinds, isWorking, stateChip } from './kinds.ts'
import { texts } from './texts.ts'
import { Upload } from './upload.tsx'
import './imports.css'

export default function ImportsPage() {
  const t = useTexts(texts)
  const format = useFormat()
  const { store } = useStore()
  const { kind } = useSearch({ from: '/s/$storeCode/imports' })
  const list = useInfiniteQuery(
    api.imports.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, limit: 20, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      refetchInterval: (query) =>
        query.state.data?.pages.some((page) => page.rows.some((row) => isWorking(row.state))) ? 1500 : false,
    }),
  )
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const body = () => {
    if (list.isPending) return <LoadingState rows={5} />
    if (list.isError && rows.length === 0) return <ErrorState error={list.error} retry={() => void list.refetch()} />
    if (rows.length === 0) return <EmptyState icon={<ImportOutlined aria-hidden />} title={t.none} text={t.noneText} />
    return (
      <>
        <table className="list-table imports-table">
          <thead>
            <tr>
              <th scope="col">{t.column.file}</th>
              <th scope="col" className="from-720">
                {t.column.kind}
              </th>
              <th scope="col">{t.column.state}</th>
              <th scope="col" className="cell-number from-720">
                {t.column.read}
              </th>
              <th scope="col" className="cell-number from-1000">
                {t.column.created}
              </th>
              <th scope="col" className="cell-number from-1000">
                {t.column.updated}
              </th>
              <th scope="col" className="cell-number">
                {t.column.rejected}
              </th>
              <th scope="col" className="from-1000">
                {t.column.by}
              </th>
              <th scope="col" className="from-720">
                {t.column.at}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td className="imports-file">
                  <Link to="/s/$storeCode/imports/$importId" params={{ storeCode: store.code, importId: row.id }}>
                    {row.fileName}
                  </Link>{' '}
                  <span className="muted num">{format.bytes(row.sizeBytes)}</span>
                </td>
                <td className="from-720">{t.kind[row.kind]}</td>
                <td>
                  <span className={`chip ${stateChip[row.state]}`}>{t.state[row.state]}</span>
                </td>
                <td className="cell-number num from-720">{format.number(row.counts?.read)}</td>
                <td className="cell-number num from-1000">{format.number(row.counts?.created)}</td>
                <td className="cell-number num from-1000">{format.number(row.counts?.updated)}</td>
                <td className="cell-number num">
                  {row.counts && row.counts.rejected > 0 ? (
                    <span className="chip chip-warning">{format.number(row.counts.rejected)}</span>
                  ) : (
                    format.number(row.counts?.rejected)
                  )}
                </td>
                <td className="from-1000">{row.createdByName ?? '—'}</td>
                <td className="num from-720">{format.moment(row.createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {list.hasNextPage ? (
          <div className="list-foot">
            <Button size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t.more}
            </Button>
          </div>
        ) : null}
      </>
    )
  }
  return (
    <>
      <PageHeader title={t.title} subtitle={t.lead} />
      <Upload initialKind={importKinds.find((one) => one === kind) ?? 'customers'} />
      <Panel title={t.history} flush>
        {body()}
      </Panel>
    </>
  )
}
