import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Input, InputNumber, Popconfirm } from 'antd'
import { useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { CustomerSelect } from '../../app/customer-select.tsx'
import { DayInput } from '../../app/day-input.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from '../../app/texts.ts'
import { TimeInput } from '../../app/time-input.tsx'
import { Field } from '../settings/field.tsx'
import { Dialog } from './dialog.tsx'
import { newCarTexts } from './texts.ts'
import { useDone, useSaved } from './use-saved.ts'

type OwnerClass = Answers['newCars']['classes'][number]

/** Classes to come, with their guests. */
export function Classes() {
  const t = useTexts(newCarTexts)
  const { store, may } = useStore()
  const [open, setOpen] = useState<'class' | OwnerClass | null>(null)
  const classes = useQuery(api.newCars.classes.queryOptions({ input: { storeId: store.id, all: false } }))
  return (
    <Panel
      title={t.classes}
      flush
      extra={
        may('customer.edit') ? (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setOpen('class')}>
            {t.addClass}
          </Button>
        ) : null
      }
    >
      {classes.isPending ? (
        <LoadingState rows={3} />
      ) : classes.isError ? (
        <ErrorState error={classes.error} retry={() => void classes.refetch()} />
      ) : classes.data.length === 0 ? (
        <EmptyState title={t.classesEmpty} text={t.classesEmptyText} />
      ) : (
        <ul>
          {classes.data.map((one) => (
            <ClassRow key={one.id} planned={one} onGuest={setOpen} />
          ))}
        </ul>
      )}
      {open === 'class' ? <AddClass onDone={() => setOpen(null)} /> : null}
      {open !== null && open !== 'class' ? <AddGuest planned={open} onDone={() => setOpen(null)} /> : null}
    </Panel>
  )
}

function ClassRow({ planned, onGuest }: { planned: OwnerClass; onGuest: (planned: OwnerClass) => void }) {
  const t = useTexts(newCarTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const at = { storeId: store.id, classId: planned.id }
  const set = useDone((state: OwnerClass['state']) =>
    client.newCars.changeClass({ ...at, version: planned.version, state }),
  )
  const remove = useDone((customerId: string) => client.newCars.giveSeatBack({ ...at, customerId }))
  const on = planned.state === 'planned'
  const full = planned.guests.length >= planned.capacity
  return (
    <li className="order">
      <span className="order-who">
        <strong className="num">
          {f.longDay(planned.day)} {planned.time}
        </strong>{' '}
        {planned.place} {planned.topic ? <span className="muted">{planned.topic}</span> : null}
      </span>
      <span className="muted num">{t.invited({ n: f.number(planned.invited) })}</span>
      <span className={full ? 'mark mark-warning num' : 'mark num'}>
        {t.seats({ n: f.number(planned.guests.length), of: f.number(planned.capacity) })}
      </span>
      {may('customer.edit') ? (
        <span className="order-actions">
          {on && !full ? (
            <Button size="small" onClick={() => onGuest(planned)} aria-label={`${t.guest} ${planned.day}`}>
              {t.guest}
            </Button>
          ) : null}
          {on ? (
            <Popconfirm
              title={t.cancelClassAsk}
              okText={t.cancelClass}
              cancelText={t.back}
              onConfirm={() => set.mutate('cancelled')}
            >
              <Button size="small" type="text" danger aria-label={`${t.cancelClass} ${planned.day}`}>
                {t.cancelClass}
              </Button>
            </Popconfirm>
          ) : (
            <>
              <span className="mark">{t.cancelled}</span>
              <Button
                size="small"
                type="text"
                onClick={() => set.mutate('planned')}
                aria-label={`${t.restore} ${planned.day}`}
              >
                {t.restore}
              </Button>
            </>
          )}
        </span>
      ) : null}
      {planned.guests.length > 0 ? (
        <ul className="class-guests">
          {planned.guests.map((guest) => (
            <li key={guest.customerId} className="mark">
              {guest.name}
              {may('customer.edit') ? (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t.remove({ name: guest.name })}
                  onClick={() => remove.mutate(guest.customerId)}
                />
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}

function AddClass({ onDone }: { onDone: () => void }) {
  const t = useTexts(newCarTexts)
  const { timeForm } = useTexts(texts)
  const { store } = useStore()
  const [day, setDay] = useState(Temporal.PlainDate.from(store.today).add({ days: 14 }).toString())
  const [time, setTime] = useState('14:00')
  const [place, setPlace] = useState('')
  const [topic, setTopic] = useState('')
  const [capacity, setCapacity] = useState(20)
  const { run, saving, wrong, general } = useSaved(
    () => client.newCars.addClass({ storeId: store.id, day, time, place, topic: topic.trim() || null, capacity }),
    onDone,
  )
  return (
    <Dialog title={t.classTitle} ready={place.trim() !== ''} saving={saving} onSave={run} onDone={onDone}>
      <Field label={t.day} wrong={wrong.day ?? general}>
        <DayInput value={day} min={store.today} onChange={(next) => next && setDay(next)} />
      </Field>
      <Field label={t.time} wrong={wrong.time && timeForm}>
        <TimeInput value={time} onChange={setTime} />
      </Field>
      <Field label={t.place} wide wrong={wrong.place}>
        <Input value={place} maxLength={80} onChange={(event) => setPlace(event.target.value)} />
      </Field>
      <Field label={t.topic} wrong={wrong.topic}>
        <Input value={topic} maxLength={120} onChange={(event) => setTopic(event.target.value)} />
      </Field>
      <Field label={t.capacity} wrong={wrong.capacity}>
        <InputNumber min={1} max={1000} precision={0} value={capacity} onChange={(next) => setCapacity(next ?? 1)} />
      </Field>
    </Dialog>
  )
}

function AddGuest({ planned, onDone }: { planned: OwnerClass; onDone: () => void }) {
  const t = useTexts(newCarTexts)
  const { store } = useStore()
  const [customerId, setCustomerId] = useState<string>()
  const { run, saving, wrong, general } = useSaved(
    () => client.newCars.takeSeat({ storeId: store.id, classId: planned.id, customerId: customerId ?? '' }),
    onDone,
  )
  return (
    <Dialog
      title={t.guestTitle({ day: planned.day })}
      ready={customerId !== undefined}
      saving={saving}
      onSave={run}
      onDone={onDone}
    >
      <Field label={t.customer} wide wrong={wrong.customerId ?? general}>
        <CustomerSelect value={customerId} onChange={setCustomerId} />
      </Field>
    </Dialog>
  )
}
