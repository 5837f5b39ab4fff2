import { readFile } from 'node:fs/promises'
import { streamXlsxRows } from 'hucre/xlsx'
import { type ZipEntry, zipDirectory, zipText } from './zip-directory.ts'

/** Why a workbook cannot be read. */
export class XlsxError extends Error {
  override name = 'XlsxError'
  readonly reason: 'broken-zip' | 'encrypted' | 'not-a-workbook' | 'too-big-inside'

  constructor(reason: XlsxError['reason'], options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}

/** One row as a spreadsheet numbers it (from 1); empty cells are ''. */
export interface XlsxRow {
  readonly row: number
  readonly cells: string[]
}

export interface Workbook {
  readonly sheet: string
  /** Bare serial numbers count from 1904. Cells with a date format are days already. */
  readonly date1904: boolean
  rows(): AsyncGenerator<XlsxRow, void, undefined>
}

/** A million rows of twenty columns unpack to some 900 MB; shared strings and styles are held in memory, so less. */
const MAX_UNPACKED = 2_000_000_000
const MAX_PART = 250_000_000
/** Sheets shrink ten to fifty times; a bomb a thousand times. */
const MAX_RATIO = 200

/**
 * Opens a workbook: its first visible sheet that has rows, streamed with text cells: days as `2026-01-31`, moments as
 * `2026-01-31 08:30:00`, numbers in plain decimals. The packed file (bounded by the upload limit) is held in memory, its
 * sheet is not. Throws XlsxError.
 */
export async function openXlsx(path: string): Promise<Workbook> {
  const data = await readFile(path)
  const entries = zipDirectory(data)
  if (!entries) throw new XlsxError('broken-zip')
  if (entries.some((entry) => entry.encrypted)) throw new XlsxError('encrypted')
  checkSizes(entries)
  const book = entries.find((entry) => /^\/?xl\/workbook\d*\.xml$/i.test(entry.name))
  if (!book || !entries.some((entry) => entry.name === '[Content_Types].xml')) throw new XlsxError('not-a-workbook')
  const xml = zipText(data, book)
  if (xml === undefined) throw new XlsxError('broken-zip')
  const date1904 = /<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"/.test(xml)
  const sheets = [...xml.matchAll(/<(?:\w+:)?sheet\b[^>]*>/g)].map(([tag]) => ({
    name: unescapeXml(/\bname="([^"]*)"/.exec(tag)?.[1] ?? ''),
    hidden: /\bstate="(?:hidden|veryHidden)"/.test(tag),
  }))
  for (const { name, hidden } of sheets) {
    if (hidden) continue
    for await (const _first of readSheet(data, name)) {
      return { sheet: name, date1904, rows: () => readSheet(data, name) }
    }
  }
  return { sheet: sheets[0]?.name ?? '', date1904, rows: async function* () {} }
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

async function* readSheet(data: Buffer, sheet: string): AsyncGenerator<XlsxRow, void, undefined> {
  const rows = streamXlsxRows(data, { sheet })[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await rows.next().catch((error: unknown) => {
        throw new XlsxError('broken-zip', { cause: error })
      })
      if (next.done) return
      const cells = next.value.values.map(cellText)
      if (cells.some((text) => text !== '')) yield { row: next.value.index + 1, cells }
    }
  } finally {
    await rows.return?.(undefined)
  }
}

function cellText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return plainNumber(value)
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return ''
    const [day = '', time = ''] = value.toISOString().split('T')
    return time.startsWith('00:00:00') ? day : `${day} ${time.slice(0, 8)}`
  }
  return ''
}

/** `13800138000`, never `1.38e+10`; at most 15 digits are the file's, what follows is noise of the binary form. */
function plainNumber(value: number): string {
  const text = String(Number.isInteger(value) ? value : Number(value.toPrecision(15)))
  return /e/i.test(text) && Math.abs(value) < 1e21 ? value.toFixed(20).replace(/\.?0+$/, '') : text
}

const unescapeXml = (text: string): string =>
  text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|quot|apos|amp));/gi,
    (_, decimal?: string, hex?: string, name?: string) =>
      decimal || hex
        ? String.fromCodePoint(Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16))
        : ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name?.toLowerCase() ?? ''] ?? ''),
  )
