/** A token bucket a key, in memory: several processes let that many times more through, which protects each of them. */
export interface Limiter {
  /** Takes one; returns 0, or the whole seconds to wait when there is none left. */
  take(key: string): number
  /** The seconds to wait without taking. */
  wait(key: string): number
  /** Puts one back that turned out not to count. */
  giveBack(key: string): void
}

const most = 50_000

/** `perSecond` flow in, `burst` fit. A rate of 0 lets everything through. `now` in milliseconds, of a clock that never steps. */
export function createLimiter(perSecond: number, burst: number, now: () => number = () => performance.now()): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>()

  function bucket(key: string) {
    const at = now()
    const found = buckets.get(key)
    if (found) {
      found.tokens = Math.min(burst, found.tokens + ((at - found.at) / 1000) * perSecond)
      found.at = at
      return found
    }
    if (buckets.size >= most) forgetFull(at)
    const made = { tokens: burst, at }
    buckets.set(key, made)
    return made
  }

  function forgetFull(at: number) {
    for (const [key, one] of buckets) if (one.tokens + ((at - one.at) / 1000) * perSecond >= burst) buckets.delete(key)
    // under a flood of made-up keys the oldest go, many at a time: one by one each new key would look through them all
    for (const key of buckets.keys()) {
      if (buckets.size <= most * 0.9) break
      buckets.delete(key)
    }
  }

  const secondsFor = (tokens: number) => (tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond)))
  return {
    take: (key) => {
      if (perSecond === 0) return 0
      const one = bucket(key)
      const wait = secondsFor(one.tokens)
      if (wait === 0) one.tokens -= 1
      return wait
    },
    wait: (key) => (perSecond === 0 ? 0 : secondsFor(bucket(key).tokens)),
    giveBack: (key) => {
      if (perSecond === 0) return
      const one = bucket(key)
      one.tokens = Math.min(burst, one.tokens + 1)
    },
  }
}
