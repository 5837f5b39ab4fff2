export type When = 'now' | 'today' | 'all'

interface Timed {
  readonly nextAt: string | null
}
export interface HourGroup<Row> {
  readonly key: string
  /** `null`: can be called now. */
  readonly label: string | null
  readonly rows: readonly Row[]
}

/** Rows under the hour they are meant for, in the order they came: now first, then hours of today, then other days. */
export function groupByHour<Row extends Timed>(
  rows: readonly Row[],
  now: string,
  timeZone: string,
  today: string,
): HourGroup<Row>[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = row.nextAt === null || Date.parse(row.nextAt) <= Date.parse(now) ? 'now' : hourOf(row.nextAt, timeZone)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  const order = (key: string) => (key === 'now' ? '' : key)
  return [...groups]
    .sort(([a], [b]) => (order(a) < order(b) ? -1 : 1))
    .map(([key, own]) => ({ key, label: key === 'now' ? null : labelOf(key, today), rows: own }))
}

const clocks = new Map<string, Intl.DateTimeFormat>()
/** `2026-11-21 14` in the store's time. */
function hourOf(instant: string, timeZone: string): string {
  let clock = clocks.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    clocks.set(timeZone, clock)
  }
  return clock.format(new Date(instant)).slice(0, 13)
}
function labelOf(key: string, today: string): string {
  const [day, hour] = key.split(' ')
  return day === today ? `${hour}:00` : `${day} ${hour}:00`
}
