import { LeftOutlined, PrinterOutlined, RightOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { api } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { AppointmentRow } from './appointment-row.tsx'
import { MoveForm } from './move-form.tsx'
import { RegisterOwed } from './register-owed.tsx'
import { registerTexts } from './register-texts.ts'
import { daysOf, spanOf } from './span.ts'
import { appointmentTexts } from './texts.ts'
import '../../app/shapes.css'
import '../../app/print.css'
import './appointments.css'

/** Who comes when: a day or a week, each day a list by time; printable for the reception desk. */
export default function AppointmentsPage() {
  const t = useTexts(appointmentTexts)
  const register = useTexts(registerTexts)
  const f = useFormat()
  const { store } = useStore()
  const [{ day, by }, choose] = useChosen()
  const [moving, setMoving] = useState<string | null>(null)
  const { from, to } = spanOf(day, by)
  const step = by === 'week' ? 7 : 1
  const go = (days: number) => choose({ day: Temporal.PlainDate.from(day).add({ days }).toString(), by })
  const list = useQuery({
    ...api.care.appointments.queryOptions({ input: { storeId: store.id, from, to } }),
    refetchInterval: 30_000,
  })
  const days = list.data ? daysOf(list.data, from, to) : []
  const some = (list.data?.length ?? 0) > 0
  const standing = list.data?.find((one) => one.id === moving)
  // somebody else moved it to a day that is not shown
  if (moving && list.data && !standing) setMoving(null)
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          <span className="appointment-print no-print">
            <Link
              to="/s/$storeCode/appointments/register"
              params={{ storeCode: store.code }}
              search={by === 'day' ? { day } : {}}
            >
              <Button type="primary" tabIndex={-1} icon={<PrinterOutlined />}>
                {register.open}
              </Button>
            </Link>
            <Button onClick={() => window.print()}>{t.print}</Button>
          </span>
        }
      />
      <p className="print-only">{t.printedAt({ store: store.name, at: f.moment(new Date().toISOString()) })}</p>
      <RegisterOwed />
      <div className="appointment-bar no-print">
        <Segmented<'day' | 'week'>
          aria-label={t.span}
          value={by}
          onChange={(next) => choose({ day, by: next })}
          options={[
            { value: 'day', label: t.day },
            { value: 'week', label: t.week },
          ]}
        />
        <Button icon={<LeftOutlined />} aria-label={t.previous} onClick={() => go(-step)} />
        <span className="day-box">
          <DayInput label={t.newDay} value={day} onChange={(next) => next && choose({ day: next, by })} />
        </span>
        <Button icon={<RightOutlined />} aria-label={t.next} onClick={() => go(step)} />
        <Button disabled={day === store.today} onClick={() => choose({ day: store.today, by })}>
          {t.today}
        </Button>
        {list.data ? <span className="muted num">{t.count({ n: f.number(list.data.length) })}</span> : null}
      </div>
      {list.isPending ? (
        <LoadingState rows={8} />
      ) : list.isError ? (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      ) : !some ? (
        <Panel>
          <EmptyState title={by === 'week' ? t.emptyWeek : t.emptyDay} text={t.emptyText} />
        </Panel>
      ) : (
        days.map((one) => (
          <Panel
            key={one.day}
            title={f.longDay(one.day)}
            extra={<span className="muted num">{t.count({ n: f.number(one.appointments.length) })}</span>}
            flush
            className={one.appointments.length === 0 ? 'appointment-none' : ''}
          >
            {one.appointments.length > 0 ? (
              <ul className="appointment-list">
                {one.appointments.map((appointment) => (
                  <AppointmentRow key={appointment.id} appointment={appointment} onMove={({ id }) => setMoving(id)} />
                ))}
              </ul>
            ) : null}
          </Panel>
        ))
      )}
      {standing ? <MoveForm key={standing.id} appointment={standing} onDone={() => setMoving(null)} /> : null}
    </>
  )
}

interface Chosen {
  readonly day: string
  readonly by: 'day' | 'week'
}
function useChosen(): [Chosen, (next: Chosen) => void] {
  const { store } = useStore()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const day = typeof search.day === 'string' && /^\d{4}-\d\d-\d\d$/.test(search.day) ? search.day : store.today
  const by = search.by === 'day' ? 'day' : 'week'
  return [{ day, by }, (next) => void navigate({ to: '.', search: { ...next }, replace: true })]
}
