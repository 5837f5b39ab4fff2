import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Modal } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client, fieldProblems, problemText } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from '../../app/texts.ts'
import { TimeInput } from '../../app/time-input.tsx'
import { Field } from '../settings/field.tsx'
import type { Appointment } from './shape.ts'
import { appointmentTexts } from './texts.ts'

/** Another day or time for an appointment. */
export function MoveForm({ appointment, onDone }: { appointment: Appointment; onDone: () => void }) {
  const t = useTexts(appointmentTexts)
  const { timeForm } = useTexts(texts)
  const { store } = useStore()
  const queries = useQueryClient()
  const [day, setDay] = useState(appointment.day)
  const [time, setTime] = useState(appointment.time?.slice(0, 5) ?? '')
  const move = useMutation({
    mutationFn: () =>
      client.care.setAppointment({ storeId: store.id, appointmentId: appointment.id, day, time: time || null }),
    // The dialog itself shows what is wrong.
    onError: () => undefined,
    onSuccess: async () => {
      notify('success', t.moved)
      await queries.invalidateQueries({ queryKey: api.care.appointments.key() })
      onDone()
    },
  })
  const wrong = fieldProblems(move.error)
  const general = move.isError && !wrong.day && !wrong.time ? problemText(move.error) : undefined
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (day) move.mutate()
  }
  return (
    <Modal
      open
      title={t.moveTitle({ name: appointment.customerName })}
      okText={t.save}
      cancelText={t.back}
      confirmLoading={move.isPending}
      onOk={() => submit()}
      onCancel={onDone}
      width={380}
    >
      <form onSubmit={submit} className="appointment-form" noValidate>
        <Field label={t.newDay} wrong={wrong.day ?? general}>
          <DayInput value={day} min={store.today} onChange={(next) => next && setDay(next)} />
        </Field>
        <Field label={t.newTime} wrong={wrong.time && timeForm}>
          <TimeInput value={time} optional onChange={setTime} />
        </Field>
        <button type="submit" hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}
