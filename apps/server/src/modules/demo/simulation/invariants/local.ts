/** Day and minute of the day that a store's clock shows; the zones of China have had no summer time since 1991, so that hours are whole. */
export function localClock(at: number, timeZone: string): { readonly day: string; readonly minute: number } {
  const local = new Temporal.Instant(BigInt(Math.round(at)) * 1_000_000n).toZonedDateTimeISO(timeZone)
  return { day: local.toPlainDate().toString(), minute: local.hour * 60 + local.minute }
}
