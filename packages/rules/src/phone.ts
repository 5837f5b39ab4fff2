/** What a normalised Chinese phone number is. `service` is a 400/800 line. */
export type PhoneKind = 'mobile' | 'landline' | 'service'

/** Why a text is no phone number; the page turns the code into words. */
export type PhoneRefusal =
  | 'empty'
  | 'scientific' // 1.38E+10: the spreadsheet has already lost the last digits
  | 'masked' // 138****1234
  | 'foreign'
  | 'characters'
  | 'too-short'
  | 'too-long'
  | 'no-area-code'
  | 'lost-zero' // a landline stored as a number: 2112345678
  | 'unknown-prefix'

export type PhoneResult =
  | { readonly ok: true; readonly number: string; readonly kind: PhoneKind }
  | { readonly ok: false; readonly reason: PhoneRefusal }

const NOTHING = /^(?:无|没有|无电话|暂无|未知|不详|n\/?a|null|none|[-/.*0]*)$/
const EXTENSION = /^(.+?)(?:转|分机|ext\.?|x|#)(\d{1,6})$/
const LANDLINE = /^(010|02\d|0[3-9]\d\d)-?([1-9]\d{6,7})(?:-(\d{1,6}))?$/

const refuse = (reason: PhoneRefusal): PhoneResult => ({ ok: false, reason })

/**
 * Normalises one Chinese phone number (BASE-01, BASE-04). Mobiles become 11 digits, 400/800 lines 10 digits, landlines
 * area code + number in digits with `-extension` where there is one (`02161234567-801`).
 * Takes full-width digits, +86/0086, spaces, dashes, brackets, a trailing `.0`, thousands separators.
 */
export function normalisePhone(raw: string): PhoneResult {
  let text = raw.normalize('NFKC').trim().toLowerCase().replace(/^'/, '')
  if (NOTHING.test(text)) return refuse('empty')
  if (/^[+-]?\d+(?:\.\d+)?e[+-]?\d+$/.test(text)) return refuse('scientific')
  if (/^\d{1,3}(?:,\d{3})+(?:\.0+)?$/.test(text)) text = text.replaceAll(',', '')
  text = text.replace(/\.0+$/, '').replace(/[–—−‐‑ー_]/g, '-')
  if (/^\+(?!86)/.test(text) || /^00(?!86)\d/.test(text)) return refuse('foreign')
  text = text.replace(/\s+/g, '').replace(/^(?:\+|00)86-?/, '')
  if (/\d[*x]{2,}\d/.test(text)) return refuse('masked')
  let extension: string | undefined
  const split = EXTENSION.exec(text)
  if (split?.[1] && split[2]) {
    text = split[1]
    extension = split[2]
  }
  if (!/^[\d\-().·]+$/.test(text)) return refuse('characters')
  const dashed = text.replace(/[().·]/g, '').replace(/^-+|-+$/g, '')
  const withExtension = LANDLINE.exec(dashed)
  if (withExtension?.[3]) return landline(withExtension, extension ?? withExtension[3])
  let digits = dashed.replaceAll('-', '')
  if (/^(?:86|0)1[3-9]\d{9}$/.test(digits)) digits = digits.slice(-11)
  return fromDigits(digits, extension, /^(?:\+|00)86/.test(raw.normalize('NFKC').replace(/[\s']/g, '')))
}

function fromDigits(digits: string, extension: string | undefined, international: boolean): PhoneResult {
  if (/^1[3-9]\d{9}$/.test(digits)) return { ok: true, number: digits, kind: 'mobile' }
  if (/^[48]00\d{7}$/.test(digits)) return { ok: true, number: digits, kind: 'service' }
  // +86 10 6123 4567: the trunk zero is left out on purpose after the country code.
  const match = LANDLINE.exec(international && !digits.startsWith('0') ? `0${digits}` : digits)
  if (match) return landline(match, extension)
  if (digits.length >= 7 && digits.length <= 8 && /^[2-9]/.test(digits)) return refuse('no-area-code')
  if (/^(?:10|2\d|[3-9]\d\d)[1-9]\d{6,7}$/.test(digits)) return refuse('lost-zero')
  if (digits.length < 11) return refuse('too-short')
  if (digits.length > 12) return refuse('too-long')
  return refuse('unknown-prefix')
}

function landline(match: RegExpExecArray, extension: string | undefined): PhoneResult {
  const number = `${match[1]}${match[2]}`
  return { ok: true, number: extension ? `${number}-${extension}` : number, kind: 'landline' }
}

/**
 * Cuts a cell that holds several numbers (`/ 、 ; , |`, line breaks, or blanks between whole numbers) into its pieces; none of
 * one that says in words that there is no number (`N/A`).
 */
export function splitPhones(cell: string): string[] {
  const text = cell.normalize('NFKC').trim()
  if (NOTHING.test(text.toLowerCase())) return []
  if (/^\d{1,3}(?:,\d{3})+(?:\.0+)?$/.test(text)) return [text]
  return text
    .split(/[/、;,|\n\r]+/)
    .flatMap((piece) => piece.split(/\s+(?=(?:\+?86)?1[3-9]\d{9}\b)|(?<=\b1[3-9]\d{9})\s+/))
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
}

/** The digits of a normalised number without its extension. */
export function phoneDigits(number: string): string {
  const dash = number.indexOf('-')
  return dash < 0 ? number : number.slice(0, dash)
}

/** `138****1234`; the extension is left out, a very short number is hidden but for two digits (SEC-01). */
export function maskPhone(number: string): string {
  const digits = phoneDigits(number)
  return digits.length >= 8 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : `****${digits.slice(-2)}`
}

/** The last `length` digits of a normalised number, without its extension. */
export function phoneTail(number: string, length = 4): string {
  return phoneDigits(number).slice(-length)
}
