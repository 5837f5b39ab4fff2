import type { Mapping } from '@changhui/contract/imports'
import type { Payer, VisitKind } from '@changhui/rules/words'
import { visitId } from '../vehicles/service.ts'
import { parseVisitKind } from './cells.ts'
import type { VisitLine } from './record.ts'
import type { Resolved } from './resolve.ts'

/** A visit as its table holds it. */
export interface VisitRow {
  readonly id: string
  readonly vehicleId: string
  readonly customerId: string
  readonly orderNo: string | null
  readonly arrivedOn: string
  readonly completedOn: string | null
  readonly kind: VisitKind
  readonly mileageKm: number | null
  readonly advisor: string | null
  readonly technician: string | null
  readonly lines: readonly VisitLine[]
  readonly totalFen: number | null
  readonly payerFen: Readonly<Partial<Record<Payer, number | null>>>
}

/** What the database holds. */
export interface KnownVisit extends VisitRow {
  readonly byStaff: boolean
  /** Written by this import before: its rows count as created, too. */
  readonly ofThisImport: boolean
}

export interface VisitChange {
  readonly visit: VisitRow
  readonly before: KnownVisit | undefined
  readonly rows: readonly Resolved[]
  /** Whether it must be written; false = the database holds it so already. */
  readonly changed: boolean
}

export const visitDayKey = (vehicleId: string, arrivedOn: string): string => `${vehicleId}|${arrivedOn}`

const lineKey = (line: VisitLine): string =>
  `${line.name.toUpperCase()}|${line.kind}|${line.quantity}|${line.amountFen ?? ''}|${line.payer}`

/**
 * Makes the visits of a batch: the rows of one vehicle, day and order number are one visit, their lines joined, each line once, so
 * that neither a repeated row nor a second run nor a batch's border changes the result. A visit that staff entered by hand for
 * the same day is the same visit.
 */
export function joinVisits(
  storeId: string,
  mapping: Mapping,
  rows: readonly Resolved[],
  known: ReadonlyMap<string, readonly KnownVisit[]>,
): VisitChange[] {
  const groups = new Map<string, Resolved[]>()
  for (const row of rows) {
    const { visit } = row.record
    if (!visit || !row.vehicle) continue
    const id = visitId(storeId, row.vehicle.id, visit)
    const group = groups.get(id)
    if (group) group.push(row)
    else groups.set(id, [row])
  }
  const kindOf = visitKindOf(mapping)
  const changes: VisitChange[] = []
  for (const [id, group] of groups) {
    const [first] = group
    if (!first?.vehicle || !first.record.visit) continue
    const { arrivedOn, orderNo } = first.record.visit
    const sameDay = known.get(visitDayKey(first.vehicle.id, arrivedOn)) ?? []
    const before =
      sameDay.find((one) => one.id === id) ??
      sameDay.find((one) => one.byStaff && (one.orderNo === orderNo || one.orderNo === null || orderNo === null))
    const visit = joinRows(before, id, group, mapping, kindOf)
    const changed = !before || !sameVisit(before, visit)
    mark(group, before, visit)
    changes.push({ visit, before, rows: group, changed })
  }
  return changes
}

function joinRows(
  before: KnownVisit | undefined,
  id: string,
  group: readonly Resolved[],
  mapping: Mapping,
  kindOf: (kindText: string | null, lines: readonly VisitLine[]) => VisitKind | undefined,
): VisitRow {
  const parts = group.map((row) => row.record.visit).filter((part) => part !== null)
  const last = <T>(read: (part: (typeof parts)[number]) => T | null | undefined): T | undefined => {
    for (let at = parts.length - 1; at >= 0; at--) {
      const part = parts[at]
      const value = part && read(part)
      if (value !== null && value !== undefined) return value
    }
    return undefined
  }
  const told = parts.flatMap((part) => part.lines)
  const lines = mapping.severalLinesPerVisit
    ? unique([...(before?.lines ?? []), ...told])
    : told.length > 0
      ? unique(told)
      : (before?.lines ?? [])
  const kindText = last((part) => part.kindText) ?? null
  const sum = mapping.severalLinesPerVisit ? sumOf(lines) : undefined
  const payerFen: Partial<Record<Payer, number | null>> = { ...before?.payerFen }
  for (const part of parts) Object.assign(payerFen, part.payerFen)
  const [first] = group
  return {
    id: before?.id ?? id,
    vehicleId: first?.vehicle?.id ?? '',
    customerId: before?.customerId ?? first?.customer.id ?? '',
    orderNo: last((part) => part.orderNo) ?? before?.orderNo ?? null,
    arrivedOn: parts[0]?.arrivedOn ?? '',
    completedOn: last((part) => part.completedOn) ?? before?.completedOn ?? null,
    kind: kindOf(kindText, lines) ?? before?.kind ?? mapping.defaultVisitKind,
    mileageKm: last((part) => part.mileageKm) ?? before?.mileageKm ?? null,
    advisor: last((part) => part.advisor) ?? before?.advisor ?? null,
    technician: last((part) => part.technician) ?? before?.technician ?? null,
    lines,
    totalFen: last((part) => part.totalFen) ?? sum ?? before?.totalFen ?? null,
    payerFen,
  }
}

