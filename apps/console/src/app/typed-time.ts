/** `9`, `930`, `9:30`, `9：30`, `0930` → `09:30`; `null` when it is no time. */
export function parseTime(text: string): string | null {
  const plain = text.trim().replace('：', ':').replace('.', ':')
  const parts = plain.includes(':')
    ? /^(\d{1,2}):(\d{2})$/.exec(plain)
    : plain.length <= 2
      ? /^(\d{1,2})()$/.exec(plain)
      : /^(\d{1,2})(\d{2})$/.exec(plain)
  if (!parts) return null
  const [hour, minute] = [Number(parts[1]), Number(parts[2] || 0)]
  return hour < 24 && minute < 60 ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : null
}

/**
 * What a form holds while a time is typed: the time, or the text itself where it is none, so that a form sent at once holds what stands
 * in the field and what is no time is refused.
 */
export function heldTime(text: string, optional = false): string {
  return optional && text.trim() === '' ? '' : (parseTime(text) ?? text)
}

/**
 * `2026-11-23`, `11-23`, `11/23`, `1123`, `23`, `+3` → `2026-11-23`; `null` when it is no day. What leaves out year or month
 * means the nearest such day from `today` on, or up to it with `past`.
 */
export function parseDay(text: string, today: string, past = false): string | null {
  const plain = text
    .trim()
    .replaceAll(/[./年月]/g, '-')
    .replace('日', '')
  const now = Temporal.PlainDate.from(today)
  const shift = /^\+(\d{1,3})$/.exec(plain)
  if (shift) return now.add({ days: Number(shift[1]) }).toString()
  const full = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(plain) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(plain)
  if (full) return dayOf(Number(full[1]), Number(full[2]), Number(full[3]))?.toString() ?? null
  const fits = (day: Temporal.PlainDate | null) => {
    const order = day ? Temporal.PlainDate.compare(day, now) : null
    return order !== null && (past ? order <= 0 : order >= 0)
  }
  const short = /^(\d{1,2})-(\d{1,2})$/.exec(plain) ?? /^(\d{2})(\d{2})$/.exec(plain)
  if (short) {
    const years = past ? [now.year, now.year - 1] : [now.year, now.year + 1]
    const days = years.map((year) => dayOf(year, Number(short[1]), Number(short[2])))
    return days.find(fits)?.toString() ?? null
  }
  const only = /^(\d{1,2})$/.exec(plain)
  if (!only) return null
  const months = [0, 1, 2].map((ahead) => now.with({ day: 1 }).add({ months: past ? -ahead : ahead }))
  return (
    months
      .map((month) => dayOf(month.year, month.month, Number(only[1])))
      .find(fits)
      ?.toString() ?? null
  )
}

function dayOf(year: number, month: number, day: number): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
