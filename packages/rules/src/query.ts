/** One way to understand a typed word. */
export interface Reading {
  readonly kind: 'name' | 'pinyin' | 'initials' | 'phone' | 'plate' | 'vin'
  readonly value: string
}

/** More words than these are not looked at: each multiplies the alternatives of the index query. */
const MAX_WORDS = 3
const MAX_LENGTH = 40

const one = (kind: Reading['kind'], value: string): Reading[][] => [[{ kind, value }]]

/**
 * What was typed, understood: for each word its alternative readings, each a list of facts that must all hold (BASE-07).
 * `1234` may be the tail of a phone, a part of a plate or the tail of a VIN; `王 1234` is a name and such a number. Empty when
 * the text is too short to search by (a single digit, blanks). Knows no pinyin, so it is cheap to load in a browser.
 */
export function parseQuery(query: string): Reading[][][] {
  const text = query.normalize('NFKC').toLowerCase().trim().slice(0, MAX_LENGTH)
  const bare = text.replace(/[\s\-+()]/g, '')
  if (/^\d{7,}$/.test(bare)) return [digitReadings(bare)]
  const words = text.split(/[\s·•・‧,，、;；\-_/.'"()]+/).filter((word) => word !== '')
  const latin = words.length > 1 && words.every((word) => /^[a-z]+$/.test(word))
  const readings = words
    .slice(0, MAX_WORDS)
    .map(wordReadings)
    .filter((word) => word.length > 0)
  // `wang xiao ming` is one name typed by syllables; `john smith` are two words: both are looked for.
  if (latin) {
    const joined = wordReadings(words.join(''))
    const each = readings.reduce<Reading[][]>(
      (so, word) => so.flatMap((all) => word.map((more) => [...all, ...more])),
      [[]],
    )
    return [[...joined, ...each]]
  }
  return readings
}

function wordReadings(word: string): Reading[][] {
  if (/^\d+$/.test(word)) return digitReadings(word)
  if (/^\p{Script=Han}+$/u.test(word)) return one('name', word)
  const mixed = /^(\p{Script=Han}+)([^\p{Script=Han}]+)$/u.exec(word)
  if (mixed?.[1] && mixed[2]) {
    const name: Reading = { kind: 'name', value: mixed[1] }
    const rest = wordReadings(mixed[2]).map((all) => [name, ...all])
    return [...plateReading(word), ...rest]
  }
  if (!/^[a-z\p{L}\p{M}\p{N}]+$/u.test(word) || /\p{Script=Han}/u.test(word)) return plateReading(word)
  const letters = [...word].length
  const out: Reading[][] = []
  if (letters >= 2) out.push(...one('pinyin', word))
  if (/^\p{L}{1,6}$/u.test(word)) out.push(...one('initials', word))
  out.push(...plateReading(word), ...vinReading(word))
  return out
}

function digitReadings(digits: string): Reading[][] {
  const phone = digits.replace(/^(?:0086|86)(?=1[3-9]\d{9}$)/, '')
  const out: Reading[][] = []
  if (phone.length >= 4 && phone.length <= 12) out.push(...one('phone', phone))
  out.push(...plateReading(digits), ...vinReading(digits))
  return out
}

function plateReading(word: string): Reading[][] {
  const length = [...word].length
  return length >= 2 && length <= 10 ? one('plate', word.toUpperCase()) : []
}

function vinReading(word: string): Reading[][] {
  const vin = word.toUpperCase()
  return /^[A-HJ-NPR-Z0-9]+$/.test(vin) && ((vin.length >= 4 && vin.length <= 8) || vin.length === 17)
    ? one('vin', vin)
    : []
}
