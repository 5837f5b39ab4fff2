import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Mapping, mapping as mappingShape } from '@changhui/contract/imports'
import type { Scope } from '../../../platform/scope.ts'
import { parseDay } from './dates.ts'
import { fieldOf, fieldsOf, type ImportKind } from './fields.ts'
import { guessMapping, headerFingerprint, missingField } from './guess.ts'
import { shippedMappings } from './mappings/all.ts'
import { openTable, type TableSource } from './open-file.ts'
import { findMapping, insertJob, type JobRow } from './store.ts'

/** What is known of a file before a store is asked. */
export interface PreparedFile {
  readonly table: TableSource
  readonly fileHash: string
}

/** Opens a file, looks at its first rows and fingerprints the whole of it. Throws FileProblem. */
export async function prepareFile(path: string): Promise<PreparedFile> {
  const table = await openTable(path)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>)
    hash.update(chunk)
  return { table, fileHash: hash.digest('hex') }
}

/** The mapping of an earlier file with the same columns, else one that ships for them, else a guess from headers and first rows. */
export async function suggestMapping(scope: Scope, kind: ImportKind, table: TableSource): Promise<Mapping> {
  const fingerprint = headerFingerprint(table.columns)
  const kept = mappingShape.safeParse(await findMapping(scope, kind, fingerprint))
  if (kept.success) return kept.data
  const allowed: readonly string[] = fieldsOf(kind)
  const shipped = Object.values(shippedMappings).find(
    ({ columns }) =>
      headerFingerprint(Object.keys(columns)) === fingerprint &&
      Object.values(columns).every((key) => allowed.includes(key)),
  )
  if (shipped) return shipped
  const guess = guessMapping(kind, table.columns)
  return {
    ...guess,
    dateOrder: guessDateOrder(guess, table, scope.today.toString()),
    severalLinesPerVisit: kind === 'visits' && linesRepeat(guess, table),
  }
}

/** Whether the first rows tell one visit over several lines: the same order (or vehicle and day) with different items. */
function linesRepeat({ columns }: Mapping, table: TableSource): boolean {
  const placesOf = (...fields: string[]) =>
    table.columns.flatMap((name, at) => (fields.includes(columns[name] ?? '') ? [at] : []))
  const items = placesOf('item')
  const heads = placesOf('orderNo', 'vin', 'plate', 'arrivedOn')
  if (items.length === 0 || heads.length === 0) return false
  const told = (cells: readonly string[], places: readonly number[]) => places.map((at) => cells[at] ?? '').join('|')
  const visits = Map.groupBy(table.sample, (cells) => told(cells, heads))
  return [...visits.values()].some((lines) => new Set(lines.map((cells) => told(cells, items))).size > 1)
}

/** The first of year-, day- and month-first under which every date of the first rows exists and none that should be past is to come. */
function guessDateOrder(mapping: Mapping, table: TableSource, today: string): Mapping['dateOrder'] {
  const columns = table.columns.flatMap((name, at) => {
    const field = mapping.columns[name] as keyof typeof pastFields | undefined
    return field && fieldOf(field as never).type === 'day' ? [{ at, past: field in pastFields }] : []
  })
  const dates = table.sample.flatMap((cells) =>
    columns.flatMap(({ at, past }) => ((cells[at] ?? '').trim() === '' ? [] : [{ text: cells[at] ?? '', past }])),
  )
  const fits = (order: Mapping['dateOrder']) =>
    dates.every(({ text, past }) => {
      const day = parseDay(text, order, Number(today.slice(0, 4)), table.date1904)
      return day !== undefined && (!past || day <= today)
    })
  return (['ymd', 'dmy', 'mdy'] as const).find(fits) ?? 'ymd'
}

const pastFields = { arrivedOn: true, completedOn: true, deliveredOn: true, birthday: true } as const

/** Keeps a new import, mapped as suggested or as told. */
export async function addJob(
  scope: Scope,
  kind: ImportKind,
  fileName: string,
  { table, fileHash }: PreparedFile,
  told?: Mapping,
): Promise<JobRow['id']> {
  const mapping = told ?? (await suggestMapping(scope, kind, table))
  const id = scope.newId()
  await insertJob(scope, {
    id,
    kind,
    fileName: fileName.slice(0, 200),
    sizeBytes: table.sizeBytes,
    fileHash,
    state: missingField(kind, mapping, table.columns) === undefined ? 'mapped' : 'uploaded',
    format: table.format,
    encoding: table.encoding,
    sheet: table.sheet,
    headers: table.columns,
    sample: table.sample,
    mapping,
  })
  return id
}
