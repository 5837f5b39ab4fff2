import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { api, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { weatherTexts } from './texts.ts'

export type WeatherAlert = Awaited<ReturnType<typeof client.weather.alerts>>['rows'][number]

/** One warning: where, what, how long, whom it reaches, and the way to lift it. */
export function AlertRow({ alert }: { alert: WeatherAlert }) {
  const t = useTexts(weatherTexts)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const lift = useMutation({
    mutationFn: () => client.weather.liftAlert({ storeId: store.id, alertId: alert.id }),
    onSuccess: async () => {
      notify('success', t.liftDone)
      await queries.invalidateQueries({ queryKey: api.weather.key() })
    },
  })
  const state = alert.inForce ? t.inForce : alert.liftedAt === alert.endsAt || !alert.liftedAt ? t.over : t.lifted
  return (
    <li className="alert-row" data-over={!alert.inForce}>
      <span className="alert-level" data-level={alert.level} aria-hidden="true" />
      <span className="alert-what">
        <strong>
          {alert.kind} {t.levels[alert.level]}
        </strong>
        {alert.area} <span className={alert.inForce ? 'mark mark-warning' : 'mark'}>{state}</span>{' '}
        {alert.source === 'hand' ? <span className="mark">{t.byHand}</span> : null}
        <br />
        <span className="muted num">{t.until({ from: f.moment(alert.issuedAt), to: f.moment(alert.endsAt) })}</span>
      </span>
      <span className="alert-numbers num">
        {t.touched({ n: f.number(alert.touched) })}
        <br />
        {alert.notices > 0 ? t.notices({ n: f.number(alert.notices), sent: f.number(alert.sent) }) : t.noNotices}
      </span>
      <span className="alert-action">
        {alert.inForce ? (
          <Popconfirm
            title={t.liftAsk({ kind: alert.kind })}
            okText={t.lift}
            cancelText={t.back}
            onConfirm={() => lift.mutate()}
          >
            <Button
              size="small"
              type="text"
              danger
              loading={lift.isPending}
              aria-label={`${t.lift} ${alert.kind} ${alert.area}`}
            >
              {t.lift}
            </Button>
          </Popconfirm>
        ) : null}
      </span>
    </li>
  )
}
