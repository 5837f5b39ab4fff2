import { stat } from 'node:fs/promises'
import { isDateFormat } from 'hucre'
import { sheetRows, type XlsxRow } from './xlsx-sheet.ts'
import { readStrings, type SharedStrings } from './xlsx-strings.ts'
import { attribute } from './xml-scan.ts'
import { type ZipEntry, zipDirectory, zipPieces, zipText } from './zip-directory.ts'

/** Why a workbook cannot be read. */
export class XlsxError extends Error {
  override name = 'XlsxError'
  readonly reason: 'broken-zip' | 'encrypted' | 'not-a-workbook' | 'too-big-inside'

  constructor(reason: XlsxError['reason'], options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}

export interface Workbook {
  readonly sheet: string
  /** Bare serial numbers count from 1904. Cells with a date format are days already. */
  readonly date1904: boolean
  rows(): AsyncGenerator<XlsxRow, void, undefined>
}

/** A million rows of twenty columns unpack to some 900 MB; shared strings are held in memory (packed), styles too, so less. */
const MAX_UNPACKED = 2_000_000_000
const MAX_PART = 250_000_000
/** Parts read as one text. */
const MAX_TEXT = 50_000_000
/** Sheets shrink ten to fifty times; a bomb a thousand times. */
const MAX_RATIO = 200

/**
 * Opens a workbook: its first visible sheet that has rows, streamed with text cells: days as `2026-01-31`, moments as
 * `2026-01-31 08:30:00`, numbers in plain decimals. Its shared strings are held in memory, nothing else. Throws XlsxError.
 */
export async function openXlsx(path: string): Promise<Workbook> {
  const entries = await zipDirectory(path, (await stat(path)).size)
  if (!entries) throw new XlsxError('broken-zip')
  if (entries.some((entry) => entry.encrypted)) throw new XlsxError('encrypted')
  checkSizes(entries)
  const book = entries.find((entry) => /^xl\/workbook\d*\.xml$/i.test(entry.name))
  if (!book || !entries.some((entry) => entry.name === '[Content_Types].xml')) throw new XlsxError('not-a-workbook')
  return broken(() => openBook({ path, entries }, book))
}

interface Archive {
  readonly path: string
  readonly entries: readonly ZipEntry[]
}

async function openBook(archive: Archive, book: ZipEntry): Promise<Workbook> {
  const xml = await textOf(archive, book.name)
  const date1904 = tags(xml, 'workbookPr').some((tag) => /^(?:1|true)$/.test(attribute(tag, 'date1904') ?? ''))
  const links = tags(await textOf(archive, book.name.replace(/^xl\//i, 'xl/_rels/').concat('.rels')), 'Relationship')
  const partOf = (tag: string | undefined) => find(archive, target(attribute(tag ?? '', 'Target') ?? ''))
  const ofType = (type: string) => (tag: string) => (attribute(tag, 'Type') ?? '').endsWith(`/${type}`)
  const sheets = tags(xml, 'sheet').map((tag) => {
    const id = attribute(tag, '\\w+:id') ?? ''
    const link = links.filter(ofType('worksheet')).find((one) => attribute(one, 'Id') === id)
    const hidden = /hidden/i.test(attribute(tag, 'state') ?? '')
    return { name: attribute(tag, 'name') ?? '', hidden, part: link ? partOf(link) : undefined }
  })
  const isDate = await dateStyles(archive, partOf(links.find(ofType('styles'))))
  const stringsPart = partOf(links.find(ofType('sharedStrings')))
  let strings: Promise<SharedStrings> | undefined
  const rowsOf = async function* (part: ZipEntry): AsyncGenerator<XlsxRow, void, undefined> {
    try {
      strings ??= readStrings(stringsPart ? zipPieces(archive.path, stringsPart) : noPieces())
      yield* sheetRows(zipPieces(archive.path, part), { strings: await strings, date1904, isDate })
    } catch (error) {
      throw new XlsxError('broken-zip', { cause: error })
    }
  }
  for (const { name, hidden, part } of sheets) {
    if (hidden || !part) continue
    for await (const _first of rowsOf(part)) return { sheet: name, date1904, rows: () => rowsOf(part) }
  }
  return { sheet: sheets[0]?.name ?? '', date1904, rows: async function* () {} }
}

async function* noPieces(): AsyncGenerator<Buffer, void, undefined> {}

/** Which cell styles show a day or a time. */
async function dateStyles(archive: Archive, part: ZipEntry | undefined): Promise<(style: number) => boolean> {
  if (!part) return () => false
  const xml = await textOf(archive, part.name)
  const formats = new Map(
    tags(xml, 'numFmt').map((tag) => [attribute(tag, 'numFmtId') ?? '', attribute(tag, 'formatCode') ?? '']),
  )
  const cells = /<(?:\w+:)?cellXfs\b[\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(xml)?.[0] ?? ''
  const dates = tags(cells, 'xf').map((tag) => {
    const id = attribute(tag, 'numFmtId') ?? '0'
    return isDateFormat(formats.get(id) ?? id)
  })
  return (style) => dates[style] === true
}

async function textOf(archive: Archive, name: string): Promise<string> {
  const part = find(archive, name)
  if (!part) return ''
  if (part.unpacked > MAX_TEXT) throw new XlsxError('too-big-inside')
  return zipText(archive.path, part)
}

const find = ({ entries }: Archive, name: string): ZipEntry | undefined =>
  entries.find((one) => one.name.toLowerCase() === name.toLowerCase())

/** A part's name from the workbook's link to it: from the root, or from the workbook's own folder. */
const target = (link: string): string =>
  link.startsWith('/') ? link.slice(1) : link.startsWith('../') ? link.slice(3) : `xl/${link.replace(/^\.\//, '')}`

/** The attributes of each tag of that name. */
const tags = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\b((?:[^>"']|"[^"]*"|'[^']*')*)>`, 'g'))].map(
    ([, attributes = '']) => attributes,
  )

async function broken<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    throw error instanceof XlsxError ? error : new XlsxError('broken-zip', { cause: error })
  }
}

function checkSizes(entries: readonly ZipEntry[]): void {
  let total = 0
  for (const { name, packed, unpacked } of entries) {
    total += unpacked
    const ratio = unpacked / Math.max(1, packed)
    const held = !/worksheets\//.test(name)
    if (total > MAX_UNPACKED || (held && unpacked > MAX_PART) || (unpacked > 20_000_000 && ratio > MAX_RATIO)) {
      throw new XlsxError('too-big-inside')
    }
  }
}
