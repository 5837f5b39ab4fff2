import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Answers, api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { word } from '../../app/words.ts'
import { registerTexts } from './register-texts.ts'
import '../../app/shapes.css'
import './register.css'

export type RegisterStatus = Answers['register']['owed'][number]

const marks: Readonly<Record<string, string>> = {
  waiting: 'mark',
  pressing: 'mark mark-warning',
  overdue: 'mark mark-danger',
  changed: 'mark mark-warning',
  'handed-over': 'mark mark-primary',
}

/** Where a register stands, in words and colour. */
export function RegisterMark({ status }: { status: RegisterStatus }) {
  const t = useTexts(registerTexts)
  return (
    <>
      <span className={marks[status.state] ?? 'mark'}>{word(t.states, status.state)}</span>
      {status.late ? <span className="mark mark-danger">{t.late}</span> : null}
    </>
  )
}

/** One sentence: by when it is due, or who handed it over. */
export function RegisterSentence({ status }: { status: RegisterStatus }) {
  const t = useTexts(registerTexts)
  const f = useFormat()
  if (status.state === 'changed') return t.change({ added: f.number(status.added), removed: f.number(status.removed) })
  if (status.handedOverAt)
    return (
      <>
        {t.done({
          who: status.handedOverByName ?? '—',
          at: f.moment(status.handedOverAt),
          to: status.receivedBy ?? '',
        })}
      </>
    )
  return status.by && status.bookings > 0 ? t.by({ at: f.moment(status.by) }) : null
}

/**
 * What is to be handed to the front desk today (CARE-10): shown on the appointments page always, elsewhere (`pressing`) only once
 * closing is near, it is late, or bookings changed.
 */
export function RegisterOwed({ pressing }: { pressing?: boolean }) {
  const t = useTexts(registerTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const owed = useQuery({
    ...api.register.owed.queryOptions({ input: { storeId: store.id } }),
    refetchInterval: 60_000,
    enabled: may('appointment.read'),
  })
  const shown = (owed.data ?? []).filter((one) =>
    pressing ? ['pressing', 'overdue', 'changed'].includes(one.state) : one.state !== 'empty',
  )
  if (shown.length === 0) return null
  return (
    <div className="register-owed no-print" role="status">
      {shown.map((status) => (
        <p key={status.day} data-state={status.state}>
          <Link
            to="/s/$storeCode/appointments/register"
            params={{ storeCode: store.code }}
            search={{ day: status.day }}
          >
            {t.owed({ day: f.longDay(status.day), n: f.number(status.bookings) })}
          </Link>
          <RegisterMark status={status} />
          <span className="muted">
            <RegisterSentence status={status} />
          </span>
        </p>
      ))}
    </div>
  )
}
