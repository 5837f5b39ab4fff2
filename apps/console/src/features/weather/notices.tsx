import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../app/api.ts'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { weatherTexts } from './texts.ts'

type Month = Awaited<ReturnType<typeof client.weather.notices>>

const marks = { sent: 'mark mark-primary', coming: 'mark mark-info', missed: 'mark mark-danger' } as const

/** Festivals and weather of a month: what was sent, what is to come, how many more are needed. */
export function Notices() {
  const t = useTexts(weatherTexts)
  const f = useFormat()
  const { store } = useStore()
  const [chosen, choose] = useState<string | null>(null)
  const month = chosen ?? store.today.slice(0, 7)
  const go = (months: number) => choose(Temporal.PlainYearMonth.from(month).add({ months }).toString())
  const notices = useQuery(api.weather.notices.queryOptions({ input: { storeId: store.id, month } }))
  return (
    <Panel
      title={t.month}
      extra={
        <>
          <Button size="small" icon={<LeftOutlined />} aria-label={t.previous} onClick={() => go(-1)} />
          <span className="num">{month}</span>
          <Button size="small" icon={<RightOutlined />} aria-label={t.next} onClick={() => go(1)} />
        </>
      }
    >
      {notices.isPending ? (
        <LoadingState rows={3} />
      ) : notices.isError ? (
        <ErrorState error={notices.error} retry={() => void notices.refetch()} />
      ) : (
        <>
          <Figures month={notices.data} />
          <p className="notice-hint">
            {notices.data.missing > 0
              ? t.short({ n: f.number(notices.data.missing) })
              : t.monthText({ least: f.number(notices.data.least) })}
          </p>
          <Occasions month={notices.data} />
        </>
      )}
    </Panel>
  )
}

function Figures({ month }: { month: Month }) {
  const t = useTexts(weatherTexts)
  const f = useFormat()
  return (
    <dl className="notice-figures">
      <div>
        <dt>{t.done}</dt>
        <dd className="num">{f.number(month.done)}</dd>
      </div>
      <div>
        <dt>{t.coming}</dt>
        <dd className="num">{f.number(month.planned - month.done)}</dd>
      </div>
      <div>
        <dt>{t.missing}</dt>
        <dd className={month.missing > 0 ? 'num notice-short' : 'num'}>{f.number(month.missing)}</dd>
      </div>
      {month.missing === 0 ? <span className="mark mark-primary">{t.enough}</span> : null}
    </dl>
  )
}

function Occasions({ month }: { month: Month }) {
  const t = useTexts(weatherTexts)
  const f = useFormat()
  const english = useLocale() === 'en'
  const list = [
    ...month.festivals.map((one) => ({ ...one, name: english ? one.en : one.zh })),
    ...month.weather.map((one) => ({
      ...one,
      name: one.kind,
      state: one.sent > 0 ? ('sent' as const) : ('coming' as const),
    })),
  ].toSorted((a, b) => (a.day < b.day ? -1 : 1))
  if (list.length === 0) return <p className="muted">{t.occasionsEmpty}</p>
  return (
    <ul className="notice-list">
      {list.map((one) => (
        <li key={`${one.name} ${one.day}`}>
          <span className="num muted">{one.day.slice(5)}</span>
          <strong>{one.name}</strong>
          <span className={marks[one.state]}>{t.states[one.state]}</span>
          {one.sent > 0 ? <span className="num muted">{t.people({ n: f.number(one.sent) })}</span> : null}
        </li>
      ))}
    </ul>
  )
}
