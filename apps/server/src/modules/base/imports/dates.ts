import type { Mapping } from '@changhui/contract/imports'

type DateOrder = Mapping['dateOrder']

const CHINESE = /^(\d{4}|\d{2})年(\d{1,2})月(\d{1,2})[日号]?$/
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/
const PARTS = /^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})$/
const MONTH_NAME = /^(?:(\d{1,2})[- ]([a-z]{3,9})[-, ]+(\d{2,4})|([a-z]{3,9}) (\d{1,2}),? (\d{4}))$/
/** A time of day behind the date, in the forms spreadsheets and DMS exports write. */
const TIME =
  /[T\s]+(?:[上下]午\s*)?\d{1,2}[:时点]\d{1,2}分?(?:[:分]?\d{1,2}(?:\.\d+)?秒?)?(?:\s*[ap]m)?(?:z|[+-]\d{2}:?\d{2})?$/i
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const DAYS_TO_1970 = 25_569
const DAYS_1900_TO_1904 = 1_462
const DAY_MS = 86_400_000

/** Two digits are of the hundred years that end ten years after `thisYear`. */
function fullYear(year: number, digits: number, thisYear: number): number {
  if (digits > 2) return year
  const full = Math.floor(thisYear / 100) * 100 + year
  return full > thisYear + 10 ? full - 100 : full
}

/** `2026-01-31`; undefined when there is no such day between 1900 and 2199. */
function isoDay(year: number, month: number, day: number): string | undefined {
  if (!(year >= 1900 && year <= 2199 && month >= 1 && month <= 12 && day >= 1)) return undefined
  const last =
    month === 2
      ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
        ? 29
        : 28
      : [4, 6, 9, 11].includes(month)
        ? 30
        : 31
  if (day > last) return undefined
  return `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`
}

/** The day of a spreadsheet's serial number: 45688 is 2025-01-31; 60, a day that never was, is refused. */
export function serialDay(serial: number, date1904 = false): string | undefined {
  const whole = Math.floor(date1904 ? serial + DAYS_1900_TO_1904 : serial)
  if (whole < 1 || whole > 109_938 || whole === 60) return undefined
  // before March 1900 the spreadsheet counts one day too few, because it believes in 29 February 1900
  const moment = new Date((whole - DAYS_TO_1970 + (whole < 60 ? 1 : 0)) * DAY_MS)
  return isoDay(moment.getUTCFullYear(), moment.getUTCMonth() + 1, moment.getUTCDate())
}

function byOrder(a: string, b: string, c: string, order: DateOrder, thisYear: number): string | undefined {
  if (a.length === 4) return isoDay(Number(a), Number(b), Number(c))
  if (a.length === 3 || c.length === 3) return undefined
  // a four-digit year at the end: year-first is out of the question
  const kind = c.length === 4 && order === 'ymd' ? (Number(a) > 12 ? 'dmy' : 'mdy') : order
  const [year, month, day] = kind === 'ymd' ? [a, b, c] : kind === 'dmy' ? [c, b, a] : [c, a, b]
  return isoDay(fullYear(Number(year), year.length, thisYear), Number(month), Number(day))
}

/**
 * Reads a calendar day (BASE-04): 2026-01-31, 2026/1/31, 20260131, 2026年1月31日, 31-01-26 by `order`, 31-Jan-2026, a
 * spreadsheet's serial number; a time behind it is left out. `undefined`: no such day, or not a date.
 */
export function parseDay(raw: string, order: DateOrder, thisYear: number, date1904 = false): string | undefined {
  let text = raw.trim()
  if (/^\d{4}-\d{2}-\d{2}$/.test(text))
    return isoDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)))
  text = text.normalize('NFKC').trim()
  if (text.length > 40) return undefined
  if (/^\d{1,5}(?:\.\d+)?$/.test(text)) {
    const serial = Number(text)
    return serial >= 10_000 ? serialDay(serial, date1904) : undefined
  }
  text = text.replace(TIME, '').replace(/\s*(?:星期|周)[一二三四五六日天]$/, '')
  const compact = COMPACT.exec(text) ?? CHINESE.exec(text.replace(/\s+/g, ''))
  if (compact?.[1] && compact[2] && compact[3]) {
    return isoDay(fullYear(Number(compact[1]), compact[1].length, thisYear), Number(compact[2]), Number(compact[3]))
  }
  const withTime = /^(\d{8})\d{4}(?:\d{2})?$/.exec(text)
  if (withTime?.[1]) return parseDay(withTime[1], order, thisYear, date1904)
  const parts = PARTS.exec(text.replace(/\s*([-/.])\s*/g, '$1'))
  if (parts?.[1] && parts[2] && parts[3]) return byOrder(parts[1], parts[2], parts[3], order, thisYear)
  const named = MONTH_NAME.exec(text.toLowerCase())
  if (!named) return undefined
  const month = MONTHS.indexOf((named[2] ?? named[4] ?? '').slice(0, 3)) + 1
  const year = named[3] ?? named[6] ?? ''
  return isoDay(fullYear(Number(year), year.length, thisYear), month, Number(named[1] ?? named[5]))
}
