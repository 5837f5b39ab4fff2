import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callEventKinds, callPhase, foldCallEvent, NO_CALL, type PhoneCallEvent, talkSeconds } from './phoneCall.ts'

const at = (seconds: number) => Temporal.Instant.from('2026-11-20T02:00:00Z').add({ seconds })
const call = (...events: PhoneCallEvent[]) => events.reduce(foldCallEvent, NO_CALL)

describe('a call told by events (API-02)', () => {
  test('ring, answer, hang-up, recording', () => {
    const ring: PhoneCallEvent = { kind: 'ring', at: at(0), direction: 'in', number: '13900000001', extension: '801' }
    const answer: PhoneCallEvent = { kind: 'answer', at: at(8), extension: '802' }
    const end: PhoneCallEvent = { kind: 'hang-up', at: at(68) }
    expect(callPhase(call(ring))).toBe('ringing')
    expect(call(ring)).toMatchObject({ extension: '801', direction: 'in' })
    expect(callPhase(call(ring, answer))).toBe('talking')
    expect(call(ring, answer).extension).toBe('802')
    expect(callPhase(call(ring, answer, end))).toBe('ended')
    expect(talkSeconds(call(ring, answer, end))).toBe(60)
    expect(talkSeconds(call(ring, answer))).toBeNull()
  })

  test('nobody answers: missed, no time talked', () => {
    const missed = call({ kind: 'ring', at: at(0) }, { kind: 'hang-up', at: at(20) })
    expect([callPhase(missed), talkSeconds(missed)]).toEqual(['missed', 0])
  })

  test('a call passed on belongs to whom it rings last, and of one moment to who answers', () => {
    expect(
      call({ kind: 'ring', at: at(0), extension: '801' }, { kind: 'ring', at: at(9), extension: '805' }).extension,
    ).toBe('805')
    expect(
      call({ kind: 'answer', at: at(0), extension: '801' }, { kind: 'ring', at: at(0), extension: '999' }).extension,
    ).toBe('801')
  })

  test('in any order, however often: the same call', () => {
    const event = fc.record({
      kind: fc.constantFrom(...callEventKinds),
      at: fc.integer({ min: 0, max: 5 }).map(at),
      direction: fc.constantFrom(null, 'in' as const, 'out' as const),
      number: fc.constantFrom(null, '1', '2'),
      extension: fc.constantFrom(null, '801', '802'),
      recordingUrl: fc.constantFrom(null, 'https://a.example/1', 'https://a.example/2'),
    })
    const twice = fc
      .array(event, { maxLength: 6 })
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2, maxLength: events.length * 2 }),
        ),
      )
    fc.assert(
      fc.property(twice, ([once, again]) => {
        const plain = (events: readonly PhoneCallEvent[]) => JSON.parse(JSON.stringify(call(...events)))
        expect(plain(again)).toEqual(plain(once))
      }),
    )
  })
})
