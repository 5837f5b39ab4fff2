import { normaliseName, queryTokens, type SearchFacts, searchTokens } from '@changhui/rules/name'

/** Mixes one text into a running pair of 32-bit states (cyrb53). */
function mix(h1: number, h2: number, text: string): [number, number] {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ unit, 2_654_435_761)
    h2 = Math.imul(h2 ^ unit, 1_597_334_677)
  }
  return [h1, h2]
}

/**
 * A maker of search keys for one store: token → whole number under 2⁵³, the store folded in. Two of a store's tokens meet
 * in one number once in some thousand years of typing, and the recheck of each hit would sort that out.
 */
export function keyMaker(storeId: string): (token: string) => number {
  const [start1, start2] = mix(0xdeadbeef, 0x41c6ce57, `${storeId}|`)
  return (token) => {
    let [h1, h2] = mix(start1, start2, token)
    h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909)
    h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909)
    return 4_294_967_296 * (2_097_151 & h2) + (h1 >>> 0)
  }
}

/** The whole name, so that people called exactly so stand first however many share its characters. */
const wholeName = (name: string) => `e:${normaliseName(name).toLowerCase()}`

/** The keys one customer is found by. */
export function searchKeys(key: (token: string) => number, facts: SearchFacts): number[] {
  return [...new Set([wholeName(facts.name), ...searchTokens(facts)].map(key))]
}

/**
 * What to look for: array literals for `changhui_search`, each a list of keys a customer must have all of; those called
 * exactly so first. Empty when the text is too short to search by.
 */
export function queryKeys(
  key: (token: string) => number,
  query: string,
  alternatives: readonly (readonly string[])[] = queryTokens(query),
): string[] {
  if (alternatives.length === 0) return []
  return [[wholeName(query)], ...alternatives].map((tokens) => `{${tokens.map(key).join(',')}}`)
}

/** The look-up of a whole number or its tail. */
export function phoneKeys(key: (token: string) => number, digits: string): string[] {
  return [`{${key(`t:${digits}`)}}`]
}
