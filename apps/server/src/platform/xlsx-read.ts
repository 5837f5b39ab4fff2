import { open, readFile } from 'node:fs/promises'
import { type StreamRow, streamXlsxRows } from 'hucre/xlsx'
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
    for await (const _first of readSheet(data, entries, name)) {
      return { sheet: name, date1904, rows: () => readSheet(data, entries, name) }
    }
  }
  return { sheet: sheets[0]?.name ?? '', date1904, rows: async function* () {} }
}

/** Bytes of a workbook that reading it holds in memory beside the packed file: shared strings, styles. 0 for what is no workbook. */
export async function heldBytes(path: string): Promise<number> {
  const handle = await open(path)
  const start = Buffer.alloc(2)
  await handle.read(start, 0, 2, 0).finally(() => handle.close())
  if (start.toString('latin1') !== 'PK') return 0
  const entries = zipDirectory(await readFile(path)) ?? []
  return entries.reduce(
    (sum, { name, unpacked }) => sum + (/^xl\/(?:sharedStrings|styles)/.test(name) ? unpacked : 0),
    0,
  )
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

/** Packed bytes handed over at a time: some two thousand rows. */
const PIECE = 32 * 1024
/** How long the reader may take over a piece before it gets the next one. */
const PATIENCE_MS = 100
const READY_TURNS = 6

/**
 * The rows of a sheet. The streaming reader parses as fast as bytes come and queues the rows without a bound, so the bytes
 * are held back until it has none left: 100,000 rows else waited in memory for a slower database.
 */
async function* readSheet(
  data: Buffer,
  entries: readonly ZipEntry[],
  sheet: string,
): AsyncGenerator<XlsxRow, void, undefined> {
  const { stream, release } = gatedArchive(data, entries)
  const rows = streamXlsxRows(stream, { sheet })[Symbol.asyncIterator]()
  try {
    for (;;) {
      let next: IteratorResult<StreamRow, void> | undefined
      const asked = rows.next().then(
        (result) => {
          next = result
        },
        (error: unknown) => {
          throw new XlsxError('broken-zip', { cause: error })
        },
      )
      // a row that is ready comes within a few turns of the microtask queue; a timer each would cost more than the parsing
      for (let turn = 0; turn < READY_TURNS && !next; turn++) await undefined
      if (!next) await Promise.race([asked, soon(0)])
      while (!next) {
        release()
        await Promise.race([asked, soon(PATIENCE_MS)])
      }
      if (next.done) return
      const cells = next.value.values.map(cellText)
      if (cells.some((text) => text !== '')) yield { row: next.value.index + 1, cells }
    }
  } finally {
    await rows.return?.(undefined)
  }
}

/** Nothing, after the work that waits (0), or after so many milliseconds. */
const soon = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    if (ms === 0) setImmediate(resolve, undefined)
    else setTimeout(resolve, ms, undefined)
  })

/** The workbook's parts that matter, its sheets last, as a stream that gives one piece a `release`. */
function gatedArchive(data: Buffer, entries: readonly ZipEntry[]) {
  const isSheet = ({ name }: ZipEntry) => name.startsWith('xl/worksheets/')
  const needed = entries.filter(
    ({ name }) => /\.(?:xml|rels)$/.test(name) && !/^xl\/(?:drawings|charts|theme|media)\//.test(name),
  )
  // all but the sheets is small and wanted at once
  const head = Buffer.concat([
    ...zipPieces(
      data,
      needed.filter((one) => !isSheet(one)),
      MAX_PART,
    ),
  ])
  const sheets = zipPieces(data, needed.filter(isSheet), PIECE)
  let given = false
  let tickets = 3
  let waiting: (() => void) | undefined
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (tickets === 0) {
          await new Promise<void>((resolve) => {
            waiting = resolve
          })
        }
        tickets--
        if (!given) {
          given = true
          controller.enqueue(head)
          return
        }
        const piece = sheets.next()
        if (piece.done) controller.close()
        else controller.enqueue(piece.value)
      },
    },
    { highWaterMark: 0 },
  )
  const release = () => {
    tickets++
    waiting?.()
    waiting = undefined
  }
  return { stream, release }
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
