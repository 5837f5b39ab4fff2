type Members = Readonly<Record<string, unknown>>
const hasMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/**
 * What `mine` changed since `began`, over what somebody else left meanwhile: member by member, so that only what both changed is
 * overwritten. A list whose entries keep their places (the days of a week) goes place by place; of any other list, what was taken out
 * here goes and what was added here comes.
 */
export function mergeChanges<T>(began: T, mine: T, theirs: T): T {
  return merged(began, mine, theirs) as T
}

function merged(began: unknown, mine: unknown, theirs: unknown): unknown {
  if (same(mine, began)) return theirs
  if (same(theirs, began)) return mine
  if (Array.isArray(began) && Array.isArray(mine) && Array.isArray(theirs)) return mergedList(began, mine, theirs)
  if (!hasMembers(began) || !hasMembers(mine) || !hasMembers(theirs)) return mine
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)])
  return Object.fromEntries([...keys].map((key) => [key, merged(began[key], mine[key], theirs[key])]))
}

function mergedList(began: readonly unknown[], mine: readonly unknown[], theirs: readonly unknown[]): unknown[] {
  const placed = [mine, theirs].every((list) => list.length === began.length) && began.some(hasMembers)
  if (placed) return mine.map((one, place) => merged(began[place], one, theirs[place]))
  const of = (list: readonly unknown[]) => new Set(list.map((one) => JSON.stringify(one)))
  const [before, kept, there] = [of(began), of(mine), of(theirs)]
  const gone = (one: unknown) => before.has(JSON.stringify(one)) && !kept.has(JSON.stringify(one))
  const added = (one: unknown) => !before.has(JSON.stringify(one)) && !there.has(JSON.stringify(one))
  return [...theirs.filter((one) => !gone(one)), ...mine.filter(added)]
}
