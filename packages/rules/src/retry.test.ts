import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_TRIES, retryAt } from './retry.ts'

const now = Temporal.Instant.from('2026-11-21T02:00:00Z')
const seconds = (key: string, tries: number) => {
  const at = retryAt(now, key, tries)
  return at && (at.epochMilliseconds - now.epochMilliseconds) / 1000
}

describe('a try that came to nothing', () => {
  it('is repeated after half a minute, two, eight and thirty-two, spread around', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: MOST_TRIES - 1 }), (key, tries) => {
        const base = 30 * 4 ** (tries - 1)
        const waited = seconds(key, tries) ?? 0
        expect(waited).toBeGreaterThanOrEqual(base * 0.5 - 0.001)
        expect(waited).toBeLessThanOrEqual(base * 1.5 + 0.001)
        expect(seconds(key, tries)).toBe(waited)
      }),
    )
  })

  it('is not repeated for ever', () => {
    expect(seconds('a', MOST_TRIES)).toBeNull()
    expect(seconds('a', MOST_TRIES + 3)).toBeNull()
  })

  it('is spread: a hundred that failed together come back in more than fifty different seconds of a minute', () => {
    const second = new Set(Array.from({ length: 100 }, (_, n) => Math.floor(seconds(`m${n}`, 2) ?? 0)))
    expect(second.size).toBeGreaterThan(50)
  })
})
