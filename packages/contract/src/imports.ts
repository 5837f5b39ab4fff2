import { z } from 'zod'
import { done, file, id, ofStore, pageInput, pageOf, route, text } from './meta.ts'

export const importKinds = ['customers', 'deliveries', 'visits'] as const
export const importStates = [
  'uploaded',
  'mapped',
  'checking',
  'checked',
  'running',
  'done',
  'failed',
  'rolled-back',
  'interrupted',
  'cancelled',
] as const
/** A target field of a kind: what the mapping page offers. */
export const importField = z.object({ key: z.string(), zh: z.string(), en: z.string(), required: z.boolean() })
/** Column → field, with how to read it. `dateOrder`: order of day, month, year in dates without a clear form. */
export const mapping = z.object({
  source: text(60).min(1),
  columns: z.record(z.string().max(200), z.string().max(40)),
  dateOrder: z.enum(['ymd', 'dmy', 'mdy']).default('ymd'),
  odometerUnit: z.enum(['km', 'mile']).default('km'),
  amountUnit: z.enum(['yuan', 'fen']).default('yuan'),
  severalLinesPerVisit: z.boolean().default(false),
  /** Text → visit kind, first match wins; e.g. {"oil": "maintenance"}. */
  visitKinds: z
    .array(z.object({ contains: text(60).min(1), kind: z.enum(['maintenance', 'repair', 'wash', 'claim', 'other']) }))
    .max(100)
    .default([]),
  defaultVisitKind: z.enum(['maintenance', 'repair', 'wash', 'claim', 'other']).default('maintenance'),
  /** Columns that together name a vehicle when there is neither VIN nor a full plate. */
  vehicleKey: z.array(z.string().max(200)).max(5).default([]),
})
export type Mapping = z.infer<typeof mapping>
/** `column` as the file calls it, `reason` a key of importReasons. */
export const refusal = z.object({ row: z.number(), column: z.string(), reason: z.string(), value: z.string() })
export const importCounts = z.object({
  read: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.number(),
  warnings: z.number(),
  entities: z.object({ customers: z.number(), vehicles: z.number(), visits: z.number() }),
})
export const importJob = z.object({
  id,
  kind: z.enum(importKinds),
  fileName: z.string(),
  sizeBytes: z.number(),
  state: z.enum(importStates),
  encoding: z.string().nullable(),
  sheet: z.string().nullable(),
  headers: z.array(z.string()),
  sample: z.array(z.array(z.string())),
  mapping: mapping.nullable(),
  fields: z.array(importField),
  counts: importCounts.nullable(),
  progress: z.object({ bytesDone: z.number(), bytesTotal: z.number(), rows: z.number() }).nullable(),
  preview: z.array(
    z.object({
      row: z.number(),
      action: z.enum(['create', 'update', 'unchanged', 'reject']),
      values: z.record(z.string(), z.string()),
      problems: z.array(refusal),
    }),
  ),
  /** The first 1,000 refusals and warnings; all of them stand in `counts` and in the file of rejected rows. */
  problems: z.array(refusal),
  warnings: z.array(refusal),
  /** Why the file could not be worked through, and what stays; `code` is a key of fileReasons. */
  failure: z.object({ code: z.string(), zh: z.string(), en: z.string() }).nullable(),
  createdAt: z.string(),
  createdByName: z.string().nullable(),
})
export type ImportJob = z.infer<typeof importJob>

const one = { importId: id }
export const importsContract = {
  upload: route(
    'POST',
    '/stores/{storeId}/imports',
    'import.run',
    'Upload a .csv or .xlsx (multipart); columns are guessed, an earlier mapping of the same headers is used again',
  )
    .input(ofStore({ kind: z.enum(importKinds), file: z.file() }))
    .output(importJob),
  list: route('GET', '/stores/{storeId}/imports', 'import.run', 'Imports, newest first')
    .input(ofStore(pageInput))
    .output(
      pageOf(
        importJob.pick({
          id: true,
          kind: true,
          fileName: true,
          sizeBytes: true,
          state: true,
          counts: true,
          createdAt: true,
          createdByName: true,
          progress: true,
          failure: true,
        }),
      ),
    ),
  get: route('GET', '/stores/{storeId}/imports/{importId}', 'import.run', 'One import with progress')
    .input(ofStore(one))
    .output(importJob),
  map: route('PUT', '/stores/{storeId}/imports/{importId}/mapping', 'import.run', 'Correct the mapping')
    .input(ofStore({ ...one, mapping }))
    .output(importJob),
  check: route(
    'POST',
    '/stores/{storeId}/imports/{importId}/check',
    'import.run',
    'Dry run: counts, preview and every problem; writes nothing',
  )
    .input(ofStore(one))
    .output(importJob),
  run: route('POST', '/stores/{storeId}/imports/{importId}/run', 'import.run', 'Import; goes on after a crash')
    .input(ofStore(one))
    .output(importJob),
  cancel: route(
    'POST',
    '/stores/{storeId}/imports/{importId}/cancel',
    'import.run',
    'Stop and throw the upload away; what is already committed stays',
  )
    .input(ofStore(one))
    .output(done),
  rejects: route(
    'GET',
    '/stores/{storeId}/imports/{importId}/rejects',
    'import.run',
    'Rejected rows with reasons, in the columns of the file, to correct and import again; logged',
  )
    .input(ofStore({ ...one, format: z.enum(['csv', 'xlsx']).default('xlsx') }))
    .output(file),
}
