import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareTexts, decideText, TEXT_DECISIONS, TEXT_STATES, textInUse } from './textVersions.ts'

it('puts the newest approved version in force and none where all are drafts or withdrawn', () => {
  const versions = [
    { version: 4, state: 'draft' },
    { version: 3, state: 'withdrawn' },
    { version: 1, state: 'approved' },
    { version: 2, state: 'approved' },
  ] as const
  expect(textInUse(versions)?.version).toBe(2)
  expect(textInUse(versions.slice(0, 2))).toBeUndefined()
})

it('decides once: what is approved or withdrawn already is not decided again', () => {
  expect(TEXT_STATES.map((state) => TEXT_DECISIONS.map((decision) => decideText(state, decision)))).toEqual([
    ['approved', 'withdrawn'],
    [null, 'withdrawn'],
    ['approved', null],
  ])
})

it('compares by word and character and keeps variables whole', () => {
  expect(compareTexts('您的{{车牌}}到期', '您的{{车型}}快到期')).toEqual([
    { kind: 'same', text: '您的' },
    { kind: 'removed', text: '{{车牌}}' },
    { kind: 'added', text: '{{车型}}快' },
    { kind: 'same', text: '到期' },
  ])
  expect(compareTexts('', '')).toEqual([])
})

it('loses nothing of either text', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[您的到期{}车牌A-C1 ]{0,40}$/))
  fc.assert(
    fc.property(text, text, (older, newer) => {
      const all = compareTexts(older, newer)
      const of = (other: string) =>
        all
          .filter(({ kind }) => kind !== other)
          .map((one) => one.text)
          .join('')
      expect([of('added'), of('removed')]).toEqual([older, newer])
    }),
  )
  const long = '好'.repeat(1_300)
  expect(compareTexts(long, long)).toEqual([{ kind: 'same', text: long }])
  expect(compareTexts(long, `${long}的`).map(({ kind }) => kind)).toEqual(['removed', 'added'])
})
