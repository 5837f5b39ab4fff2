import type { Role } from './permissions.ts'

/** Whose calls a programme's are, as its file and the store's settings say. */
export interface DeskProgramme {
  readonly key: string
  readonly by: 'advisor' | 'insurance' | 'care'
  /** Insurance calls that care agents may make as well. */
  readonly careCalls: boolean
}

/** Which calls stand in a person's list. */
export interface DeskList {
  /** These come before the rest. */
  readonly first: readonly string[]
  /** These not at all, unless they are assigned to the person. */
  readonly barred: readonly string[]
}

/** Who looks after others' work may step in anywhere. */
const stepsIn: readonly Role[] = ['care-manager', 'front-desk-supervisor', 'general-manager', 'administrator']

/**
 * The list of a person with some roles (CARE-06, CARE-21): insurance calls belong to the insurance specialists and come first with
 * them; others make them only where the store allows it or has no specialist. An advisor's programmes come first with advisors;
 * what nobody is assigned to falls to all.
 */
export function deskList(
  held: readonly Role[],
  programmes: readonly DeskProgramme[],
  storeHasSpecialist: boolean,
): DeskList {
  const specialist = held.includes('insurance-specialist')
  const own = (one: DeskProgramme) =>
    (specialist && one.by === 'insurance') || (held.includes('advisor') && one.by === 'advisor')
  const closed = (one: DeskProgramme) =>
    one.by === 'insurance' &&
    storeHasSpecialist &&
    !specialist &&
    !one.careCalls &&
    !held.some((role) => stepsIn.includes(role))
  const keys = (wanted: (one: DeskProgramme) => boolean) => programmes.filter(wanted).map(({ key }) => key)
  return { first: keys(own), barred: keys(closed) }
}
