/** A version of a script or a message text: a draft until approved; an approved one may be withdrawn and approved again (CARE-16). */
export const TEXT_STATES = ['draft', 'approved', 'withdrawn'] as const
export type TextState = (typeof TEXT_STATES)[number]

export const TEXT_DECISIONS = ['approve', 'withdraw'] as const
export type TextDecision = (typeof TEXT_DECISIONS)[number]

/** The state after a decision; null when there is nothing to decide any more (it is in that state already). */
export function decideText(state: TextState, decision: TextDecision): TextState | null {
  const next = decision === 'approve' ? 'approved' : 'withdrawn'
  return next === state ? null : next
}

/** The version people work with: the newest approved one; undefined where the shipped text is in force. */
export function textInUse<T extends { readonly version: number; readonly state: TextState }>(
  versions: readonly T[],
): T | undefined {
  return versions
    .filter(({ state }) => state === 'approved')
    .reduce<T | undefined>((newest, one) => (newest && newest.version > one.version ? newest : one), undefined)
}

/** A piece of two texts laid side by side: in both, only in the older, only in the newer. */
export interface TextPiece {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Variables stay whole; Chinese goes by the character, Latin words and numbers by the word. */
const WORDS = /\{\{[^{}]*\}\}|[A-Za-z0-9]+|[\s\S]/gu
/** Beyond this the table of the comparison would hold more than a million cells. */
const MOST_WORDS = 1_200

/** What changed from one text to the next, as pieces in reading order; the `same` and `added` ones joined are `newer`. */
export function compareTexts(older: string, newer: string): TextPiece[] {
  const a = older.match(WORDS) ?? []
  const b = newer.match(WORDS) ?? []
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) {
    return older === newer
      ? pieces([['same', newer]])
      : pieces([
          ['removed', older],
          ['added', newer],
        ])
  }
  const width = b.length + 1
  const common = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const steps: [TextPiece['kind'], string][] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && left === right) {
      steps.push(['same', left])
      i++
      j++
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      steps.push(['removed', left])
      i++
    } else if (right !== undefined) {
      steps.push(['added', right])
      j++
    }
  }
  return pieces(steps)
}

function pieces(steps: readonly (readonly [TextPiece['kind'], string])[]): TextPiece[] {
  const joined: { kind: TextPiece['kind']; text: string }[] = []
  for (const [kind, text] of steps) {
    const last = joined.at(-1)
    if (last?.kind === kind) last.text += text
    else if (text !== '') joined.push({ kind, text })
  }
  return joined
}