function unique(lines: readonly VisitLine[]): VisitLine[] {
  if (lines.length < 2) return [...lines]
  const seen = new Map<string, VisitLine>()
  for (const line of lines) {
    const key = lineKey(line)
    if (!seen.has(key)) seen.set(key, line)
  }
  // one order whatever the order of the rows
  return [...seen].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)).map(([, line]) => line)
}

function sumOf(lines: readonly VisitLine[]): number | undefined {
  const amounts = lines.flatMap((line) => (line.amountFen === null ? [] : [line.amountFen]))
  return amounts.length > 0 ? amounts.reduce((sum, amount) => sum + amount, 0) : undefined
}

/** A visit that was several things at once is the first of these. */
const WEIGHT: readonly VisitKind[] = ['maintenance', 'claim', 'repair', 'other', 'wash']

/**
 * The kind of a visit: what its type says (the mapping's rules, then the words of the trade), else the weightiest of its lines; a
 * line that no rule knows counts as the mapping's default. Undefined when nothing says anything.
 */
function visitKindOf(mapping: Mapping) {
  const rules = mapping.visitKinds.map((rule) => ({ ...rule, contains: rule.contains.toUpperCase() }))
  const byRule = (text: string) => {
    const upper = text.toUpperCase()
    return rules.find((rule) => upper.includes(rule.contains))?.kind
  }
  const ofLine = (name: string) => byRule(name) ?? (rules.length > 0 ? mapping.defaultVisitKind : parseVisitKind(name))
  return (kindText: string | null, lines: readonly VisitLine[]): VisitKind | undefined => {
    const told = kindText === null ? undefined : (byRule(kindText) ?? parseVisitKind(kindText))
    if (told) return told
    const kinds = new Set(lines.map((line) => ofLine(line.name)))
    return WEIGHT.find((kind) => kinds.has(kind))
  }
}

function sameVisit(a: VisitRow, b: VisitRow): boolean {
  return (
    a.orderNo === b.orderNo &&
    a.completedOn === b.completedOn &&
    a.kind === b.kind &&
    a.mileageKm === b.mileageKm &&
    a.advisor === b.advisor &&
    a.technician === b.technician &&
    a.totalFen === b.totalFen &&
    (['customer', 'warranty', 'insurance', 'internal'] as const).every(
      (who) => (a.payerFen[who] ?? null) === (b.payerFen[who] ?? null),
    ) &&
    a.lines.length === b.lines.length &&
    unique(a.lines).every((line, at) => lineKey(line) === lineKey(unique(b.lines)[at] ?? line))
  )
}

/** Which rows made the visit what it is: those that brought a line or value it had not. */
function mark(group: readonly Resolved[], before: KnownVisit | undefined, visit: VisitRow): void {
  if (before && sameVisit(before, visit)) return
  const seen = new Set((before?.lines ?? []).map(lineKey))
  let headTold = false
  for (const row of group) {
    const fresh = (row.record.visit?.lines ?? []).filter((line) => !seen.has(lineKey(line)))
    for (const line of fresh) seen.add(lineKey(line))
    // the head of the visit counts for its first row
    if (fresh.length === 0 && headTold) continue
    headTold = true
    if (!before || before.ofThisImport) row.created = true
    else row.updated = true
  }
}
