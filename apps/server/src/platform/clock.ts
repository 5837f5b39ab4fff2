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

/** A clock that shows `start` now and runs on: hands a clock over to a thread, which cannot share an object. */
export function runningClock(start: Temporal.Instant | string): Clock {
  const ahead = Temporal.Now.instant().until(Temporal.Instant.from(start))
  return { now: () => Temporal.Now.instant().add(ahead) }
}
