import { xmlScanner } from './xml-scan.ts'

/** The shared strings of a workbook. */
export interface SharedStrings {
  at(index: number): string
}

const BLOCK = 1024 * 1024
/** What a cell can hold at most. */
const LONGEST = 32_767

/**
 * Shared strings as packed UTF-8 outside the heap: the million-odd strings of a large export take some 20 bytes each instead
 * of the 100 of an object and its text.
 */
export async function readStrings(pieces: AsyncIterable<Buffer>): Promise<SharedStrings> {
  const blocks: Buffer[] = []
  // begin and end of each string, counted over all blocks
  let places = new Uint32Array(2 * 1024)
  let count = 0
  let used = BLOCK
  let text = ''
  const state = { item: false, text: false, reading: false }
  const keep = () => {
    const bytes = Buffer.from(decodeEscapes(text.slice(0, LONGEST)), 'utf8')
    if (used + bytes.length > BLOCK) {
      blocks.push(Buffer.allocUnsafeSlow(BLOCK))
      used = 0
    }
    const begin = (blocks.length - 1) * BLOCK + used
    bytes.copy(blocks.at(-1) ?? bytes, used)
    used += bytes.length
    if (places.length < 2 * count + 2) {
      const more = new Uint32Array(places.length * 2)
      more.set(places)
      places = more
    }
    places[2 * count] = begin
    places[2 * count + 1] = begin + bytes.length
    count++
  }
  const scan = xmlScanner({
    open: (name) => {
      if (name === 'si') {
        state.item = true
        text = ''
      } else if (name === 't') state.text = state.item && !state.reading
      // how a word is read aloud is no part of it
      else if (name === 'rPh') state.reading = true
    },
    close: (name) => {
      if (name === 't') state.text = false
      else if (name === 'rPh') state.reading = false
      else if (name === 'si') {
        state.item = false
        keep()
      }
    },
    wantsText: () => state.text,
    text: (more) => {
      text += more
    },
  })
  for await (const piece of pieces) scan(piece)
  return {
    at: (index) => {
      if (!(index >= 0 && index < count)) return ''
      const [begin = 0, end = 0] = [places[2 * index], places[2 * index + 1]]
      if (begin === end) return ''
      const block = Math.floor(begin / BLOCK)
      return blocks[block]?.toString('utf8', begin - block * BLOCK, end - block * BLOCK) ?? ''
    },
  }
}

/** `_x000D_` is how a workbook writes a character that XML cannot hold. */
export const decodeEscapes = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9a-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
