import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Modal } from 'antd'
import type { FormEvent } from 'react'
import { api, client, fieldProblems, problemText, readAgain } from '../../app/api.ts'
import { DayInput } from '../../app/day-input.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from '../../app/texts.ts'
import { TimeInput } from '../../app/time-input.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { word } from '../../app/words.ts'
import { Field } from '../settings/field.tsx'
import type { Appointment } from './shape.ts'
import { appointmentTexts } from './texts.ts'

/** Another day or time for an appointment; whoever else changed it meanwhile is heard first (SEC-03). */
export function MoveForm({ appointment, onDone }: { appointment: Appointment; onDone: () => void }) {
  const t = useTexts(appointmentTexts)
  const { timeForm } = useTexts(texts)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const draft = useDraft({ day: appointment.day, time: appointment.time ?? '' }, appointment.version)
  const { day, time } = draft.value
  const move = useMutation({
    mutationFn: () =>
      client.care.setAppointment({
        storeId: store.id,
        appointmentId: appointment.id,
        version: draft.version,
        day,
        time: time || null,
      }),
    // The dialog itself shows what is wrong.
    onError: async (error) => {
      if (await readAgain(error, api.care.appointments.key())) draft.fallBehind()
    },
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
    if (draft.dirty) move.mutate()
    else onDone()
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
        {draft.conflict ? (
          <p className="appointment-stands">
            {t.standsNow({
              when: `${f.day(appointment.day)} ${appointment.time ?? t.anyTime}`,
              state: word(t.states, appointment.state),
            })}
          </p>
        ) : null}
        <Field label={t.newDay} wrong={wrong.day ?? general}>
          <DayInput value={day} min={store.today} onChange={(next) => next && draft.change({ day: next })} />
        </Field>
        <Field label={t.newTime} wrong={wrong.time && timeForm}>
          <TimeInput value={time} optional onChange={(next) => draft.change({ time: next })} />
        </Field>
        <button type="submit" hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}
