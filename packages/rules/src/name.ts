import { phoneDigits } from './phone.ts'
import { nameReadings } from './pinyin.ts'
import { parseQuery, type Reading } from './query.ts'

/** What the customer search knows of one customer; all values already normalised. Phones may carry `-extension`. */
export interface SearchFacts {
  readonly name: string
  readonly phones: readonly string[]
  readonly plates: readonly string[]
  readonly vins: readonly string[]
}

const HAN_GAP = /(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu

/** Bounds that keep the index small; longer names and queries are indexed by their beginning. */
const INDEXED_HAN = 24
const INDEXED_PINYIN = 12
const INDEXED_INITIALS = 6

/**
 * A name as it is kept: NFKC, no control characters, blanks collapsed, and none between Chinese characters (a
 * spreadsheet pads `张 三`). Empty when nothing is left.
 */
export function normaliseName(raw: string): string {
  return raw
    .normalize('NFKC')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(HAN_GAP, '')
}

/** The parts of a name the search looks at: runs of Chinese characters, the Chinese characters in a row, Latin words. */
export function nameParts(name: string): { runs: string[][]; han: string[]; words: string[] } {
  // Nine names in ten are a few Chinese characters: no need for the four expressions below.
  if (/^[\u4e00-\u9fff]{1,24}$/.test(name)) {
    const han = [...name]
    return { runs: [han], han, words: [] }
  }
  const text = normaliseName(name).toLowerCase()
  const runs = (text.match(/\p{Script=Han}+/gu) ?? []).map((run) => [...run])
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu)?.flatMap((word) => word.match(/[^\p{Script=Han}]+/gu) ?? []) ?? []
  return { runs: runs.map((run) => run.slice(0, INDEXED_HAN)), han: runs.flat().slice(0, INDEXED_HAN), words }
}

/**
 * The tokens one customer is found by, for a GIN-indexed `text[]` (BASE-07). Kinds: `n:` one or two neighbouring Chinese
 * characters · `p:` beginnings of the pinyin or of a Latin word, 2–12 letters · `i:` beginnings of the initials and inner
 * pairs · `t:` phone tails of 4–11 digits and the whole number · `l:` two neighbouring characters of a plate · `v:` VIN tails of
 * 4–8 characters and the whole VIN.
 */
export function searchTokens(facts: SearchFacts): string[] {
  const tokens = new Set<string>()
  const { runs, han, words } = nameParts(facts.name)
  for (const run of runs) {
    for (let i = 0; i < run.length; i++) {
      tokens.add(`n:${run[i]}`)
      if (i > 0) tokens.add(`n:${run[i - 1]}${run[i]}`)
    }
  }
  for (const reading of nameReadings(han)) {
    addBeginnings(tokens, 'p:', reading.join(''), 2, INDEXED_PINYIN)
    addInitials(tokens, reading)
  }
  for (const word of words) addBeginnings(tokens, 'p:', word, 2, INDEXED_PINYIN)
  if (words.length > 0) addInitials(tokens, words)
  for (const phone of facts.phones) {
    const digits = phoneDigits(phone)
    for (let length = 4; length <= Math.min(11, digits.length); length++) tokens.add(`t:${digits.slice(-length)}`)
    tokens.add(`t:${digits}`)
  }
  for (const plate of facts.plates) {
    for (const pair of pairs([...plate])) tokens.add(`l:${pair}`)
  }
  for (const vin of facts.vins) {
    for (let length = 4; length <= 8; length++) tokens.add(`v:${vin.slice(-length)}`)
    tokens.add(`v:${vin}`)
  }
  return [...tokens]
}

function addBeginnings(tokens: Set<string>, kind: string, text: string, from: number, to: number): void {
  let token = kind
  let length = 0
  for (const letter of text) {
    token += letter
    length++
    if (length > to) return
    if (length >= from) tokens.add(token)
  }
}

function addInitials(tokens: Set<string>, parts: readonly string[]): void {
  const initials = parts.map((part) => [...part][0] ?? '')
  addBeginnings(tokens, 'i:', initials.join(''), 1, INDEXED_INITIALS)
  for (let i = 1; i < initials.length; i++) tokens.add(`i:${initials[i - 1]}${initials[i]}`)
}

