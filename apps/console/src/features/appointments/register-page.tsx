import { LeftOutlined, PrinterOutlined, RightOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { HandOver } from './hand-over.tsx'
import { RegisterSheet } from './register-sheet.tsx'
import { registerTexts } from './register-texts.ts'
import { appointmentTexts } from './texts.ts'
import '../../app/shapes.css'
import '../../app/print.css'
import './appointments.css'
import './register.css'

type Register = Answers['register']['day']

/** The booking register 预约登记表 of a day (CARE-10): two copies to print, and that it was handed to the front desk. */
export default function RegisterPage() {
  const t = useTexts(registerTexts)
  const words = useTexts(appointmentTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const [day, choose] = useDay()
  const input = { storeId: store.id, day }
  const register = useQuery({ ...api.register.day.queryOptions({ input }), refetchInterval: 60_000 })
  const [whole, setWhole] = useState<Register>()
  const numbers = useMutation({ mutationFn: () => client.register.withNumbers(input), onSuccess: setWhole })
  // whole numbers are those of the day and list they were asked for
  useEffect(() => setWhole((given) => (given?.status.day === day ? given : undefined)), [day])
  const step = (days: number) => choose(Temporal.PlainDate.from(day).add({ days }).toString())
  const data = register.data
  const shown = data && whole && sameList(data, whole) ? whole : data
  const some = (data?.entries.length ?? 0) > 0
  return (
    <>
      <Link to="/s/$storeCode/appointments" params={{ storeCode: store.code }} className="page-back no-print">
        ‹ {t.back}
      </Link>
      <div className="no-print">
        <PageHeader
          title={t.title}
          subtitle={data ? t.total({ n: f.number(data.entries.length) }) : '\u00a0'}
          extra={
            <>
              {may('phone.unmask') && some ? (
                shown === whole && whole ? (
                  <Button onClick={() => setWhole(undefined)}>{t.hide}</Button>
                ) : (
                  <Tooltip title={t.numbersHint}>
                    <Button loading={numbers.isPending} onClick={() => numbers.mutate()}>
                      {t.numbers}
                    </Button>
                  </Tooltip>
                )
              ) : null}
              <Button type="primary" icon={<PrinterOutlined />} disabled={!some} onClick={() => window.print()}>
                {t.print}
              </Button>
            </>
          }
        />
        <div className="appointment-bar">
          <Button icon={<LeftOutlined />} aria-label={words.previous} onClick={() => step(-1)} />
          <span className="day-box">
            <DayInput label={words.newDay} value={day} onChange={(next) => next && choose(next)} />
          </span>
          <Button icon={<RightOutlined />} aria-label={words.next} onClick={() => step(1)} />
          {data ? <HandOver status={data.status} /> : null}
        </div>
      </div>
      {register.isPending ? (
        <LoadingState rows={8} />
      ) : register.isError ? (
        <ErrorState error={register.error} retry={() => void register.refetch()} />
      ) : some && shown ? (
        <>
          <RegisterSheet register={shown} copy={t.forFront} />
          <RegisterSheet register={shown} copy={t.forCare} />
        </>
      ) : (
        <div className="panel">
          <EmptyState title={t.none} />
        </div>
      )}
    </>
  )
}

const sameList = (one: Register, other: Register) => one.status.list === other.status.list

/** The day in the address; tomorrow where none stands there. */
function useDay(): [string, (day: string) => void] {
  const { store } = useStore()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const given = typeof search.day === 'string' && /^\d{4}-\d\d-\d\d$/.test(search.day) ? search.day : undefined
  const day = given ?? Temporal.PlainDate.from(store.today).add({ days: 1 }).toString()
  return [day, (next) => void navigate({ to: '.', search: { day: next }, replace: true })]
}
