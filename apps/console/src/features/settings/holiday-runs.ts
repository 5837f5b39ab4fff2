interface CalendarDay {
  readonly day: string
  readonly kind: 'holiday' | 'make-up'
  readonly name: string
}
export interface HolidayRun {
  readonly kind: CalendarDay['kind']
  readonly name: string
  readonly from: string
  readonly to: string
  readonly days: number
}

/** Days that follow one another under the same name become one line: "国庆节 10-01 – 10-07, 7 days". */
export function holidayRuns(days: readonly CalendarDay[]): HolidayRun[] {
  const runs: HolidayRun[] = []
  for (const one of days.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    const last = runs.at(-1)
    const follows = last && Temporal.PlainDate.from(last.to).add({ days: 1 }).toString() === one.day
    if (last && follows && last.kind === one.kind && last.name === one.name) {
      runs[runs.length - 1] = { ...last, to: one.day, days: last.days + 1 }
    } else {
      runs.push({ kind: one.kind, name: one.name, from: one.day, to: one.day, days: 1 })
    }
  }
  return runs
}
