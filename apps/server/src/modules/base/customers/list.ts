import type { customerFilters, customerRow } from '@changhui/contract/customers'
import { type ChurnBand, lastVisitsIn } from '@changhui/rules/churn'
import { matcher } from '@changhui/rules/name'
import { maskPhone } from '@changhui/rules/phone'
import type { RawBuilder } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import type { Scope } from '../../../platform/scope.ts'
import { dueSelect, explainDue } from '../../care/service.ts'
import { bandOf, churnBandsOf } from './churn.ts'
import {
  carsOfCustomer,
  countUpTo,
  idsUpTo,
  type ListPlace,
  type ListRow,
  listConditions,
  listPage,
  sampleShare,
  searchCandidates,
  storeEstimate,
} from './list-store.ts'
import { keyMaker, queryKeys } from './search-keys.ts'

export type Filters = { readonly [K in keyof typeof customerFilters]?: z.output<(typeof customerFilters)[K]> }
type Row = z.infer<typeof customerRow>

/** A query filters by at most so many candidates for each way to read it: who types one character does not page through 70,000. */
const QUERY_CANDIDATES = 2_000
/** Above this a count is an estimate. */
export const EXACT_UP_TO = 10_000

/** A page of customers, latest visit first; the cursor names the last row, so rows added meanwhile neither repeat nor hide others. */
export async function listCustomers(
  scope: Scope,
  input: Filters & { cursor?: string | undefined; limit: number },
): Promise<{ rows: Row[]; nextCursor: string | null }> {
  const conditions = await conditionsOf(scope, input, carsOfCustomer)
  const rows = await listPage(scope, conditions, input.cursor ? placeOf(input.cursor) : undefined, input.limit + 1)
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined
  const page = await withDue(scope, rows.slice(0, input.limit))
  return {
    rows: page.map(toRow),
    nextCursor: last ? encodeCursor(last.lastVisitOn, last.id) : null,
  }
}

/** How many customers the filters leave: exact up to 10,000, then from statistics and a sample. */
export async function countCustomers(scope: Scope, filters: Filters): Promise<{ count: number; exact: boolean }> {
  const conditions = await conditionsOf(scope, filters)
  const counted = await countUpTo(scope, conditions, EXACT_UP_TO + 1)
  if (counted <= EXACT_UP_TO) return { count: counted, exact: true }
  const whole = await storeEstimate(scope)
  const share = whole && (Object.keys(filters).length > 0 ? await sampleShare(scope, conditions, whole) : 1)
  if (!whole || share === null) return { count: await countUpTo(scope, conditions, 2 ** 31 - 1), exact: true }
  return { count: Math.max(counted, Math.round(whole * share)), exact: false }
}

/** All rows the filters leave, page by page, as the export reads them. */
export async function* eachCustomer(scope: Scope, filters: Filters): AsyncGenerator<DueRow> {
  const conditions = await conditionsOf(scope, filters)
  const size = 1_000
  let place: ListPlace | undefined
  for (;;) {
    const rows = await listPage(scope, conditions, place, size)
    yield* await withDue(scope, rows)
    const last = rows.at(-1)
    if (!last || rows.length < size) return
    place = { lastVisitOn: last.lastVisitOn, id: last.id }
  }
}

/** Ids of the customers the filters leave, `most` at most, for what is done with all of them at once. */
export async function customerIds(scope: Scope, filters: Filters, most: number): Promise<string[]> {
  return idsUpTo(scope, await conditionsOf(scope, filters), most)
}

/** `cars`: for a page, which ends once it is full; without, all of the store at once, for counting and for taking every row. */
async function conditionsOf(scope: Scope, filters: Filters, cars?: RawBuilder<unknown>): Promise<RawBuilder<unknown>> {
  const { query, dueWithinDays, band, ...others } = filters
  const days = band && lastVisitsIn(band, scope.today, await churnBandsOf(scope))
  const plain = { ...others, lastVisitFrom: days?.from?.toString(), lastVisitTo: days?.to?.toString() }
  const everybody = listConditions(scope, plain)
  if (query === undefined && dueWithinDays === undefined) return everybody
  const due = dueWithinDays === undefined ? undefined : await dueSelect(scope, cars)
  return listConditions(scope, {
    ...plain,
    // where nothing is planned nobody is due
    ids: query ? await idsOfQuery(scope, query) : dueWithinDays !== undefined && !due ? [] : undefined,
    due: due && { rows: due, until: scope.today.add({ days: dueWithinDays ?? 0 }).toString() },
  })
}

async function idsOfQuery(scope: Scope, query: string): Promise<string[]> {
  const alternatives = queryKeys(keyMaker(scope.storeId), query)
  if (alternatives.length === 0) return []
  const candidates = await searchCandidates(scope, alternatives, QUERY_CANDIDATES)
  return candidates.filter(matcher(query)).map((one) => one.id)
}

const place = z.tuple([z.iso.date().nullable(), z.guid()])

function placeOf(cursor: string): ListPlace {
  const [lastVisitOn, id] = decodeCursor(cursor, place)
  return { lastVisitOn, id }
}

/** A row with the first day on which one of its cars is due for something, and the customer's churn band. */
export type DueRow = ListRow & { readonly nextDueOn: string | null; readonly band: ChurnBand | null }

async function withDue(scope: Scope, rows: readonly ListRow[]): Promise<DueRow[]> {
  const due = await explainDue(
    scope,
    rows.flatMap((row) => row.vehicleIds),
    'call',
  )
  const bands = await churnBandsOf(scope)
  return rows.map((row) => {
    const days = row.vehicleIds
      .flatMap((id) => due.get(id) ?? [])
      .flatMap((one) => (one.dueOn && one.state !== 'excluded' && one.state !== 'too-late' ? [one.dueOn] : []))
    return { ...row, nextDueOn: days.sort()[0] ?? null, band: bandOf(row.lastVisitOn, scope.today, bands) }
  })
}

function toRow(row: DueRow): Row {
  return {
    id: row.id,
    name: row.name,
    phoneMasked: row.phone ? maskPhone(row.phone) : null,
    plates: row.plates,
    models: row.models,
    lastVisitOn: row.lastVisitOn,
    band: row.band,
    nextDueOn: row.nextDueOn,
    openTasks: row.openTasks,
    doNotDisturb: row.doNotDisturb,
    tags: row.tags,
  }
}
