import { LeftOutlined, PrinterOutlined, RightOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Input, Popconfirm, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { RegisterMark, RegisterSentence } from './register-owed.tsx'
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
          {data ? <HandOver register={data} /> : null}
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

/** Where the register stands, and the note that it was handed over. */
function HandOver({ register: { status } }: { register: Register }) {
  const t = useTexts(registerTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const cache = useQueryClient()
  const [receivedBy, setReceivedBy] = useState('')
  const save = useMutation({
    mutationFn: () =>
      client.register.handOver({
        storeId: store.id,
        day: status.day,
        list: status.list,
        receivedBy: receivedBy.trim() || undefined,
      }),
    onSuccess: () => notify('success', t.saved),
    // also when somebody was quicker: the new list is shown
    onSettled: () => cache.invalidateQueries({ queryKey: api.register.key() }),
  })
  const again = status.handedOverAt !== null
  const open = status.state !== 'empty' && (!again || status.state === 'changed')
  return (
    <span className="register-state">
      <RegisterMark status={status} />
      <span className="muted">
        <RegisterSentence status={status} />
      </span>
      {open && may('appointment.edit') ? (
        <Popconfirm
          icon={null}
          title={t.handOverTitle({ day: f.day(status.day) })}
          description={
            <label className="register-received" htmlFor="register-received">
              {t.receivedBy}
              <Input
                id="register-received"
                size="small"
                maxLength={30}
                value={receivedBy}
                onChange={(event) => setReceivedBy(event.target.value)}
              />
            </label>
          }
          okText={t.ok}
          cancelText={t.cancel}
          onConfirm={() => save.mutate()}
        >
          <Button size="small" type="primary" loading={save.isPending}>
            {again ? t.handOverAgain : t.handOver}
          </Button>
        </Popconfirm>
      ) : null}
    </span>
  )
}

/** The day in the address; tomorrow where none stands there. */
function useDay(): [string, (day: string) => void] {
  const { store } = useStore()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const given = typeof search.day === 'string' && /^\d{4}-\d\d-\d\d$/.test(search.day) ? search.day : undefined
  const day = given ?? Temporal.PlainDate.from(store.today).add({ days: 1 }).toString()
  return [day, (next) => void navigate({ to: '.', search: { day: next }, replace: true })]
}
