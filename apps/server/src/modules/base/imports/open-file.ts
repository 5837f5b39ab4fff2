import { open, stat } from 'node:fs/promises'
import { type FileReason, fileFailure } from '@changhui/contract/import-reasons'
import { openXlsx, XlsxError } from '../../../platform/xlsx-read.ts'
import { fieldKeys, fieldOf } from './fields.ts'
import { columnNames, headerWord } from './guess.ts'
import { detectEncoding, readText, type SourceRow } from './text-file.ts'

/** A file that cannot be imported, or not to its end. */
export class FileProblem extends Error {
  override name = 'FileProblem'
  readonly failure: ReturnType<typeof fileFailure>

  constructor(code: FileReason, values: Record<string, string | number> = {}, options?: ErrorOptions) {
    const failure = fileFailure(code, values)
    super(`${failure.zh} / ${failure.en}`, options)
    this.failure = failure
  }
}

/** A table to import. */
export interface TableSource {
  readonly format: 'csv' | 'xlsx'
  readonly encoding: string | null
  readonly sheet: string | null
  readonly date1904: boolean
  readonly sizeBytes: number
  /** The header's row number; titles may stand above it. */
  readonly headerRow: number
  /** One name a column, each once. */
  readonly columns: readonly string[]
  readonly sample: readonly (readonly string[])[]
  /** The rows below the header, in pieces. Throws CutOff at the end of a cut-off text, FileProblem for a broken workbook. */
  rows(onBytes?: (bytes: number) => void): AsyncGenerator<SourceRow[], void, undefined>
}

const SAMPLE = 20
/** Titles and remarks above the header are looked through so far. */
const HEADER_WITHIN = 10

/** Opens a .csv or .xlsx by what is in it, whatever it is called. Throws FileProblem. */
export async function openTable(path: string): Promise<TableSource> {
  const sizeBytes = (await stat(path)).size
  const format = await sniff(path)
  const { pieces, ...about } = format === 'xlsx' ? await openBook(path) : await openText(path)
  const top: SourceRow[] = []
  try {
    for await (const piece of pieces()) {
      top.push(...piece.slice(0, HEADER_WITHIN + SAMPLE))
      if (top.length >= HEADER_WITHIN + SAMPLE) break
    }
  } catch (error) {
    // a file cut off in its first rows still shows its columns; the run says where it ends
    if (top.length === 0 || error instanceof FileProblem) throw error
  }
  const header = findHeader(top)
  if (!header) throw new FileProblem(sizeBytes === 0 || top.length === 0 ? 'no-rows' : 'no-header')
  let width = header.cells.length
  while (width > 1 && (header.cells[width - 1] ?? '').trim() === '') width--
  return {
    format,
    ...about,
    sizeBytes,
    headerRow: header.row,
    columns: columnNames(header.cells.slice(0, width)),
    sample: top
      .filter((one) => one.row > header.row)
      .slice(0, SAMPLE)
      .map((one) => one.cells.slice(0, width).map((text) => text.slice(0, 200))),
    rows: async function* (onBytes) {
      for await (const piece of pieces(onBytes)) {
        const below = (piece[0]?.row ?? 0) > header.row ? piece : piece.filter((one) => one.row > header.row)
        if (below.length > 0) yield below
      }
    },
  }
}

type Pieces = (onBytes?: (bytes: number) => void) => AsyncGenerator<SourceRow[], void, undefined>
type Opened = Pick<TableSource, 'encoding' | 'sheet' | 'date1904'> & { pieces: Pieces }

async function openText(path: string): Promise<Opened> {
  const encoding = await detectEncoding(path)
  return { encoding, sheet: null, date1904: false, pieces: (onBytes) => readText(path, encoding, onBytes) }
}

async function openBook(path: string): Promise<Opened> {
  try {
    const book = await openXlsx(path)
    const size = (await stat(path)).size
    const pieces: Pieces = async function* (onBytes) {
      let piece: SourceRow[] = []
      let given = 0
      try {
        for await (const one of book.rows()) {
          piece.push(one)
          if (piece.length < 1_000) continue
          given += piece.length
          // rows are told evenly over the packed bytes: the archive does not say how far it is read
          onBytes?.(Math.min(size, Math.round((size * given) / (given + 100_000))))
          yield piece
          piece = []
        }
      } catch (error) {
        throw bookProblem(error)
      }
      if (piece.length > 0) yield piece
      onBytes?.(size)
    }
    return { encoding: null, sheet: book.sheet, date1904: book.date1904, pieces }
  } catch (error) {
    throw bookProblem(error)
  }
}

function bookProblem(error: unknown): unknown {
  if (!(error instanceof XlsxError)) return error
  if (error.reason === 'not-a-workbook') return new FileProblem('other-format', { format: 'zip' }, { cause: error })
  return new FileProblem(error.reason, {}, { cause: error })
}

const known = new Set(
  fieldKeys.flatMap((key) => [headerWord(fieldOf(key).zh), headerWord(fieldOf(key).en), ...fieldOf(key).also]),
)

/** The header: of the first rows the one with most names that are known, else the first. */
function findHeader(top: readonly SourceRow[]): SourceRow | undefined {
  let best: SourceRow | undefined
  let most = 0
  for (const one of top.slice(0, HEADER_WITHIN)) {
    const hits = new Set(one.cells.map(headerWord).filter((word) => known.has(word))).size
    if (!best || hits > most) [best, most] = [one, Math.max(hits, 1)]
  }
  return best
}

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** What kind of file it is, by its first bytes. Throws FileProblem for what is no table. */
async function sniff(path: string): Promise<'csv' | 'xlsx'> {
  const handle = await open(path)
  try {
    const start = Buffer.alloc(64 * 1024)
    const { bytesRead } = await handle.read(start, 0, start.length, 0)
    const head = start.subarray(0, bytesRead)
    if (bytesRead === 0) throw new FileProblem('no-rows')
    if (head.subarray(0, 8).equals(OLE)) {
      const sealed =
        head.includes(Buffer.from('EncryptedPackage', 'utf16le')) ||
        head.includes(Buffer.from('EncryptionInfo', 'utf16le'))
      throw new FileProblem(sealed ? 'encrypted' : 'old-excel')
    }
    if (head.subarray(0, 2).toString('latin1') === 'PK') {
      if (head.includes('mimetypeapplication/vnd.oasis'))
        throw new FileProblem('other-format', { format: 'OpenDocument (.ods)' })
      return 'xlsx'
    }
    const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
    const text = head
      .subarray(0, 512)
      .toString('latin1')
      .replace(/^\xef\xbb\xbf/, '')
      .trimStart()
    const other = OTHERS.find(([form]) => form.test(text))
    if (other) throw new FileProblem('other-format', { format: other[1] })
    if (!utf16 && head.includes(0)) throw new FileProblem('binary')
    return 'csv'
  } finally {
    await handle.close()
  }
}

const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^<(?:!doctype|html|head|body|table|meta)\b/i, 'HTML'],
  [/^<\?xml|^<\w+:?\w*[ >]/i, 'XML'],
  [/^ID;P(?:WXL|SYLK|CALC|[A-Z]*;[NE]\b)/, 'SYLK (.slk)'],
  [/^TABLE\r?\n\d+,\d+\r?\n"/, 'DIF (.dif)'],
  [/^%PDF-/, 'PDF'],
  [/^\{\\rtf/, 'RTF'],
]
