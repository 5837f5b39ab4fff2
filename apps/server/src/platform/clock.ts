/** The server's only reader of the time of day. Everything else is handed a moment. */
export interface Clock {
  now(): Temporal.Instant
}

/** The machine's clock. */
export function systemClock(): Clock {
  return { now: () => Temporal.Now.instant() }
}

/** A clock that stands where it is put; `set` moves it. For simulations and tests. */
export function fixedClock(start: Temporal.Instant | string): Clock & { set(moment: Temporal.Instant | string): void } {
  let current = Temporal.Instant.from(start)
  return {
    now: () => current,
    set: (moment) => {
      current = Temporal.Instant.from(moment)
    },
  }
}
