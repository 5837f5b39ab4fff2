import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnswerRecord, advantageNow, type BestTime, bestPart, type StoreRates } from './bestTime.ts'
import { hashUnit, shuffled } from './hash.ts'
import { PARTS, type Part } from './parts.ts'

const now = Temporal.Instant.from('2026-11-20T01:00:00Z')
const call = (part: Part, reached: boolean, daysAgo = 30): AnswerRecord => ({
  at: now.subtract({ hours: 24 * daysAgo }),
  part,
  reached,
})
const rates = (morning: number, midday: number, afternoon: number, calls = 100): StoreRates => ({
  morning: { calls, answered: morning },
  midday: { calls, answered: midday },
  afternoon: { calls, answered: afternoon },
})
const best = (calls: AnswerRecord[], store = rates(50, 50, 50), customerId = 'c') =>
  bestPart({ customerId, calls, store, now })

describe('the best part of the day (CARE-22)', () => {
  it('falls back on the plain order while nothing is known', () => {
    expect(best([], rates(0, 0, 0, 0))).toEqual({ part: null, because: 'too-few-calls' })
    expect(best([], rates(20, 20, 20, 29)).part).toBeNull()
  })
  it('begins with the store’s best, and learns the customer’s own', () => {
    expect(best([], rates(40, 60, 50))).toMatchObject({ part: 'midday', because: 'store-rates' })
    const own = [call('midday', false), call('midday', false), call('afternoon', true), call('afternoon', true)]
    expect(best(own, rates(40, 60, 50))).toMatchObject({ part: 'afternoon', because: 'own-calls' })
  })
  it('one unanswered call does not outweigh a clear store rate', () => {
    expect(best([call('midday', false)], rates(20, 70, 20)).part).toBe('midday')
  })
  it('old calls weigh less than new ones', () => {
    const moved = [...[1500, 1510, 1520, 1530].map((ago) => call('morning', true, ago)), call('afternoon', true, 10)]
    expect(best(moved).part).toBe('afternoon')
  })
  it('spreads customers with equal prospects, each always the same', () => {
    const parts = Array.from({ length: 300 }, (_, i) => best([], rates(50, 50, 50), `customer ${i}`).part)
    for (const part of PARTS) expect(parts.filter((one) => one === part).length).toBeGreaterThan(60)
  })
  it('depends on the facts alone: not on the order of calls, not on later ones', () => {
    const record = fc.record({
      part: fc.constantFrom(...PARTS),
      reached: fc.boolean(),
      ago: fc.integer({ min: -50, max: 900 }),
    })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.string(), (records, seed) => {
        const calls = records.map(({ part, reached, ago }) => call(part, reached, ago))
        const found = best(calls)
        const past = calls.filter(({ at }) => Temporal.Instant.compare(at, now) <= 0)
        expect(best(shuffled(past, seed, (one) => `${past.indexOf(one)}`)).part).toBe(found.part)
        if (found.part) expect(found.expected[found.part]).toBe(Math.max(...Object.values(found.expected)))
      }),
    )
  })
})

/**
 * 2,000 simulated customers over ten cycles, three tries in three parts each. What a customer answers is invented: a good part with
 * 60–80 %, the others with 10–30 %; a good part is spread evenly. It shows that the rule learns what is there, not how much is there in a real store.
 */
describe('measured on simulated customers', () => {
  const CUSTOMERS = 2_000
  const CYCLES = 10
  const truth = (id: string, part: Part) => {
    const good = PARTS[Math.floor(hashUnit(`good ${id}`) * 3)]
    return part === good ? 0.6 + 0.2 * hashUnit(`high ${id}`) : 0.1 + 0.2 * hashUnit(`low ${id}${part}`)
  }

  function run(learning: boolean) {
    const store = {
      morning: { calls: 0, answered: 0 },
      midday: { calls: 0, answered: 0 },
      afternoon: { calls: 0, answered: 0 },
    }
    const known = new Map<string, AnswerRecord[]>()
    let first = 0
    let reached = 0
    let calls = 0
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const at = now.add({ hours: 24 * 183 * cycle })
      for (let i = 0; i < CUSTOMERS; i++) {
        const id = `c${i}`
        const records = known.get(id) ?? []
        const chosen = learning ? bestPart({ customerId: id, calls: records, store, now: at }).part : null
        const order = chosen ? [chosen, ...PARTS.filter((part) => part !== chosen)] : PARTS
        for (const [turn, part] of order.entries()) {
          const answered = hashUnit(`${id} ${cycle} ${part}`) < truth(id, part)
          store[part].calls++
          calls++
          records.push({ at, part, reached: answered })
          if (!answered) continue
          store[part].answered++
          reached++
          if (turn === 0) first++
          break
        }
        known.set(id, records)
      }
    }
    return { first: first / (CUSTOMERS * CYCLES), callsPerReached: calls / reached }
  }

  it('reaches more customers with the first call', () => {
    const plain = run(false)
    const learnt = run(true)
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`
    console.info(
      `best time, simulated: first call answered ${percent(plain.first)} in plain order, ${percent(learnt.first)} learnt; ` +
        `calls per customer reached ${plain.callsPerReached.toFixed(2)} and ${learnt.callsPerReached.toFixed(2)}`,
    )
    expect(learnt.first).toBeGreaterThan(plain.first * 1.3)
    expect(learnt.callsPerReached).toBeLessThan(plain.callsPerReached * 0.9)
  })
})

describe('the order of first calls', () => {
  const expected = { morning: 0.2, midday: 0.5, afternoon: 0.4 }
  const best: BestTime = { part: 'midday', because: 'own-calls', expected }

  it('now against what is still to come', () => {
    expect(advantageNow(best, 'morning', false)).toBeCloseTo(-0.3)
    expect(advantageNow(best, 'midday', false)).toBeCloseTo(0.1)
    // the better part of today is over; tomorrow has it again
    expect(advantageNow(best, 'afternoon', true)).toBeCloseTo(-0.1)
  })

  it('the last part of the last day: now or never', () => {
    expect(advantageNow(best, 'afternoon', false)).toBe(1)
    expect(advantageNow({ part: null, because: 'too-few-calls' }, 'afternoon', false)).toBe(1)
  })

  it('nothing known: neither for nor against', () => {
    expect(advantageNow({ part: null, because: 'too-few-calls' }, 'morning', false)).toBe(0)
  })

  it('never better than waiting unless now is the best part of all', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.tuple(share, share, share), fc.constantFrom(...PARTS), ([morning, midday, afternoon], now) => {
        const all = { morning, midday, afternoon }
        const gain = advantageNow({ part: 'morning', because: 'own-calls', expected: all }, now, true)
        expect(gain > 0).toBe(PARTS.every((part) => part === now || all[now] > all[part]))
      }),
    )
  })
})
