import { expect, it } from 'vitest'
import { type LandingPage, landingPage, may, type Permission, staffRoles } from './permissions.ts'

/** What each page needs to be read. */
const needs: Readonly<Record<LandingPage, Permission>> = {
  calls: 'task.work',
  board: 'task.supervise',
  customers: 'customer.read',
  imports: 'import.run',
  analysis: 'analysis.read',
  settings: 'setting.read',
  appointments: 'appointment.read',
}

it('every role may read the page it lands on, also held with another (ORG-02)', () => {
  const held = staffRoles.flatMap((one) => staffRoles.map((other) => [one, other]))
  expect(held.filter((both) => !may(both, needs[landingPage(both)]))).toEqual([])
})
