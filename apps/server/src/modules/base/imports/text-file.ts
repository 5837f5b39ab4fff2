import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse'

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252'

export interface SourceRow {
  /** As a spreadsheet numbers it: the header is row 1, a quoted line break does not count. */
  readonly row: number
  readonly cells: readonly string[]
}

/** The text ended inside quotes, or one record never ends: the row it began in. */
export class CutOff extends Error {
  override name = 'CutOff'
  readonly row: number
  readonly endless: boolean

  constructor(row: number, endless: boolean, options?: ErrorOptions) {
    super(`cut off at row ${row}`, options)
    this.row = row
    this.endless = endless
  }
}

const CHUNK = 256 * 1024
const MAX_RECORD = 1_000_000

/**
 * Finds the encoding of a whole text file: a byte order mark, else UTF-8 when every byte fits, else GB18030 (GBK is part of
 * it), else Windows-1252, which takes anything. Reads the file once, in bounded memory.
 */
export async function detectEncoding(path: string): Promise<TextEncoding> {
  let rest: Buffer = Buffer.alloc(0)
  let first = true
  let utf8 = true
  let gb: TextDecoder | undefined = new TextDecoder('gb18030', { fatal: true })
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    if (first) {
      first = false
      if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le'
      if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be'
    }
    if (utf8) {
      const joined = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const whole = wholeCharacters(joined)
      utf8 = isUtf8(joined.subarray(0, whole))
      rest = joined.subarray(whole)
    }
    try {
      gb?.decode(chunk, { stream: true })
    } catch {
      gb = undefined
    }
    if (!utf8 && !gb) return 'windows-1252'
  }
  if (utf8 && isUtf8(rest)) return 'utf-8'
  // an unfinished last character is a cut-off file, not another encoding
  return gb ? 'gb18030' : 'windows-1252'
}

/** Where the last complete UTF-8 character ends. */
function wholeCharacters(data: Buffer): number {
  for (let back = 1; back <= Math.min(4, data.length); back++) {
    const byte = data[data.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? data.length - back : data.length
  }
  return data.length
}

/** The separator of a text: of `,` `;` tab `|` the one most frequent outside quotes in the first lines; `sep=;` says it itself. */
export function detectDelimiter(start: string): { delimiter: string; skip: number } {
  const hint = /^\ufeff?sep=([^\r\n])\r?\n/i.exec(start)
  if (hint?.[1]) return { delimiter: hint[1], skip: hint[0].length }
  const counts = new Map([...',;\t|'].map((sign) => [sign, 0]))
  let quoted = false
  let lines = 0
  for (const sign of start) {
    if (sign === '"') quoted = !quoted
    else if (!quoted && sign === '\n' && ++lines === 5) break
    else if (!quoted && counts.has(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return { delimiter: best && best[1] > 0 ? best[0] : ',', skip: 0 }
}

/**
 * Reads a delimited text in pieces of a few thousand rows; blank rows are left out but counted. `onBytes` hears how far the
 * file is read. Throws CutOff after all rows before it were given.
 */
export async function* readText(
  path: string,
  encoding: TextEncoding,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<SourceRow[], void, undefined> {
  let rows: SourceRow[] = []
  let row = 0
  const take = (cells: string[]) => {
    row += 1
    if (cells.length > 1 || (cells[0] ?? '').trim() !== '') rows.push({ row, cells })
    return null
  }
  const decoder = new TextDecoder(encoding)
  let parser: ReturnType<typeof parse> | undefined
  let failure: unknown
  let read = 0
  const start = (text: string): string => {
    const { delimiter, skip } = detectDelimiter(text)
    parser = parse({
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: MAX_RECORD,
      // records are taken here, while write() runs, so that none is lost when a later one fails
      on_record: take,
    })
    parser.on('error', (error) => {
      failure ??= error
    })
    return text.slice(skip)
  }
  const give = (): SourceRow[] => {
    const ready = rows
    rows = []
    return ready
  }
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    read += chunk.length
    onBytes(read)
    let text = decoder.decode(chunk, { stream: true })
    if (!parser) text = start(text)
    parser?.write(text)
    if (failure) break
    if (rows.length > 0) yield give()
  }
  if (!failure && parser) {
    const ending = parser
    await new Promise<void>((resolve) => {
      ending.once('error', () => resolve())
      ending.once('end', resolve)
      ending.resume()
      ending.end(decoder.decode())
    })
  }
  if (rows.length > 0) yield give()
  if (failure) throw cutOff(failure, row + 1)
}

function cutOff(error: unknown, row: number): unknown {
  if (!(error instanceof CsvError)) return error
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return new CutOff(row, false, { cause: error })
  if (error.code === 'CSV_MAX_RECORD_SIZE') return new CutOff(row, true, { cause: error })
  return error
}
