/**
 * A number in [0, 1) that depends on the text alone: what stands in for chance where a draw must come out the same every time and on
 * every machine. Two mixed 32-bit halves, 53 bits; not for secrets.
 */
export function hashUnit(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2_654_435_761)
    b = Math.imul(b ^ unit, 1_597_334_677)
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909)
  return ((b >>> 0) * 0x200000 + ((a >>> 0) >>> 11)) / 2 ** 53
}

/** The items in an order that depends on seed and ids alone, whatever order they come in; ids are distinct. */
export function shuffled<T>(items: readonly T[], seed: string, id: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: id(item), place: hashUnit(`${seed}\u0000${id(item)}`) }))
    .sort((a, b) => a.place - b.place || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item)
}
