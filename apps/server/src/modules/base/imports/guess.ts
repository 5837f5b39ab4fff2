import { createHash } from 'node:crypto'
import { type Mapping, mapping as mappingShape } from '@changhui/contract/imports'
import { type FieldKey, fieldKeys, fieldOf, fieldsOf, type ImportKind, requiredFields } from './fields.ts'
import { isReasonColumn } from './reject-columns.ts'

/** A header as it is compared: NFKC, small letters, letters and digits only (`Phone No.` → `phoneno`). */
export const headerWord = (header: string): string =>
  header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** The same for every file of the same columns, in whatever order. */
export function headerFingerprint(headers: readonly string[]): string {
  const words = headers.filter((header) => !isReasonColumn(header)).map(headerWord)
  return createHash('sha256').update(words.sort().join('\n')).digest('hex').slice(0, 32)
}

/**
 * Headers as keys of a mapping: blank ones are named by their place, a repeated one gets a number, so that every column can
 * be told apart (`金额`, `金额 (2)`, `列 5`).
 */
export function columnNames(headers: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return headers.map((header, at) => {
    const name = header.trim().slice(0, 180) || `列 ${at + 1}`
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}

const wordsOf = (key: FieldKey): string[] => {
  const { zh, en, also } = fieldOf(key)
  return [headerWord(zh), headerWord(en), ...also]
}

/** How well a header names a field: 3 exactly, 1–2 when it begins or ends with one of its words, 0 not. */
function likeness(header: string, key: FieldKey): number {
  const word = headerWord(header)
  if (word === '') return 0
  if (wordsOf(key).includes(word)) return 3
  // `车主手机号码(必填)` names the phone, `客户姓名*` the name; short Latin words would match by chance
  const part = wordsOf(key).find(
    (known) =>
      (/\p{Script=Han}/u.test(known) ? known.length >= 2 : known.length >= 6) &&
      (word.startsWith(known) || word.endsWith(known)),
  )
  return part ? 1 + part.length / (word.length + 1) : 0
}

/** Guesses the mapping of a file's columns from their headers, Chinese or English; a field goes to the best column only. */
export function guessMapping(kind: ImportKind, columns: readonly string[]): Mapping {
  const allowed = fieldsOf(kind)
  const matches = columns
    .filter((column) => !isReasonColumn(column))
    .flatMap((column, place) => allowed.map((key) => ({ column, key, place, score: likeness(column, key) })))
    .filter((match) => match.score > 0)
    .sort((a, b) => b.score - a.score || fieldKeys.indexOf(a.key) - fieldKeys.indexOf(b.key) || a.place - b.place)
  const taken = new Set<string>()
  const guessed: Record<string, string> = {}
  for (const { column, key } of matches) {
    if (guessed[column] !== undefined || taken.has(key)) continue
    guessed[column] = key
    taken.add(key)
  }
  const mile = columns.some(
    (column) => guessed[column] === 'mileageKm' && /mile|英里/i.test(column) && !/mileage/i.test(column),
  )
  return mappingShape.parse({
    source: 'file',
    columns: guessed,
    odometerUnit: mile ? 'mile' : 'km',
    amountUnit: columns.some((column) => guessed[column] && /[（(]\s*分\s*[)）]/.test(column)) ? 'fen' : 'yuan',
  })
}

/** The first required field that no column of the mapping fills; undefined when the mapping can be used. */
export function missingField(
  kind: ImportKind,
  mapping: Mapping,
  columns: readonly string[],
): FieldKey | 'vehicle' | undefined {
  const mapped = new Set(columns.map((column) => mapping.columns[column]).filter((key) => key !== undefined))
  const missing = requiredFields(kind).find((key) => !mapped.has(key))
  if (missing) return missing
  if (kind === 'customers') return undefined
  const named =
    mapped.has('vin') || mapped.has('plate') || mapping.vehicleKey.some((column) => columns.includes(column))
  return named ? undefined : 'vehicle'
}
