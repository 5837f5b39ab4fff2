import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { GroupCard } from './group-card.tsx'
import { Merges } from './merges.tsx'
import { texts } from './texts.ts'
import '../../app/shapes.css'
import './duplicates.css'

type Tab = 'likely' | 'possible' | 'done'
const tabs: readonly Tab[] = ['likely', 'possible', 'done']
const LIMIT = 20

/** Records that may be one person (BASE-09): the evidence side by side, merge, two people, and the way back. */
export default function DuplicatesPage() {
  const t = useTexts(texts)
  const { store } = useStore()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const tab = tabs.find((one) => one === search.tab) ?? 'likely'
  return (
    <>
      <Link to="/s/$storeCode/customers" params={{ storeCode: store.code }} className="page-back">
        ‹ {t.back}
      </Link>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      <div className="duplicate-bar">
        <Segmented<Tab>
          aria-label={t.view}
          value={tab}
          onChange={(next) => void navigate({ to: '.', search: { tab: next }, replace: true })}
          options={tabs.map((value) => ({ value, label: t.tabs[value] }))}
        />
      </div>
      {tab === 'done' ? (
        <div className="panel">
          <Merges />
        </div>
      ) : (
        <Groups key={tab} level={tab} />
      )}
    </>
  )
}

function Groups({ level }: { level: 'likely' | 'possible' }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { store } = useStore()
  const found = useQuery(
    api.quality.duplicates.queryOptions({ input: { storeId: store.id, level, limit: LIMIT }, staleTime: 60_000 }),
  )
  if (found.isPending) return <LoadingState rows={10} />
  if (found.isError) return <ErrorState error={found.error} retry={() => void found.refetch()} />
  const { groups, total, complete } = found.data
  if (groups.length === 0)
    return (
      <div className="panel">
        <EmptyState title={t.none} text={t.noneText[level]} />
      </div>
    )
  return (
    <>
      <p className="muted duplicate-count" aria-live="polite">
        {t.count(format.number(total), complete)}
        {total > groups.length ? ` · ${t.shown(format.number(groups.length))}` : ''}
      </p>
      {groups.map((group) => (
        <GroupCard
          key={group.records
            .map(({ id }) => id)
            .sort()
            .join()}
          group={group}
        />
      ))}
    </>
  )
}
