import type { Permission } from '@changhui/rules/permissions'
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { problemData } from './problems.ts'

/** What a route needs. `public`: anyone; `signed-in`: any session; else the permission, held in the store of the path. */
export type RouteMeta = { needs: Permission | 'signed-in' | 'public' }

/** Typed errors every route may answer with. `data` names the problem, the field and the values for its sentence. */
export const routeErrors = {
  BAD_REQUEST: { status: 400, data: problemData },
  UNAUTHORIZED: { status: 401, data: problemData },
  FORBIDDEN: { status: 403, data: problemData },
  NOT_FOUND: { status: 404, data: problemData },
  CONFLICT: { status: 409, data: problemData },
  TOO_MANY_REQUESTS: { status: 429, data: problemData },
} as const

/** The start of every route: `route('GET', '/stores/{storeId}/customers', 'customer.read', 'Customers of a store')`. */
export function route(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: `/${string}`,
  needs: RouteMeta['needs'],
  summary: string,
) {
  const tag = path.replace('/stores/{storeId}', '').split('/')[1] ?? 'other'
  return oc
    .$meta<RouteMeta>({ needs })
    .errors(routeErrors)
    .route({ method, path, summary, tags: [tag], inputStructure: 'compact' })
}

/** Any UUID: ids derived from a natural key carry no version. */
export const id = z.guid()
const inOurTimes = (value: string) => value >= '1900' && value < '2200'
/** A calendar day, `2026-11-21`, of the years 1900 to 2199: sums with days stay inside what every calendar here can hold. */
export const day = z.iso.date().refine(inOurTimes, 'day.out-of-range')
/** A moment, `2026-11-21T08:30:00Z`, of the same years. */
export const instant = z.iso.datetime({ offset: true }).refine(inOurTimes, 'day.out-of-range')
/** What PostgreSQL or a page cannot hold: control characters but tab and line ends, and two that are no characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused
const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
/** Text a person typed: trimmed, well-formed, without control characters. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !unfit.test(value) && value.isWellFormed(), 'text.control-characters')
/** A store's scope stands in the path of every store route. */
export const inStore = z.object({ storeId: id })
export const ofStore = <T extends z.ZodRawShape>(shape: T) => inStore.extend(shape)
/** Cursor pagination (API-01): pass `nextCursor` back; null at the end. */
export const pageInput = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({ rows: z.array(row), nextCursor: z.string().nullable() })
/** Optimistic lock: the version that the page had read; an older one is a CONFLICT (SEC-03). */
export const version = z.number().int().min(1)
/** What the reception speaks of when the car is there: programme keys of open reminders and of the third-service lock (CARE-02, CARE-03). */
export const receptionFlags = z.array(z.string())
export const fen = z.number().int().min(0).max(1e12)
export const odometerKm = z.number().int().min(0).max(2_000_000)
/** A downloadable file. */
export const file = z.file()
export const done = z.object({ ok: z.literal(true) })
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((v) => v === 'true')])
export const list = <T extends z.ZodType>(item: T) => z.union([z.array(item), item.transform((one) => [one])])
