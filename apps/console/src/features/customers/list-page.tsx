import { MergeCellsOutlined, PlusOutlined, TeamOutlined } from '@ant-design/icons'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { api, client } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { Wide } from '../../app/wide.tsx'
import { AddCustomer } from './add-customer.tsx'
import { CustomerTable } from './customer-table.tsx'
import { FilterBar } from './filter-bar.tsx'
import { apiFilters, type Filters, readFilters } from './filters.ts'
import { texts } from './list-texts.ts'
import { ViewsBar } from './views-bar.tsx'
import './customers.css'

export default function CustomersPage() {
  const t = useTexts(texts)
  const format = useFormat()
  const { store, may } = useStore()
  const navigate = useNavigate()
  const filters = readFilters(useSearch({ from: '/s/$storeCode/customers' }))
  const newPhone = useLocation({ select: ({ state }) => state.newPhone })
  const [adding, setAdding] = useState(false)
  useEffect(() => {
    // an unknown caller led here
    if (newPhone) setAdding(true)
  }, [newPhone])
  const wanted = { storeId: store.id, ...apiFilters(filters, store.today) }

  const setFilters = (next: Filters) =>
    void navigate({
      to: '/s/$storeCode/customers',
      params: { storeCode: store.code },
      search: { ...next },
      replace: true,
    })
  const list = useInfiniteQuery(
    api.customers.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...wanted, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  )
  const count = useQuery(api.customers.count.queryOptions({ input: wanted, placeholderData: keepPreviousData }))
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const more = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  }
  const filtered = Object.keys(filters).length > 0
  const add = may('customer.edit') ? (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  ) : null

  const body = () => {
    if (list.isPending) return <LoadingState rows={10} />
    if (list.isError && rows.length === 0) return <ErrorState error={list.error} retry={() => void list.refetch()} />
    if (rows.length === 0 && filtered)
      return (
        <EmptyState
          title={t.none}
          text={t.noneText}
          action={<Button onClick={() => setFilters({})}>{t.filter.clear}</Button>}
        />
      )
    if (rows.length === 0)
      return (
        <EmptyState
          icon={<TeamOutlined aria-hidden />}
          title={t.empty}
          text={t.emptyText}
          action={
            <>
              {may('import.run') ? (
                <Link to="/s/$storeCode/imports" params={{ storeCode: store.code }} className="ant-link">
                  <Button type="primary" tabIndex={-1}>
                    {t.toImport}
                  </Button>
                </Link>
              ) : null}
              {may('customer.edit') ? <Button onClick={() => setAdding(true)}>{t.add}</Button> : null}
            </>
          }
        />
      )
    return (
      <>
        <Wide busy={list.isPlaceholderData}>
          <CustomerTable rows={rows} onEnd={more} />
        </Wide>
        <div className="list-foot">
          <span className="muted" aria-live="polite">
            {t.loaded(format.number(rows.length))}
          </span>
          {list.hasNextPage ? (
            <Button size="small" loading={list.isFetchingNextPage} onClick={more}>
              {t.more}
            </Button>
          ) : (
            <span className="muted">{t.end}</span>
          )}
        </div>
      </>
    )
  }
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={
          <span aria-live="polite">
            {count.data ? t.count(format.number(count.data.count), count.data.exact) : '\u00a0'}
          </span>
        }
        extra={
          <>
            {may('customer.edit') ? (
              <Link to="/s/$storeCode/customers/duplicates" params={{ storeCode: store.code }}>
                <Button tabIndex={-1} icon={<MergeCellsOutlined aria-hidden />}>
                  {t.duplicates}
                </Button>
              </Link>
            ) : null}
            {may('customer.export') ? (
              <ExportButton
                label={t.export}
                said={t.exported}
                disabled={rows.length === 0}
                make={() => client.customers.export(wanted)}
              />
            ) : null}
            {add}
          </>
        }
      />
      <ViewsBar filters={filters} onChoose={setFilters} />
      <FilterBar filters={filters} onChange={(change) => setFilters(readFilters({ ...filters, ...change }))} />
      <div className="panel">{body()}</div>
      <AddCustomer open={adding} phone={newPhone} onClose={() => setAdding(false)} />
    </>
  )
}
