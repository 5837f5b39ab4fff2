interface Booked {
  readonly day: string
  readonly time: string | null
}

/** First and last day shown: the day itself, or its week from Monday on. */
export function spanOf(day: string, by: 'day' | 'week'): { from: string; to: string } {
  if (by === 'day') return { from: day, to: day }
  const date = Temporal.PlainDate.from(day)
  const monday = date.subtract({ days: date.dayOfWeek - 1 })
  return { from: monday.toString(), to: monday.add({ days: 6 }).toString() }
}

/** Every day of the span with its appointments by time; those without a time come last. */
export function daysOf<A extends Booked>(
  appointments: readonly A[],
  from: string,
  to: string,
): { day: string; appointments: A[] }[] {
  const days: { day: string; appointments: A[] }[] = []
  for (let day = Temporal.PlainDate.from(from); day.toString() <= to; day = day.add({ days: 1 })) {
    const own = appointments.filter((one) => one.day === day.toString())
    const key = (one: A) => one.time ?? '99'
    days.push({ day: day.toString(), appointments: own.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) })
  }
  return days
}
