import { expect, test } from 'vitest'
import { type DeskProgramme, deskList } from './callDesk.ts'

const programmes: DeskProgramme[] = [
  { key: 'first-service', by: 'advisor', careCalls: false },
  { key: 'regular-service', by: 'care', careCalls: false },
  { key: 'insurance-renewal', by: 'insurance', careCalls: false },
]

test.each([
  ['care-agent', [], ['insurance-renewal']],
  ['insurance-specialist', ['insurance-renewal'], []],
  ['advisor', ['first-service'], ['insurance-renewal']],
  ['care-manager', [], []],
] as const)('the list of %s', (role, first, barred) => {
  expect(deskList([role], programmes, true)).toEqual({ first, barred })
})

test('care agents make insurance calls where the store allows it, or where there is no specialist', () => {
  const allowed = programmes.map((one) => ({ ...one, careCalls: true }))
  expect(deskList(['care-agent'], allowed, true).barred).toEqual([])
  expect(deskList(['care-agent'], programmes, false).barred).toEqual([])
})

test('two roles: both come first', () => {
  expect(deskList(['advisor', 'insurance-specialist'], programmes, true).first).toEqual([
    'first-service',
    'insurance-renewal',
  ])
})
