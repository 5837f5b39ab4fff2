import { StringDecoder } from 'node:string_decoder'

/** Hears the tags of a document in order; names come without their prefix. */
export interface XmlHandler {
  /** `attributes` is what stands behind the name, to be looked into with `attribute`. */
  open(name: string, attributes: string): void
  close(name: string): void
  /** Whether the text up to the next tag is wanted. */
  wantsText(): boolean
  text(text: string): void
}

/** No cell, tag or comment of a workbook is as long; more is no XML. */
const LONGEST = 4_000_000

/**
 * Scans XML that comes in pieces, without a look behind the piece at hand: what is asked for next is read next. Elements are
 * not checked for being well nested. Throws RangeError where neither text nor tag ends.
 */
export function xmlScanner(handler: XmlHandler): (piece: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return (piece) => {
    const xml = rest + decoder.write(piece)
    let at = 0
    for (;;) {
      const start = xml.indexOf('<', at)
      if (start < 0) {
        if (!handler.wantsText()) at = xml.length
        break
      }
      const next = xml.charCodeAt(start + 1)
      const special = next === 33 ? specialEnd(xml, start) : undefined
      const end = special ? special.end : xml.indexOf('>', start)
      if (end < 0) break
      if (start > at && handler.wantsText()) handler.text(unescapeXml(xml.slice(at, start)))
      at = end + 1
      if (special) {
        if (special.text !== undefined && handler.wantsText()) handler.text(special.text)
      } else if (next === 47) handler.close(xml.slice(nameStart(xml, start + 2, end), nameEnd(xml, start + 2, end)))
      else if (next !== 63) {
        const cut = nameEnd(xml, start + 1, end)
        const name = xml.slice(nameStart(xml, start + 1, cut), cut)
        handler.open(name, xml.slice(cut, end))
        if (xml.charCodeAt(end - 1) === 47) handler.close(name)
      }
    }
    rest = xml.slice(at)
    if (rest.length > LONGEST) throw new RangeError('the XML does not end')
  }
}

/** Where a comment, a declaration or a CDATA section ends; `end` is -1 when it is not there yet. */
function specialEnd(xml: string, start: number): { end: number; text?: string } {
  const until = (mark: string) => {
    const found = xml.indexOf(mark, start + 4)
    return found < 0 ? -1 : found + mark.length - 1
  }
  if (xml.startsWith('<!--', start)) return { end: until('-->') }
  if (!xml.startsWith('<![CDATA[', start)) return { end: xml.length - start < 9 ? -1 : until('>') }
  const end = until(']]>')
  return { end, text: xml.slice(start + 9, end - 2) }
}

function nameEnd(xml: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const code = xml.charCodeAt(at)
    if (code <= 32 || code === 47) return at
  }
  return end
}

function nameStart(xml: string, from: number, end: number): number {
  for (let at = from; at < end; at++) if (xml.charCodeAt(at) === 58) return at + 1
  return from
}

/** The value of an attribute in the text of a tag; undefined when there is none. `name` may be a pattern: `\\w+:id`. */
export function attribute(attributes: string, name: string): string | undefined {
  if (attributes.length < 4) return undefined
  const start = attributes.indexOf(` ${name}="`)
  if (start >= 0) {
    const from = start + name.length + 3
    return unescapeXml(attributes.slice(from, attributes.indexOf('"', from)))
  }
  const found = formOf(name).exec(attributes)
  return found ? unescapeXml(found[1] ?? found[2] ?? '') : undefined
}

const forms = new Map<string, RegExp>()

function formOf(name: string): RegExp {
  const form = forms.get(name) ?? new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
  forms.set(name, form)
  return form
}

/** Text with its entities made characters. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|quot|apos|amp));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name) return { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name.toLowerCase()] ?? whole
      const code = Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}
