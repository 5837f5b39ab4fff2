import { DownloadOutlined, LeftOutlined, RightOutlined, TeamOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { api, client } from '../../app/api.ts'
import { saveFile } from '../../app/download.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { Sharers } from './sharers.tsx'
import { texts } from './texts.ts'
import { Vehicles } from './vehicles.tsx'
import '../../app/shapes.css'
import './sharing.css'

/** Last month's new vehicles shared out among the advisors (BASE-10): who has which, reassign, share out now. */
export default function SharingPage() {
  const t = useTexts(texts)
  const format = useFormat()
  const { store, may } = useStore()
  const cache = useQueryClient()
  const [month, go] = useMonth()
  const input = { storeId: store.id, month: month.toString() }
  const list = useQuery(api.sharing.month.queryOptions({ input }))
  const changed = () => cache.invalidateQueries({ queryKey: api.sharing.key() })
  const run = useMutation({
    mutationFn: () => client.sharing.run(input),
    onSuccess: ({ given, unassigned }) => {
      notify(
        unassigned > 0 ? 'warning' : 'success',
        given + unassigned === 0 ? t.nothing : t.ran(format.number(given), format.number(unassigned)),
      )
      void changed()
    },
  })
  const download = useMutation({
    mutationFn: async () => saveFile(await client.sharing.export(input)),
    onSuccess: () => notify('success', t.exported),
  })
  const data = list.data
  const future = month.toString() > store.today
  const total = data ? t.total(format.number(data.rows.length), format.number(data.unassigned)) : '\u00a0'
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          <>
            <Button
              icon={<DownloadOutlined aria-hidden />}
              loading={download.isPending}
              disabled={!data || data.rows.length === 0}
              onClick={() => download.mutate()}
            >
              {t.export}
            </Button>
            <Button
              type="primary"
              loading={run.isPending}
              disabled={!data || data.unassigned === 0 || future}
              onClick={() => run.mutate()}
            >
              {t.run}
            </Button>
          </>
        }
      />
      <div className="sharing-bar">
        <Button icon={<LeftOutlined />} aria-label={t.previous} onClick={() => go(-1)} />
        <strong className="num">{t.month(String(month.year), String(month.month))}</strong>
        <Button icon={<RightOutlined />} aria-label={t.next} disabled={future} onClick={() => go(1)} />
        <span className="muted" aria-live="polite">
          {total}
        </span>
      </div>
      {list.isPending ? (
        <LoadingState rows={8} />
      ) : list.isError ? (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          <Sharers sharers={list.data.sharers} onChanged={() => void changed()} />
          {list.data.rows.length === 0 ? (
            <Panel title={t.list}>
              <EmptyState
                icon={<TeamOutlined aria-hidden />}
                title={t.empty}
                text={t.emptyText}
                action={
                  may('import.run') ? (
                    <Link to="/s/$storeCode/imports" params={{ storeCode: store.code }}>
                      <Button tabIndex={-1}>{t.toImport}</Button>
                    </Link>
                  ) : null
                }
              />
            </Panel>
          ) : (
            <Vehicles key={input.month} month={input.month} data={list.data} onChanged={() => void changed()} />
          )}
        </>
      )}
    </>
  )
}

/** The month in the address; last month where none stands there. */
function useMonth(): [Temporal.PlainDate, (by: number) => void] {
  const { store } = useStore()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const given = typeof search.month === 'string' && /^\d{4}-\d\d$/.test(search.month) ? `${search.month}-01` : undefined
  const month = given
    ? Temporal.PlainDate.from(given)
    : Temporal.PlainDate.from(store.today).with({ day: 1 }).subtract({ months: 1 })
  const go = (by: number) => {
    const next = month.add({ months: by }).toPlainYearMonth().toString()
    void navigate({ to: '.', search: { month: next }, replace: true })
  }
  return [month, go]
}
