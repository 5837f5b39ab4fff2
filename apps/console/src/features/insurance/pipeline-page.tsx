import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Segmented, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { careWords, word } from '../calls/words.ts'
import { insuranceTexts } from './texts.ts'
import '../../app/shapes.css'
import './insurance.css'

type Row = Answers['insurance']['pipeline']['rows'][number]
const states = ['all', 'unplanned', 'waiting', 'working', 'renewed', 'lost'] as const
type State = (typeof states)[number]

/** Whose insurance expires in the coming months, and where each renewal stands (INS-01). */
export default function PipelinePage() {
  const t = useTexts(insuranceTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const [months, setMonths] = useState(2)
  const [state, setState] = useState<State>('all')
  const list = useInfiniteQuery({
    ...api.insurance.pipeline.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, months, state, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
    placeholderData: (before) => before,
  })
  const counts = list.data?.pages[0]?.counts
  const all = counts && Object.values(counts).reduce((sum, one) => sum + one, 0)
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      <div className="insurance-bar">
        <Select
          aria-label={t.months}
          value={months}
          onChange={setMonths}
          options={[1, 2, 3, 6].map((n) => ({ value: n, label: t.monthsN({ n }) }))}
        />
        <Segmented<State>
          aria-label={t.state}
          value={state}
          onChange={setState}
          options={states.map((one) => ({
            value: one,
            label: `${t.states[one]} ${counts ? f.number(one === 'all' ? all : counts[one]) : ''}`,
          }))}
        />
        {may('task.supervise') && rows.length > 0 ? (
          <ExportButton
            label={t.excel}
            make={() => client.insurance.exportPipeline({ storeId: store.id, months, state })}
          />
        ) : null}
      </div>
      {list.isPending ? (
        <LoadingState rows={10} />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Panel>
          <EmptyState title={t.empty} text={t.emptyText} />
        </Panel>
      ) : (
        <Panel title={t.title} flush>
          <table className="plain-table">
            <thead>
              <tr>
                {[t.expires, t.car, t.customer, t.compulsory, t.commercial, t.insurer, t.progress, t.who].map(
                  (head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ),
                )}
                <th scope="col" className="figure">
                  {t.tries}
                </th>
                <th scope="col">{t.next}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <PipelineRow key={row.vehicleId} row={row} />
              ))}
            </tbody>
          </table>
          {list.hasNextPage ? (
            <Button block type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t.more}
            </Button>
          ) : null}
        </Panel>
      )}
    </>
  )
}

const look: Readonly<Record<Row['state'], string>> = {
  unplanned: 'mark',
  waiting: 'mark mark-info',
  working: 'mark mark-warning',
  renewed: 'mark mark-primary',
  lost: 'mark mark-danger',
}

function PipelineRow({ row }: { row: Row }) {
  const t = useTexts(insuranceTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  const open = row.taskId !== null && (row.state === 'waiting' || row.state === 'working') && row.outcome === null
  return (
    <tr>
      <th scope="row" className="num">
        {f.day(row.expiresOn)}
      </th>
      <td>
        {row.plate ?? '—'} <span className="muted">{row.model}</span>
      </td>
      <td>
        <Link
          to="/s/$storeCode/customers/$customerId"
          params={{ storeCode: store.code, customerId: row.customerId }}
          className="insurance-name"
        >
          {row.customerName}
        </Link>
      </td>
      <td className="num">{f.day(row.compulsoryOn)}</td>
      <td className="num">{f.day(row.commercialOn)}</td>
      <td>{row.insurer ?? '—'}</td>
      <td>
        <span className={look[row.state]}>{t.states[row.state]}</span>{' '}
        {row.outcome && row.state !== 'renewed' ? (
          <span className="muted">{word(words.outcome, row.outcome)}</span>
        ) : null}
      </td>
      <td>{row.assigneeName ?? <span className="muted">{t.anybody}</span>}</td>
      <td className="figure">{f.number(row.attempts)}</td>
      <td className="num">
        {open ? (
          <Link to="/s/$storeCode/calls" params={{ storeCode: store.code }} search={{ task: row.taskId }}>
            {row.nextAt ? f.moment(row.nextAt) : t.call}
          </Link>
        ) : (
          '—'
        )}
      </td>
    </tr>
  )
}
