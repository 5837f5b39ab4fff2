import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { type Answers, api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { RecordingButton } from '../callcentre/recording.tsx'
import { messageWords } from '../messages/words.ts'
import { texts as customerTexts } from './customer-texts.ts'
import { detail, groupOf, sentence, type TimelineGroup } from './sentence.ts'
import { texts } from './timeline-texts.ts'
import { texts as vehicleTexts } from './vehicle-texts.ts'

type Row = Answers['customers']['timeline']['rows'][number]
const groups = ['visits', 'contact', 'plan', 'changes'] as const

/** Everything that happened with a customer, newest first, one sentence a line, under its month. */
export function Timeline({ customerId, plates }: { customerId: string; plates: ReadonlyMap<string, string> }) {
  const t = useTexts(texts)
  const c = useTexts(customerTexts)
  const vehicle = useTexts(vehicleTexts)
  const w = useTexts(words)
  const format = useFormat()
  const { store } = useStore()
  const [only, setOnly] = useState<TimelineGroup>()
  const query = useInfiniteQuery(
    api.customers.timeline.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, customerId, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (last) => last.nextCursor ?? undefined,
    }),
  )
  const messages = useTexts(messageWords)
  const tables = { t, w, fields: c.field, vehicle, messages, format }
  const rows = (query.data?.pages.flatMap((page) => page.rows) ?? []).filter(
    (row) => !only || groupOf(row.kind) === only,
  )
  const months = Object.entries(Object.groupBy(rows, (row) => format.moment(row.at).slice(0, 7)))

  const line = (row: Row) => {
    const group = groupOf(row.kind)
    const small = detail(row.kind, row.data, tables)
    const plate = plates.size > 1 && row.vehicleId ? plates.get(row.vehicleId) : undefined
    return (
      <li key={row.id} className={`event event-${group}`}>
        <time dateTime={row.at} className="event-time">
          {format.moment(row.at).slice(5, 10)}
          {group === 'visits' ? null : <span className="muted"> {format.time(row.at)}</span>}
        </time>
        <div className="event-body">
          <div>
            {sentence(row.kind, row.data, tables)}
            {plate ? <span className="chip event-plate">{plate}</span> : null}
          </div>
          {small.length > 0 ? <div className="event-detail">{small.join(' · ')}</div> : null}
          {row.data.recorded === true && typeof row.data.phoneCallId === 'string' ? (
            <RecordingButton callId={row.data.phoneCallId} />
          ) : null}
        </div>
        <span className="event-actor">{row.actorName ?? (group === 'visits' ? '' : t.system)}</span>
      </li>
    )
  }
  const body = () => {
    if (query.isPending) return <LoadingState rows={6} />
    if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />
    if (rows.length === 0 && !query.hasNextPage) return <EmptyState title={t.empty} text={t.emptyText} />
    return (
      <>
        {months.map(([month, events]) => (
          <section key={month} aria-label={month}>
            <h3 className="event-month">{month}</h3>
            <ol className="events">{events?.map(line)}</ol>
          </section>
        ))}
        {query.hasNextPage ? (
          <div className="timeline-more">
            <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t.more}
            </Button>
          </div>
        ) : null}
      </>
    )
  }
  return (
    <Panel
      title={c.timeline}
      extra={
        <fieldset className="views views-tight" aria-label={t.filter.label}>
          {([undefined, ...groups] as const).map((group) => (
            <button
              key={group ?? 'all'}
              type="button"
              className="view"
              aria-pressed={only === group}
              onClick={() => setOnly(group)}
            >
              {t.filter[group ?? 'all']}
            </button>
          ))}
        </fieldset>
      }
    >
      {body()}
    </Panel>
  )
}
