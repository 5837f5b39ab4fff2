import { TeamOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { api, client } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { MonthBar, useMonth } from '../../app/month-bar.tsx'
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
  const [month, go] = useMonth(1)
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
            <ExportButton
              label={t.export}
              said={t.exported}
              disabled={!data || data.rows.length === 0}
              make={() => client.sharing.export(input)}
            />
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
      <MonthBar
        month={month}
        go={go}
        latest={store.today.slice(0, 7)}
        label={t.month(String(month.year), String(month.month))}
      >
        <span className="muted" aria-live="polite">
          {total}
        </span>
      </MonthBar>
      {list.isPending ? (
        <LoadingState rows={8} />
      ) : list.isError ? (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          <Sharers sharers={list.data.sharers} onChanged={changed} />
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
