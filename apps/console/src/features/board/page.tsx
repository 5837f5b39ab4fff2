import { ThunderboltOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { api, client } from '../../app/api.ts'
import { Chart } from '../../app/chart.tsx'
import { DayInput } from '../../app/day-input.tsx'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { RegisterOwed } from '../appointments/register-owed.tsx'
import { careWords, word } from '../calls/words.ts'
import { People } from './people.tsx'
import { Programmes } from './programmes.tsx'
import { Recent } from './recent.tsx'
import { boardTexts } from './texts.ts'
import { Workload } from './workload.tsx'
import '../../app/shapes.css'
import './board.css'

const BOARD_POLL_MS = 5_000

/** The supervisor's view of the day, live while the page is in front. */
export default function BoardPage() {
  const t = useTexts(boardTexts)
  const f = useFormat()
  const { store } = useStore()
  // null: today, whichever day that is by now
  const [chosen, choose] = useState<string | null>(null)
  const day = chosen ?? store.today
  const board = useQuery({
    ...api.care.board.queryOptions({ input: { storeId: store.id, day } }),
    // TanStack Query pauses an interval while the page is hidden.
    refetchInterval: chosen === null ? BOARD_POLL_MS : false,
    placeholderData: (before) => before,
  })
  const plan = usePlan()
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={board.data ? t.asOf({ time: f.moment(new Date(board.dataUpdatedAt).toISOString()) }) : t.subtitle}
        extra={
          <>
            <span className="day-box">
              <DayInput
                label={t.day}
                value={day}
                max={store.today}
                onChange={(next) => choose(next === store.today ? null : next)}
              />
            </span>
            <ExportButton label={t.excel} make={() => client.care.callsExport({ storeId: store.id, when: 'all' })} />
            <Button type="primary" icon={<ThunderboltOutlined />} loading={plan.running} onClick={plan.run}>
              {plan.running ? t.planning : t.planNow}
            </Button>
          </>
        }
      />
      <div aria-live="polite">{plan.notice}</div>
      <RegisterOwed pressing />
      {board.isPending ? (
        <LoadingState rows={10} />
      ) : board.isError && !board.data ? (
        <ErrorState error={board.error} retry={() => void board.refetch()} />
      ) : (
        <Board board={board.data} />
      )}
    </>
  )
}

type BoardData = Awaited<ReturnType<typeof client.care.board>>

function Board({ board }: { board: BoardData }) {
  const t = useTexts(boardTexts)
  return (
    <>
      <Panel title={t.programmes}>
        {board.programmes.length === 0 ? (
          <EmptyState title={t.programmesEmpty} text={t.programmesEmptyText} />
        ) : (
          <Programmes programmes={board.programmes.toSorted((a, b) => b.due + b.attempting - a.due - a.attempting)} />
        )}
      </Panel>
      <div className="board-columns">
        <div>
          <Panel title={t.people} flush>
            {board.people.length === 0 ? <EmptyState title={t.peopleEmpty} /> : <People people={board.people} />}
          </Panel>
          <Workload />
          <Panel>
            <Hours hours={board.hours} />
          </Panel>
        </div>
        <Panel title={t.recent} flush>
          {board.recent.length === 0 ? <EmptyState title={t.recentEmpty} /> : <Recent recent={board.recent} />}
        </Panel>
      </div>
    </>
  )
}

function Hours({ hours }: { hours: BoardData['hours'] }) {
  const t = useTexts(boardTexts)
  return (
    <Chart
      title={t.hours}
      categoryTitle={t.hour}
      categories={hours.map((one) => `${String(one.hour).padStart(2, '0')}:00`)}
      series={[
        { name: t.calls, values: hours.map((one) => one.calls) },
        { name: t.reached, values: hours.map((one) => one.reached) },
      ]}
      height={220}
      texts={t}
    />
  )
}

/** Runs the daily plan and says what came of it. */
function usePlan() {
  const t = useTexts(boardTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const plan = useMutation({
    mutationFn: () => client.care.plan({ storeId: store.id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.care.key() }),
  })
  const lines = Object.entries(plan.data ?? {}).map(([programme, made]) =>
    t.planLine({
      programme: word(words.programme, programme),
      due: f.number(made.due),
      created: f.number(made.created),
    }),
  )
  return {
    run: () => plan.mutate(),
    running: plan.isPending,
    notice: plan.isSuccess ? (
      <Alert
        className="board-plan"
        type="success"
        showIcon
        closable={{ onClose: plan.reset }}
        title={`${t.planDone} · ${lines.join(' · ') || t.planNothing}`}
        description={t.planAgain}
      />
    ) : null,
  }
}
