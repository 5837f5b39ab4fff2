import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Popconfirm } from 'antd'
import { api, client, readAgain, showProblem } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import type { Appointment } from './shape.ts'
import { appointmentTexts } from './texts.ts'

const marks: Readonly<Record<string, string>> = {
  booked: 'mark mark-primary',
  kept: 'mark mark-info',
  cancelled: 'mark',
}

/** One booked arrival with what can be done to it. */
export function AppointmentRow(props: { appointment: Appointment; onMove: (appointment: Appointment) => void }) {
  const { appointment, onMove } = props
  const t = useTexts(appointmentTexts)
  const { programme } = useTexts(words)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const name = appointment.customerName
  const set = useMutation({
    mutationFn: (state: 'booked' | 'kept' | 'cancelled') =>
      client.care.setAppointment({
        storeId: store.id,
        appointmentId: appointment.id,
        version: appointment.version,
        state,
      }),
    onError: (error) => {
      showProblem(error)
      return readAgain(error, api.care.appointments.key())
    },
    onSuccess: async () => {
      notify('success', t.saved)
      await queries.invalidateQueries({ queryKey: api.care.appointments.key() })
    },
  })
  return (
    <li className="appointment" data-state={appointment.state}>
      <strong className="appointment-time num">{appointment.time?.slice(0, 5) ?? t.anyTime}</strong>
      <span className="appointment-who">
        <Link
          to="/s/$storeCode/customers/$customerId"
          params={{ storeCode: store.code, customerId: appointment.customerId }}
        >
          {name}
        </Link>{' '}
        <span className="muted">{appointment.plate ?? t.noPlate}</span>
        {appointment.note ? <span className="appointment-note">{appointment.note}</span> : null}
        {appointment.flags.length > 0 ? (
          <span className="appointment-flags">
            <span className="muted">{t.speakOf}</span>{' '}
            {appointment.flags.map((flag) => (
              <span key={flag} className="chip chip-warning">
                {word(programme, flag)}
              </span>
            ))}
          </span>
        ) : null}
      </span>
      <span className={marks[appointment.state] ?? 'mark'}>{word(t.states, appointment.state)}</span>
      {may('appointment.edit') ? (
        <span className="appointment-actions no-print">
          {appointment.state === 'booked' ? (
            <>
              {appointment.day <= store.today ? (
                <Button
                  size="small"
                  type="text"
                  loading={set.isPending}
                  aria-label={`${t.kept} ${name}`}
                  onClick={() => set.mutate('kept')}
                >
                  {t.kept}
                </Button>
              ) : null}
              <Button size="small" type="text" aria-label={`${t.move} ${name}`} onClick={() => onMove(appointment)}>
                {t.move}
              </Button>
              <Popconfirm
                title={t.cancelAsk({ name })}
                okText={t.cancelIt}
                cancelText={t.back}
                onConfirm={() => set.mutate('cancelled')}
              >
                <Button size="small" type="text" danger aria-label={`${t.cancelIt} ${name}`}>
                  {t.cancelIt}
                </Button>
              </Popconfirm>
            </>
          ) : (
            <Button size="small" type="text" loading={set.isPending} onClick={() => set.mutate('booked')}>
              {t.restore}
            </Button>
          )}
        </span>
      ) : null}
    </li>
  )
}
