import { CHURN_BANDS, type ChurnBand, firstDayWithin } from '@changhui/rules/churn'

/** The filters as they stand in the address and in a saved view; `visit` is relative, so that a view stays fresh. */
export interface Filters {
  query?: string
  due?: number
  visit?: VisitBand
  band?: ChurnBand
  locality?: 'local' | 'out-of-town'
  noUsablePhone?: boolean
  tag?: string
  model?: string
}
export const visitBands = ['within1', 'over6', 'over9', 'over12'] as const
export type VisitBand = (typeof visitBands)[number]
export const dueChoices = [0, 7, 14, 30, 60] as const

const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

/** Reads filters from an address or a saved view; what it does not know it leaves out. */
export function readFilters(from: Record<string, unknown>): Filters {
  const filters: Filters = {
    query: textOf(from.query),
    due: dueChoices.find(
      (days) => days === Number(from.due) && from.due !== '' && from.due !== undefined && from.due !== null,
    ),
    visit: visitBands.find((band) => band === from.visit),
    band: CHURN_BANDS.find((band) => band === from.band),
    locality: from.locality === 'local' || from.locality === 'out-of-town' ? from.locality : undefined,
    noUsablePhone: from.noUsablePhone === true || from.noUsablePhone === 'true' ? true : undefined,
    tag: textOf(from.tag),
    model: textOf(from.model),
  }
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))
}

/** The filters as the API takes them, on the store's today. */
export function apiFilters({ due, visit, ...rest }: Filters, today: string) {
  const since = (months: number) => firstDayWithin(months, Temporal.PlainDate.from(today))
  return {
    ...rest,
    ...(due === undefined ? {} : { dueWithinDays: due }),
    ...(visit === 'within1' ? { lastVisitAfter: since(1).subtract({ days: 1 }).toString() } : {}),
    ...(visit === 'over6' ? { lastVisitBefore: since(6).toString() } : {}),
    ...(visit === 'over9' ? { lastVisitBefore: since(9).toString() } : {}),
    ...(visit === 'over12' ? { lastVisitBefore: since(12).toString() } : {}),
  }
}
export const sameFilters = (a: Filters, b: Filters) => {
  const flat = (filters: Filters) => JSON.stringify(Object.entries(filters).toSorted())
  return flat(a) === flat(b)
}
