/** Fields of which a merged customer keeps one of two values; a person may choose for each. */
export const MERGE_FIELDS = [
  'name',
  'sex',
  'birthday',
  'wechatId',
  'email',
  'address',
  'region',
  'locality',
  'occupation',
  'industry',
  'source',
  'memberLevel',
  'preferredChannel',
  'preferredHour',
  'advisorId',
  'accountManagerId',
] as const
export type MergeField = (typeof MERGE_FIELDS)[number]

/** What a merge reads of one record. */
export interface MergeSide {
  readonly fields: Readonly<Record<MergeField, string | number | null>>
  readonly tags: readonly string[]
  readonly consents: Readonly<Record<string, boolean | undefined>>
  readonly doNotDisturb: boolean
  /** Field → value the source held when staff corrected it (BASE-11). */
  readonly corrected: Readonly<Record<string, unknown>>
}

/** Fields in which two records differ, both filled: a person chooses. */
export function mergeConflicts(one: MergeSide, other: MergeSide): MergeField[] {
  return MERGE_FIELDS.filter((field) => {
    const [a, b] = [one.fields[field], other.fields[field]]
    return a !== null && b !== null && a !== b
  })
}

/**
 * The record that stays after a merge (BASE-09). Each field keeps the survivor's value, the other's where that is blank or where
 * `take` names it. An opt-out and a wish not to be disturbed on either side win; tags are joined. Where both were filled, the
 * value that lost is remembered as the source's, so that the next import of the other record does not bring it back (BASE-11).
 */
export function mergeSides(survivor: MergeSide, merged: MergeSide, take: ReadonlySet<MergeField>): MergeSide {
  const fields = { ...survivor.fields }
  const corrected: Record<string, unknown> = { ...survivor.corrected }
  for (const field of MERGE_FIELDS) {
    const [mine, theirs] = [survivor.fields[field], merged.fields[field]]
    if (theirs === null || theirs === mine) continue
    const taken = mine === null || take.has(field)
    if (taken) {
      fields[field] = theirs
      delete corrected[field]
      if (field in merged.corrected) corrected[field] = merged.corrected[field]
    }
    const lost = taken ? mine : theirs
    if (lost !== null && !(field in corrected)) corrected[field] = lost
  }
  const consents: Record<string, boolean> = {}
  for (const key of new Set([...Object.keys(survivor.consents), ...Object.keys(merged.consents)])) {
    const said = [survivor.consents[key], merged.consents[key]].filter((one) => one !== undefined)
    if (said.length > 0) consents[key] = !said.includes(false)
  }
  return {
    fields,
    tags: [...new Set([...survivor.tags, ...merged.tags])],
    consents,
    doNotDisturb: survivor.doNotDisturb || merged.doNotDisturb,
    corrected,
  }
}
