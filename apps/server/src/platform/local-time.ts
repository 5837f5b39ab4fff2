/** A moment as the wall clock of a time zone shows it, `2026-11-22 08:30`; for people and sheets, never to calculate with. */
export function localMinute(moment: string, timeZone: string): string {
  const local = Temporal.Instant.from(moment).toZonedDateTimeISO(timeZone)
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`
}
