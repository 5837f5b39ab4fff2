import { normaliseName } from './name.ts'
import { phoneDigits } from './phone.ts'

/** What the search for duplicates knows of a customer; values normalised as they are kept. */
export interface DuplicateFacts {
  readonly id: string
  readonly name: string
  readonly phones: readonly string[]
  /** Of cars the customer has now; a car sold on is none of his. */
  readonly vins: readonly string[]
  readonly plates: readonly string[]
}

export type DuplicateReason =
  | 'same-phone-and-name'
  | 'same-phone'
  | 'same-vin-and-name'
  | 'same-vin'
  | 'same-plate-and-name'
  | 'same-tail-and-name'

/** Two records that may be one person; `a` has the smaller id. `score` 0–1, higher is surer. */
export interface DuplicateCandidate {
  readonly a: string
  readonly b: string
  readonly score: number
  readonly reasons: readonly DuplicateReason[]
}

/** How sure each reason makes by itself. A phone is shared in families and firms, a car by couples; a name with either is rarely chance. */
export const DUPLICATE_WEIGHTS: Readonly<Record<DuplicateReason, number>> = {
  'same-phone-and-name': 0.95,
  'same-vin-and-name': 0.95,
  'same-plate-and-name': 0.9,
  'same-tail-and-name': 0.9,
  'same-vin': 0.6,
  'same-phone': 0.5,
}
/** From here on a pair is shown first; nothing is ever merged without a person. */
export const LIKELY_DUPLICATE = 0.9
/** Numbers that end alike: a digit mistyped in front, or a fixed line with and without its area code. */
export const PHONE_TAIL = 7
/** A phone, VIN or plate that more customers have than this belongs to a firm or stands for "none". */
export const SHARED_BY = 5

/** 王先生, 欧阳女士, 张总: the family name alone says nothing. */
const TITLE_ONLY =
  /^(?:\p{Script=Han}|欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|令狐|东方|南宫|端木|长孙|宇文|轩辕|百里)(?:先生|女士|小姐|太太|总|老板|师傅|经理)$/u
const NOBODY = /^(?:客户|车主|未知|不详|无|无名|测试|test|unknown|n\/a|-+)$/i

/** A name as it is compared, `null` when it does not tell a person. */
export function comparableName(raw: string): string | null {
  const name = normaliseName(raw)
    .toLowerCase()
    .replace(/[\s·•.・]/g, '')
  if (name.length < 2 || TITLE_ONLY.test(name) || NOBODY.test(name)) return null
  return name.replace(/(?<=\p{Script=Han}{2})(?:先生|女士|小姐)$/u, '')
}

/**
 * Pairs of customers that may be the same person (BASE-09): same phone, VIN, or name with plate or with the tail of a phone. Surest first, then by id.
 * Work grows with the records, not with their pairs: only those that share a key are compared.
 */
export function duplicateCandidates(customers: readonly DuplicateFacts[]): DuplicateCandidate[] {
  const found = new Map<string, { a: string; b: string; reasons: Set<DuplicateReason> }>()
  const names = new Map(customers.map(({ id, name }) => [id, comparableName(name)]))
  const note = (one: string, other: string, reason: DuplicateReason) => {
    const [a = one, b = other] = [one, other].sort()
    const key = pairKey(one, other)
    const pair = found.get(key) ?? { a, b, reasons: new Set() }
    pair.reasons.add(reason)
    found.set(key, pair)
  }
  const sharing = (
    keys: (one: DuplicateFacts) => readonly string[],
    named: DuplicateReason,
    unnamed?: DuplicateReason,
    but: ReadonlySet<string> = new Set(),
  ) => {
    for (const ids of groups(customers, keys)) {
      for (const [i, one] of ids.entries()) {
        for (const other of ids.slice(i + 1)) {
          const name = names.get(one)
          if (but.has(pairKey(one, other))) continue
          if (name && name === names.get(other)) note(one, other, named)
          else if (unnamed) note(one, other, unnamed)
        }
      }
    }
  }
  sharing(({ phones }) => phones.map(phoneDigits), 'same-phone-and-name', 'same-phone')
  // One character seventeen times is a placeholder (see vin.ts).
  sharing(({ vins }) => vins.filter((vin) => !/^(.)\1*$/.test(vin)), 'same-vin-and-name', 'same-vin')
  sharing(({ plates }) => plates, 'same-plate-and-name')
  // Nothing new to say of two who have the whole number in common.
  const told = new Set([...found].flatMap(([key, { reasons }]) => (reasons.has('same-phone-and-name') ? [key] : [])))
  sharing(
    ({ name, phones }) => phones.map((phone) => tailKey(comparableName(name), phone)),
    'same-tail-and-name',
    undefined,
    told,
  )
  return [...found.values()]
    .map(({ a, b, reasons }) => ({ a, b, score: score([...reasons]), reasons: [...reasons] }))
    .sort((x, y) => y.score - x.score || (x.a < y.a ? -1 : x.a > y.a ? 1 : x.b < y.b ? -1 : 1))
}

/** One key for a pair, whichever of the two is named first. */
export const pairKey = (one: string, other: string): string => [one, other].sort().join('\u0000')

function tailKey(name: string | null, phone: string): string {
  const digits = phoneDigits(phone)
  return name === null || digits.length < PHONE_TAIL ? '' : `${name}\u0000${digits.slice(-PHONE_TAIL)}`
}

/** Reasons are independent witnesses: what is left of doubt is multiplied. Two decimals, rounded down. */
function score(reasons: readonly DuplicateReason[]): number {
  const doubt = reasons.reduce((left, reason) => left * (1 - DUPLICATE_WEIGHTS[reason]), 1)
  return Math.floor((1 - doubt) * 100 + 1e-9) / 100
}

function groups(customers: readonly DuplicateFacts[], keys: (one: DuplicateFacts) => readonly string[]): string[][] {
  const byKey = new Map<string, Set<string>>()
  for (const one of customers) {
    for (const key of keys(one)) {
      if (key === '') continue
      const ids = byKey.get(key) ?? new Set()
      byKey.set(key, ids.add(one.id))
    }
  }
  return [...byKey.values()].filter(({ size }) => size > 1 && size <= SHARED_BY).map((ids) => [...ids])
}
