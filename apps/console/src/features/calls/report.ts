import type { callReport } from '@changhui/contract/calls'
import type { z } from 'zod'
import { parseDay, parseTime } from '../../app/typed-time.ts'
import type { Choice } from './keys.ts'

export type CallReport = z.input<typeof callReport>

/** What the small form of an outcome holds while it is typed: plain strings, as the fields give them. */
export interface Draft {
  readonly day: string
  readonly time: string
  readonly detail: string
  readonly shop: string
  readonly place: string
  readonly price: string
  readonly reason: string
  readonly km: string
  readonly name: string
  readonly phone: string
}
export type DraftField = keyof Draft

export const emptyDraft: Draft = {
  day: '',
  time: '',
  detail: '',
  shop: '',
  place: '',
  price: '',
  reason: '',
  km: '',
  name: '',
  phone: '',
}

type Reason = 'missing' | 'not-a-number' | 'not-a-day' | 'not-a-time' | 'past' | 'future'
export type Built =
  | { readonly ok: true; readonly report: CallReport }
  | { readonly ok: false; readonly field: DraftField; readonly reason: Reason }

interface Frame {
  readonly attemptId: string
  readonly phoneId: string | null
  readonly note: string
  /** Today in the store, `YYYY-MM-DD`. */
  readonly today: string
  readonly timeZone: string
}

/** The report to send for a choice and its form, or the first field that is not right. */
export function buildReport(choice: Choice, draft: Draft, frame: Frame): Built {
  const base: CallReport = {
    attemptId: frame.attemptId,
    result: choice.result,
    phoneId: frame.phoneId,
    ...(frame.note.trim() ? { note: frame.note.trim() } : {}),
  }
  if (choice.result !== 'reached') return { ok: true, report: base }
  const report: CallReport = { ...base, outcome: choice.outcome }
  const wrong = (field: DraftField, reason: Reason): Built => ({ ok: false, field, reason })
  const day = draft.day.trim() ? parseDay(draft.day, frame.today, choice.outcome === 'elsewhere') : ''
  if (day === null) return wrong('day', 'not-a-day')
  const time = draft.time.trim() ? parseTime(draft.time) : ''
  if (time === null) return wrong('time', 'not-a-time')
  switch (choice.outcome) {
    case 'booked':
      if (!day) return wrong('day', 'missing')
      if (day < frame.today) return wrong('day', 'past')
      report.appointment = { day, time: time || null, ...(draft.detail ? { note: draft.detail } : {}) }
      return { ok: true, report }
    case 'later':
      if (day && day < frame.today) return wrong('day', 'past')
      return { ok: true, report: day ? { ...report, laterOn: day } : report }
    case 'callback':
      if (!day) return wrong('day', 'missing')
      if (day < frame.today) return wrong('day', 'past')
      if (!time) return wrong('time', 'missing')
      return { ok: true, report: { ...report, callbackAt: momentIn(day, time, frame.timeZone) } }
    case 'elsewhere': {
      if (!day) return wrong('day', 'missing')
      if (day > frame.today) return wrong('day', 'future')
      const price = numberOf(draft.price)
      const km = numberOf(draft.km)
      if (price === 'bad') return wrong('price', 'not-a-number')
      if (km === 'bad' || (km !== null && !Number.isInteger(km))) return wrong('km', 'not-a-number')
      report.elsewhere = {
        servedOn: day,
        ...(draft.shop ? { shop: draft.shop } : {}),
        ...(draft.place ? { place: draft.place } : {}),
        ...(draft.reason ? { reason: draft.reason } : {}),
        ...(price === null ? {} : { priceFen: Math.round(price * 100) }),
        ...(km === null ? {} : { odometerKm: km }),
      }
      return { ok: true, report }
    }
    case 'mileage-not-reached': {
      const km = numberOf(draft.km)
      if (km === null) return wrong('km', 'missing')
      if (km === 'bad' || !Number.isInteger(km)) return wrong('km', 'not-a-number')
      return { ok: true, report: { ...report, odometerKm: km } }
    }
    case 'complaint':
      if (!draft.detail.trim()) return wrong('detail', 'missing')
      return { ok: true, report: { ...report, complaint: draft.detail.trim() } }
    case 'handed-over':
      if (!draft.name.trim()) return wrong('name', 'missing')
      report.newOwner = { name: draft.name.trim(), ...(draft.phone.trim() ? { phone: draft.phone.trim() } : {}) }
      return { ok: true, report }
    default:
      return { ok: true, report }
  }
}

/** The moment a store's clock shows `HH:MM` on a day, as the API takes it. */
export function momentIn(day: string, time: string, timeZone: string): string {
  return Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(timeZone).toInstant().toString()
}

function numberOf(text: string): number | null | 'bad' {
  const plain = text.trim().replaceAll(',', '').replaceAll('，', '')
  if (!plain) return null
  const value = Number(plain)
  return Number.isFinite(value) && value >= 0 ? value : 'bad'
}

interface WeekHours {
  readonly week: readonly (unknown | null)[]
}

/**
 * The next day a store is open, from the day after `today` on: the default of a booking. `closed` holds own closures and,
 * where the store closes on them, holidays. Falls back to tomorrow when a fortnight is closed; the server decides anyway.
 */
export function nextOpenDay(today: string, hours: WeekHours | undefined, closed: ReadonlySet<string>): string {
  const first = Temporal.PlainDate.from(today).add({ days: 1 })
  for (let ahead = 0; ahead < 14; ahead++) {
    const day = first.add({ days: ahead })
    if (closed.has(day.toString())) continue
    if (!hours || hours.week[day.dayOfWeek - 1]) return day.toString()
  }
  return first.toString()
}
