import { serialToDate } from 'hucre'
import { decodeEscapes, type SharedStrings } from './xlsx-strings.ts'
import { attribute, xmlScanner } from './xml-scan.ts'

/** One row as a spreadsheet numbers it (from 1); empty cells are ''. */
export interface XlsxRow {
  readonly row: number
  readonly cells: string[]
}

/** What the cells of a sheet refer to. */
export interface SheetContext {
  readonly strings: SharedStrings
  readonly date1904: boolean
  isDate(style: number): boolean
}

const MAX_COLUMNS = 16_384

/**
 * The rows of a sheet that have anything in them. A piece of XML is parsed when the rows of the one before are used, so that
 * a slow consumer holds one piece of rows and no more. Throws RangeError for what is no sheet.
 */
export async function* sheetRows(
  pieces: AsyncIterable<Buffer>,
  context: SheetContext,
): AsyncGenerator<XlsxRow, void, undefined> {
  const ready: XlsxRow[] = []
  const scan = xmlScanner(rowHandler(context, (row) => ready.push(row)))
  for await (const piece of pieces) {
    scan(piece)
    yield* ready
    ready.length = 0
  }
}

function rowHandler(context: SheetContext, give: (row: XlsxRow) => void) {
  let number = 0
  let cells: string[] | undefined
  let column = 0
  let cell: { type: string; style: number } | undefined
  let value = ''
  let wanted = false
  let inline = false
  let reading = false
  return {
    open: (name: string, attributes: string) => {
      if (name === 'row') {
        // some writers leave the numbers out
        number = Number(attribute(attributes, 'r')) || number + 1
        cells = []
        column = 0
      } else if (!cells) return
      else if (name === 'c') {
        const place = attribute(attributes, 'r')
        if (place) column = columnOf(place)
        if (column >= MAX_COLUMNS) throw new RangeError('a cell beyond the last column')
        cell = { type: attribute(attributes, 't') ?? 'n', style: Number(attribute(attributes, 's') ?? -1) }
        value = ''
      } else if (!cell) return
      else if (name === 'v') wanted = cell.type !== 'inlineStr'
      else if (name === 'is') inline = true
      else if (name === 'rPh') reading = true
      else if (name === 't') wanted = inline && !reading
    },
    close: (name: string) => {
      if (name === 'v' || name === 't') wanted = false
      else if (name === 'is') inline = false
      else if (name === 'rPh') reading = false
      else if (name === 'c' && cell && cells) {
        const text = cellText(cell, value, context)
        if (text !== '') {
          while (cells.length < column) cells.push('')
          cells[column] = text
        }
        cell = undefined
        column++
      } else if (name === 'row' && cells) {
        if (cells.length > 0) give({ row: number, cells })
        cells = undefined
      }
    },
    wantsText: () => wanted,
    text: (more: string) => {
      value += more
    },
  }
}

/** `AB12` is column 27. */
function columnOf(place: string): number {
  let column = 0
  for (let at = 0; at < place.length; at++) {
    const letter = place.charCodeAt(at) & 0xdf
    if (letter < 65 || letter > 90) break
    column = column * 26 + letter - 64
  }
  return column - 1
}

function cellText(cell: { type: string; style: number }, value: string, context: SheetContext): string {
  switch (cell.type) {
    case 's':
      return value === '' ? '' : context.strings.at(Number(value))
    case 'str':
    case 'inlineStr':
      return decodeEscapes(value)
    case 'b':
      return value === '1' || value.toLowerCase() === 'true' ? 'TRUE' : 'FALSE'
    case 'e':
      return value
    default: {
      const number = value === '' ? Number.NaN : Number(value)
      if (Number.isNaN(number)) return value
      return cell.style >= 0 && context.isDate(cell.style)
        ? dayText(serialToDate(number, context.date1904))
        : plainNumber(number)
    }
  }
}

function dayText(date: Date): string {
  if (Number.isNaN(date.getTime())) return ''
  const [day = '', time = ''] = date.toISOString().split('T')
  return time.startsWith('00:00:00') ? day : `${day} ${time.slice(0, 8)}`
}

/** `13800138000`, never `1.38e+10`; at most 15 digits are the file's, what follows is noise of the binary form. */
function plainNumber(value: number): string {
  const text = String(Number.isInteger(value) ? value : Number(value.toPrecision(15)))
  return /e/i.test(text) && Math.abs(value) < 1e21 ? value.toFixed(20).replace(/\.?0+$/, '') : text
}
