import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { api, type client } from '../../app/api.ts'
import { DayRange } from '../../app/day-range.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { auditTexts } from './texts.ts'
import '../../app/shapes.css'
import './audit.css'

type Row = Awaited<ReturnType<typeof client.audit.list>>['rows'][number]
interface Filters {
  readonly action?: string | undefined
  readonly actorId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}
const filterKeys = ['action', 'actorId', 'from', 'to'] as const

/** The audit log, newest first; the filters stand in the address. */
export default function AuditPage() {
  const t = useTexts(auditTexts)
  const { store } = useStore()
  const [filters, setFilters] = useFilters()
  const log = useInfiniteQuery({
    ...api.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, ...filters, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
    placeholderData: (before) => before,
  })
  const rows = log.data?.pages.flatMap((page) => page.rows) ?? []
  const filtered = filterKeys.some((key) => filters[key])
  return (
    <>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      <FilterBar filters={filters} onChange={setFilters} />
      <Panel flush>
        {log.isPending ? (
          <LoadingState rows={10} />
        ) : log.isError && rows.length === 0 ? (
          <ErrorState error={log.error} retry={() => void log.refetch()} />
        ) : rows.length === 0 ? (
          <EmptyState
            title={t.empty}
            text={filtered ? t.emptyText : null}
            action={filtered ? <Button onClick={() => setFilters({})}>{t.clear}</Button> : null}
          />
        ) : (
          <Log rows={rows} />
        )}
        {log.hasNextPage ? (
          <Button block type="text" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t.more}
          </Button>
        ) : null}
      </Panel>
    </>
  )
}

function useFilters(): [Filters, (next: Filters) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const filters: Filters = Object.fromEntries(
    filterKeys.flatMap((key) => (typeof search[key] === 'string' && search[key] ? [[key, search[key]]] : [])),
  )
  return [filters, (next) => void navigate({ to: '.', search: { ...next }, replace: true })]
}

function FilterBar({ filters, onChange }: { filters: Filters; onChange: (next: Filters) => void }) {
  const t = useTexts(auditTexts)
  const { store } = useStore()
  const staff = useQuery({ ...api.staff.list.queryOptions({ input: { storeId: store.id } }), staleTime: 10 * 60_000 })
  const set = (change: Filters) => onChange({ ...filters, ...change })
  return (
    <search className="audit-filters">
      <Select
        aria-label={t.action}
        className="audit-select"
        value={filters.action ?? ''}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(action) => set({ action: action || undefined })}
        options={[
          { value: '', label: t.allActions },
          ...Object.entries(t.actions).map(([value, label]) => ({ value, label })),
        ]}
      />
      <Select
        aria-label={t.person}
        className="audit-select"
        value={filters.actorId ?? ''}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(actorId) => set({ actorId: actorId || undefined })}
        options={[
          { value: '', label: t.allPeople },
          ...(staff.data ?? []).map((one) => ({ value: one.userId, label: one.name })),
        ]}
      />
      <DayRange
        className="audit-range"
        from={filters.from}
        to={filters.to}
        fromLabel={t.from}
        toLabel={t.to}
        onChange={set}
      />
      {filterKeys.some((key) => filters[key]) ? (
        <Button type="text" onClick={() => onChange({})}>
          {t.clear}
        </Button>
      ) : null}
    </search>
  )
}

function Log({ rows }: { rows: readonly Row[] }) {
  const t = useTexts(auditTexts)
  const w = useTexts(words)
  const names = { ...t.details, ...w.role, ...w.programme }
  const f = useFormat()
  const { store } = useStore()
  return (
    <table className="plain-table">
      <thead>
        <tr>
          {[t.colAt, t.colWho, t.colWhat, t.colOn, t.colDetail].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td className="num">{f.moment(row.at)}</td>
            <td>{row.actorName === 'system' ? t.system : row.actorName}</td>
            <th scope="row">{word(t.actions, row.action)}</th>
            <td>
              {row.subjectKind === 'customer' && row.subjectId ? (
                <Link
                  to="/s/$storeCode/customers/$customerId"
                  params={{ storeCode: store.code, customerId: row.subjectId }}
                >
                  {t.customer}
                </Link>
              ) : (
                <Subject row={row} />
              )}
            </td>
            <td className="audit-detail">{detailText(row.detail, names)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

/** What was touched; a bare id says nothing to a reader, its last digits are enough to tell two apart. */
function Subject({ row }: { row: Row }) {
  const t = useTexts(auditTexts)
  const id = row.subjectId ? (uuid.test(row.subjectId) ? `…${row.subjectId.slice(-6)}` : row.subjectId) : ''
  return (
    <>
      {word(t.subjects, row.subjectKind)} <span className="muted">{id}</span>
    </>
  )
}

/** The codes of a line as `key: value`, roles and yes/no in words; ids are left out. */
function detailText(detail: Readonly<Record<string, unknown>>, names: Readonly<Record<string, string>>): string {
  const say = (value: unknown): string =>
    Array.isArray(value)
      ? value.map(say).join(', ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : word(names, String(value))
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '' && !(typeof value === 'string' && uuid.test(value)))
    .map(([key, value]) => `${word(names, key)}: ${say(value)}`)
    .join(' · ')
}
