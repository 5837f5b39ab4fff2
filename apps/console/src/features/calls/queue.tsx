import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input, Progress, Segmented, Select, Tooltip } from 'antd'
import { useDeferredValue, useState } from 'react'
import { api, client } from '../../app/api.ts'
import { saveFile } from '../../app/download.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { groupByHour, type When } from './groups.ts'
import { callTexts } from './texts.ts'
import { careWords, word } from './words.ts'

export type Row = Awaited<ReturnType<typeof client.care.calls>>['rows'][number]

const LIST_POLL_MS = 15_000

interface Props {
  readonly currentId: string | null
  readonly programme: string | undefined
  readonly onProgramme: (programme: string | undefined) => void
  readonly onTake: (id: string) => void
  readonly busy: boolean
}

/** The queue: counts of the day, what is due now or later, by hour and priority. */
export function Queue({ currentId, programme, onProgramme, onTake, busy }: Props) {
  const t = useTexts(callTexts)
  const { store, may } = useStore()
  const [when, setWhen] = useState<When>('now')
  const [typed, setTyped] = useState('')
  const query = useDeferredValue(typed.trim()) || undefined
  const [whose, setWhose] = useState<'mine' | 'all'>('mine')
  const filters = { storeId: store.id, when, programme, query, whose }
  const list = useInfiniteQuery({
    ...api.care.calls.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filters, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
    refetchInterval: LIST_POLL_MS,
    placeholderData: (before) => before,
  })
  const excel = useMutation({
    mutationFn: () => client.care.callsExport(filters),
    onSuccess: saveFile,
  })
  const first = list.data?.pages[0]
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <section className="call-queue panel" aria-label={t.queueTitle}>
      <DayCounts counts={first} />
      <div className="call-filters">
        <Segmented<When>
          block
          value={when}
          onChange={setWhen}
          aria-label={t.whenLabel}
          options={[
            { value: 'now', label: t.whenNow },
            { value: 'today', label: t.whenToday },
            { value: 'all', label: t.whenAll },
          ]}
        />
        {may('task.supervise') ? (
          <Segmented<'mine' | 'all'>
            block
            size="small"
            value={whose}
            onChange={setWhose}
            aria-label={t.whose}
            options={[
              { value: 'mine', label: t.whoseMine },
              { value: 'all', label: t.whoseAll },
            ]}
          />
        ) : null}
        <div className="call-filter-row">
          <ProgrammeSelect value={programme} onChange={onProgramme} />
          <Input
            allowClear
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder={t.search}
            aria-label={t.search}
            maxLength={40}
          />
          {may('task.supervise') ? (
            <Tooltip title={t.exportExcel}>
              <Button
                icon={<DownloadOutlined />}
                aria-label={t.exportExcel}
                loading={excel.isPending}
                onClick={() => excel.mutate()}
              />
            </Tooltip>
          ) : null}
        </div>
      </div>
      <div className="call-rows">
        {list.isPending ? (
          <LoadingState rows={8} />
        ) : list.isError && rows.length === 0 ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : rows.length === 0 ? (
          <EmptyState title={when === 'now' ? t.queueEmptyNow : t.queueEmpty} text={t.queueEmptyNext} />
        ) : (
          <>
            {groupByHour(rows, new Date().toISOString(), store.timeZone, store.today).map((group) => (
              <section key={group.key} aria-label={group.label ?? t.groupNow}>
                <h2 className="call-group">
                  {group.label ?? t.groupNow} <span className="muted">{group.rows.length}</span>
                </h2>
                <ul>
                  {group.rows.map((row) => (
                    <li key={row.id}>
                      <QueueRow row={row} current={row.id === currentId} busy={busy} onTake={onTake} />
                    </li>
                  ))}
                </ul>
              </section>
            ))}
            {list.hasNextPage ? (
              <Button block type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t.loadMore}
              </Button>
            ) : null}
          </>
        )}
      </div>
    </section>
  )
}

function QueueRow(props: { row: Row; current: boolean; busy: boolean; onTake: (id: string) => void }) {
  const { row, current } = props
  const t = useTexts(callTexts)
  const f = useFormat()
  const words = useTexts(careWords)
  const { store, me } = useStore()
  const late = row.callBy < store.today
  const other = row.claimedByName !== null && !current
  return (
    <button
      type="button"
      className="call-row"
      aria-current={current ? 'true' : undefined}
      disabled={props.busy}
      onClick={() => props.onTake(row.id)}
    >
      <span className="call-row-name">{row.customerName}</span>
      <span className="call-row-marks">
        {late ? <span className="mark mark-danger">{t.overdue}</span> : null}
        {row.attempts > 0 ? <span className="mark">{t.attemptsN({ n: row.attempts })}</span> : null}
        {row.heldBy ? <span className="mark mark-warning">{word(words.gate, row.heldBy)}</span> : null}
        {row.nextAt ? <span className="num">{f.time(row.nextAt)}</span> : null}
      </span>
      <span className="call-row-car">
        {row.vehicleId ? (row.plate ?? t.plateUnknown) : word(words.programme, row.programme)}
        {row.model ? ` · ${row.model}` : ''}
      </span>
      {row.assigneeName && row.assigneeId !== me.user.id ? (
        <span className="call-row-who">{t.assignedTo({ name: row.assigneeName })}</span>
      ) : null}
      {current ? <span className="call-row-who call-row-mine">{t.mine}</span> : null}
      {other ? <span className="call-row-who">{t.claimedBy({ name: row.claimedByName ?? '' })}</span> : null}
    </button>
  )
}

interface Counts {
  readonly waiting: number
  readonly later: number
  readonly doneToday: number
  readonly dueToday: number
}
function DayCounts({ counts }: { counts: Counts | undefined }) {
  const t = useTexts(callTexts)
  const f = useFormat()
  const share = counts && counts.dueToday > 0 ? counts.doneToday / counts.dueToday : null
  return (
    <div className="call-counts">
      <dl>
        <div>
          <dt>{t.waiting}</dt>
          <dd className="num">{f.number(counts?.waiting)}</dd>
        </div>
        <div>
          <dt>{t.later}</dt>
          <dd className="num">{f.number(counts?.later)}</dd>
        </div>
        <div>
          <dt>{t.done}</dt>
          <dd className="num">
            {counts ? t.doneOf({ done: f.number(counts.doneToday), due: f.number(counts.dueToday) }) : '—'}
          </dd>
        </div>
      </dl>
      <Progress
        percent={Math.min(100, Math.round((share ?? 0) * 100))}
        size="small"
        strokeColor="var(--ch-primary)"
        aria-label={t.progress}
        showInfo={false}
      />
    </div>
  )
}

/** The programmes of the store as a filter. */
export function ProgrammeSelect(props: {
  value: string | undefined
  onChange: (programme: string | undefined) => void
}) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const { store } = useStore()
  const programmes = useQuery({
    ...api.settings.programmes.queryOptions({ input: { storeId: store.id } }),
    staleTime: 10 * 60_000,
  })
  return (
    <Select
      className="call-programme"
      value={props.value ?? ''}
      onChange={(value) => props.onChange(value || undefined)}
      aria-label={t.programme}
      options={[
        { value: '', label: t.allProgrammes },
        ...(programmes.data ?? []).map(({ programme }) => ({
          value: programme,
          label: word(words.programme, programme),
        })),
      ]}
    />
  )
}