function tokensOf(reading: Reading): string[] {
  const letters = [...reading.value]
  switch (reading.kind) {
    case 'name':
      return letters.length === 1 ? [`n:${reading.value}`] : pairs(letters).map((pair) => `n:${pair}`)
    case 'pinyin':
      return [`p:${letters.slice(0, INDEXED_PINYIN).join('')}`]
    case 'initials':
      return [`i:${letters.slice(0, INDEXED_INITIALS).join('')}`]
    case 'phone':
      return [`t:${reading.value}`]
    case 'plate':
      return pairs(letters).map((pair) => `l:${pair}`)
    case 'vin':
      return [`v:${reading.value}`]
  }
}

const pairs = (letters: readonly string[]): string[] => [
  ...new Set(letters.slice(1).map((letter, i) => (letters[i] ?? '') + letter)),
]

/**
 * What to look for: alternatives, each a list of tokens a customer must have all of (`tokens @> …`); none when the text is
 * too short to search by. Never misses a customer that {@link matcher}; a run of three or more characters in name or
 * plate, or pinyin beyond 12 letters, may rarely bring one too many, which `matcher` sorts out.
 */
export const queryTokens = (query: string): string[][] => alternativesOf(parseQuery(query))

type Words = ReturnType<typeof parseQuery>

function alternativesOf(words: Words): string[][] {
  if (words.length === 0) return []
  const alternatives = words.reduce<string[][]>(
    (so, readings) =>
      so.flatMap((tokens) =>
        readings.map((all) => [...new Set([...tokens, ...all.flatMap((reading) => tokensOf(reading))])]),
      ),
    [[]],
  )
  const seen = new Map(alternatives.map((tokens) => [[...tokens].sort().join(' '), tokens]))
  return [...seen.values()]
}

/**
 * Whether a customer really answers the query, by plain text comparison: the recheck after the index. The query is understood once for
 * all the customers it is asked about.
 */
export const matcher = (query: string): ((facts: SearchFacts) => boolean) => answersTo(parseQuery(query))

/** A query, understood once for both: what to look for (`queryTokens`) and the recheck (`matcher`). */
export function understand(query: string): {
  readonly alternatives: string[][]
  readonly answers: (facts: SearchFacts) => boolean
} {
  const words = parseQuery(query)
  return { alternatives: alternativesOf(words), answers: answersTo(words) }
}

function answersTo(given: Words): (facts: SearchFacts) => boolean {
  const words = given.map((readings) => readings.toSorted((a, b) => dear(a) - dear(b)))
  return (facts) =>
    words.length > 0 && words.every((readings) => readings.some((all) => all.every((one) => holds(one, facts))))
}

/**
 * How many facts of a reading want the name read aloud, which takes longer than all other comparisons together: asked last, they are seldom
 * asked (a part of a plate that may as well be pinyin: 0.15 ms a search, profiled).
 */
const dear = (all: readonly Reading[]): number =>
  all.filter(({ kind }) => kind === 'pinyin' || kind === 'initials').length

function holds({ kind, value }: Reading, facts: SearchFacts): boolean {
  switch (kind) {
    case 'name':
      return nameParts(facts.name).runs.some((run) => run.join('').includes(value))
    case 'pinyin': {
      const { han, words } = nameParts(facts.name)
      // no character is read with a digit in it
      const read = /\d/.test(value) ? [] : nameReadings(han).map((syllables) => syllables.join(''))
      return [...read, ...words].some((text) => text.startsWith(value))
    }
    case 'initials': {
      const { han, words } = nameParts(facts.name)
      return [...nameReadings(han), words].some((parts) => {
        const initials = parts.map((part) => [...part][0]).join('')
        return initials.startsWith(value) || ([...value].length === 2 && initials.includes(value))
      })
    }
    case 'phone':
      return facts.phones.some((phone) => phoneDigits(phone).endsWith(value))
    case 'plate':
      return facts.plates.some((plate) => plate.includes(value))
    case 'vin':
      return facts.vins.some((vin) => vin.endsWith(value))
  }
}
