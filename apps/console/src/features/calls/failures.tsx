import { useInfiniteQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { api, client } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { CustomerCell } from './numbers.tsx'
import { PagedList } from './paged.tsx'
import { ProgrammeSelect } from './queue.tsx'
import { callTexts } from './texts.ts'
import { careWords, word } from './words.ts'

/** Reminders that failed, by programme and month: all tries used, too late, or never allowed (CARE-14). */
export function Failures() {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store, may } = useStore()
  const [programme, setProgramme] = useState<string>()
  const [month, setMonth] = useState<string>()
  const filters = { storeId: store.id, programme, month }
  const list = useInfiniteQuery({
    ...api.care.failures.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filters, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
    placeholderData: (before) => before,
  })
  return (
    <>
      <div className="call-list-bar">
        <ProgrammeSelect value={programme} onChange={setProgramme} />
        <Select
          aria-label={t.month}
          value={month ?? ''}
          onChange={(value) => setMonth(value || undefined)}
          options={[
            { value: '', label: t.allMonths },
            ...lastMonths(store.today).map((value) => ({ value, label: value })),
          ]}
        />
        {may('task.supervise') ? (
          <ExportButton label={t.exportExcel} make={() => client.care.failuresExport(filters)} />
        ) : null}
      </div>
      <PagedList
        list={list}
        label={t.tabFailures}
        empty={t.failuresEmpty}
        text={t.failuresText}
        row={(row) => (
          <>
            <CustomerCell row={row} />
            <span className="call-row-marks">
              <span className="muted num">{f.moment(row.closedAt)}</span>
              {row.attempts > 0 ? <span className="mark">{t.attemptsN({ n: row.attempts })}</span> : null}
              <span className="mark mark-warning">
                {word(words.outcome, row.outcome) || word(words.taskState, row.state)}
              </span>
              {row.reason ? <span className="mark">{word(words.gate, row.reason)}</span> : null}
            </span>
          </>
        )}
      />
    </>
  )
}

/** The running month and the eleven before. */
function lastMonths(today: string): string[] {
  const now = Temporal.PlainDate.from(today).toPlainYearMonth()
  return Array.from({ length: 12 }, (_, back) => now.subtract({ months: back }).toString())
}
