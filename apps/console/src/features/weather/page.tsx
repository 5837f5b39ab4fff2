import { PlusOutlined, SettingOutlined, SyncOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Segmented } from 'antd'
import { useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word } from '../../app/words.ts'
import { AlertForm } from './alert-form.tsx'
import { AlertRow } from './alert-row.tsx'
import { Notices } from './notices.tsx'
import { WeatherSettings } from './settings-form.tsx'
import { weatherTexts } from './texts.ts'
import '../../app/shapes.css'
import './weather.css'

type Source = Answers['weather']['alerts']['source']

/** Weather warnings with whom they reach, and the notices of the month. */
export default function WeatherPage() {
  const t = useTexts(weatherTexts)
  const { store, may } = useStore()
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<'alert' | 'settings' | null>(null)
  const alerts = useQuery({
    ...api.weather.alerts.queryOptions({ input: { storeId: store.id, all } }),
    refetchInterval: 60_000,
  })
  const source = alerts.data?.source
  const settings = useQuery(
    api.weather.settings.queryOptions({ input: { storeId: store.id }, enabled: may('setting.read') }),
  )
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          <>
            {source?.provider === 'qweather' ? <CheckNow /> : null}
            {may('setting.edit') ? (
              <Button icon={<SettingOutlined />} onClick={() => setOpen('settings')}>
                {t.settings}
              </Button>
            ) : null}
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen('alert')}>
              {t.add}
            </Button>
          </>
        }
      />
      {source && !source.regionKnown ? (
        <Alert type="warning" showIcon title={t.regionMissing} description={t.regionMissingText} />
      ) : null}
      <Notices />
      <Panel
        title={t.alerts}
        flush
        extra={
          <Segmented<'recent' | 'all'>
            size="small"
            aria-label={t.range}
            value={all ? 'all' : 'recent'}
            onChange={(next) => setAll(next === 'all')}
            options={[
              { value: 'recent', label: t.recent },
              { value: 'all', label: t.all },
            ]}
          />
        }
      >
        {alerts.isPending ? (
          <LoadingState rows={5} />
        ) : alerts.isError ? (
          <ErrorState error={alerts.error} retry={() => void alerts.refetch()} />
        ) : alerts.data.rows.length === 0 ? (
          <EmptyState title={t.empty} text={t.emptyText} />
        ) : (
          <ul>
            {alerts.data.rows.map((alert) => (
              <AlertRow key={alert.id} alert={alert} />
            ))}
          </ul>
        )}
      </Panel>
      {source ? <SourceLine source={source} /> : null}
      {open === 'alert' ? <AlertForm region={settings.data?.region ?? ''} onDone={() => setOpen(null)} /> : null}
      {open === 'settings' ? <WeatherSettings onDone={() => setOpen(null)} /> : null}
    </>
  )
}

function CheckNow() {
  const t = useTexts(weatherTexts)
  const { store } = useStore()
  const queries = useQueryClient()
  const check = useMutation({
    mutationFn: () => client.weather.check({ storeId: store.id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.weather.key() }),
  })
  return (
    <Button icon={<SyncOutlined />} loading={check.isPending} onClick={() => check.mutate()}>
      {t.check}
    </Button>
  )
}

/** How the provider was last asked, and whom its data comes from. */
function SourceLine({ source }: { source: Source }) {
  const t = useTexts(weatherTexts)
  const f = useFormat()
  const { provider, checkedAt, problem, attributions } = source
  const at = f.moment(checkedAt)
  const line =
    provider === 'none'
      ? t.source.none
      : checkedAt === null
        ? t.source.never
        : problem
          ? t.source.bad({ at, why: word(t.problems, problem) })
          : t.source.ok({ at })
  return (
    <p className="weather-source" role={problem ? 'alert' : undefined}>
      {line}
      {attributions.length > 0 ? ` · ${t.attribution} ${attributions.join(' ')}` : ''}
    </p>
  )
}
