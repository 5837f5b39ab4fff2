import type { Customer } from '@changhui/contract/customers'
import { normaliseName } from '@changhui/rules/name'
import { normalisePhone } from '@changhui/rules/phone'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { factsChanged } from '../../care/service.ts'
import { bandOf, churnBandsOf } from './churn.ts'
import { appendTimeline, type Corrections, noteCorrections, refreshSearch } from './service.ts'
import { toCustomer } from './shape.ts'
import {
  type CustomerRow,
  customerById,
  customerValue,
  insertPhone,
  phonesOf,
  survivorId,
  updateCustomer,
  updatePhoneState,
} from './store.ts'

/** What staff may write on a customer; a missing field stays as it is. */
export type CustomerChanges = Partial<
  Omit<Customer, 'id' | 'phones' | 'lastVisitOn' | 'band' | 'value' | 'version' | 'createdAt' | 'updatedAt'>
>

/** One customer with masked numbers; for one that was merged away the customer who lives on. NOT_FOUND when there is none. */
export async function getCustomer(scope: Scope, wanted: string): Promise<Customer> {
  const id = await survivorId(scope, wanted)
  return whole(scope, found(await customerById(scope, id)))
}

async function whole(scope: Scope, row: CustomerRow): Promise<Customer> {
  // one after the other: a transaction has one connection
  const phones = await phonesOf(scope, row.id)
  const value = await customerValue(scope, row.id)
  const bands = await churnBandsOf(scope)
  return toCustomer(row, phones, { value, band: bandOf(row.lastVisitOn, scope.today, bands) })
}

/** Adds a customer. BAD_REQUEST `name.missing` or `phone.invalid`. */
export async function createCustomer(
  scope: Scope,
  input: CustomerChanges & { name: string; phones: readonly string[] },
): Promise<Customer> {
  const { phones, ...fields } = input
  const numbers = [...new Set(phones.map((phone, at) => phoneNumber(phone, `phones.${at}`)))]
  const id = scope.newId()
  const now = scope.now.toString()
  const { name, consents, ...rest } = fields
  await scope.tx
    .insertInto('customer')
    .values({
      ...rest,
      storeId: scope.storeId,
      id,
      name: nameOf(name),
      consents: JSON.stringify(consents ?? {}),
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  for (const number of numbers) await insertPhone(scope, id, number, null)
  await refreshSearch(scope, [id])
  await appendTimeline(scope, [{ kind: 'customer.created', customerId: id }])
  return getCustomer(scope, id)
}

/**
 * Changes a customer. CONFLICT `version.changed` when somebody else saved since the page was read (SEC-03). What staff
 * corrected is remembered with the value the source held (BASE-11); tasks follow opt-outs and consents (CARE-23).
 */
export async function editCustomer(
  scope: Scope,
  id: string,
  version: number,
  changes: CustomerChanges,
): Promise<Customer> {
  const before = found(await customerById(scope, id))
  if (before.version !== version) throw new Problem('CONFLICT', 'version.changed')
  const { name, consents, ...rest } = changes
  const next = {
    ...rest,
    ...(name === undefined ? {} : { name: nameOf(name) }),
    ...(consents === undefined ? {} : { consents: { ...(before.consents as Record<string, boolean>), ...consents } }),
  }
  const fields = changedFields(before, next)
  if (fields.length === 0) return getCustomer(scope, id)
  const corrected = noteCorrections(before.staffCorrected as Corrections, { ...before }, next)
  const row = await updateCustomer(scope, id, version, {
    ...next,
    consents: JSON.stringify(next.consents ?? before.consents),
    staffCorrected: JSON.stringify(corrected),
  })
  if (!row) throw new Problem('CONFLICT', 'version.changed')
  if (fields.includes('name')) await refreshSearch(scope, [id])
  await appendTimeline(scope, [{ kind: 'customer.edited', customerId: id, data: { fields } }])
  if (fields.some((field) => field === 'doNotDisturb' || field === 'consents')) {
    await recordAudit(scope, {
      action: 'customer.consent',
      subjectKind: 'customer',
      subjectId: id,
      detail: { doNotDisturb: row.doNotDisturb, consents: row.consents },
    })
  }
  // opt-outs close calls, the advisor's own calls go to the new one
  if (fields.some((field) => ['doNotDisturb', 'consents', 'advisorId'].includes(field)))
    await factsChanged(scope, { customerIds: [id] })
  return whole(scope, row)
}

/** Adds a number. BAD_REQUEST `phone.invalid`, CONFLICT `phone.duplicate`. Tasks that waited for a number go on. */
export async function addPhone(
  scope: Scope,
  customerId: string,
  number: string,
  label: string | null,
): Promise<Customer> {
  found(await customerById(scope, customerId))
  const phone = await insertPhone(scope, customerId, phoneNumber(number, 'number'), label)
  if (!phone) throw new Problem('CONFLICT', 'phone.duplicate', { field: 'number' })
  await refreshSearch(scope, [customerId])
  await appendTimeline(scope, [{ kind: 'phone.added', customerId, data: { phoneId: phone.id } }])
  await factsChanged(scope, { customerIds: [customerId] })
  return getCustomer(scope, customerId)
}

/** Marks a number usable, dead or wrong; saying so twice is one event. */
export async function setPhoneState(
  scope: Scope,
  customerId: string,
  phoneId: string,
  state: 'usable' | 'dead' | 'wrong',
): Promise<Customer> {
  const before = found(await updatePhoneState(scope, customerId, phoneId, state))
  if (before !== state) {
    await refreshSearch(scope, [customerId])
    await appendTimeline(scope, [{ kind: 'phone.state', customerId, data: { phoneId, from: before, to: state } }])
    await factsChanged(scope, { customerIds: [customerId] })
  }
  return getCustomer(scope, customerId)
}

/** The full number, with a line in the audit log: who, which number, why, for which task (SEC-01). */
export async function unmaskPhone(
  scope: Scope,
  input: { customerId: string; phoneId: string; reason: string; taskId?: string | undefined },
): Promise<{ number: string }> {
  const phones = await phonesOf(scope, input.customerId)
  const phone = found(phones.find((one) => one.id === input.phoneId))
  await recordAudit(scope, {
    action: 'phone.unmask',
    subjectKind: 'customer',
    subjectId: input.customerId,
    detail: { phoneId: input.phoneId, reason: input.reason, taskId: input.taskId ?? null },
  })
  return { number: phone.number }
}

function nameOf(raw: string): string {
  const name = normaliseName(raw)
  if (name === '') throw new Problem('BAD_REQUEST', 'name.missing', { field: 'name' })
  return name
}

function phoneNumber(raw: string, field: string): string {
  const phone = normalisePhone(raw)
  if (!phone.ok) throw new Problem('BAD_REQUEST', 'phone.invalid', { field, values: { value: raw } })
  return phone.number
}

function changedFields(before: Readonly<Record<string, unknown>> | object, next: object): string[] {
  const old = before as Readonly<Record<string, unknown>>
  return Object.entries(next)
    .filter(([field, value]) => value !== undefined && !sameValue(old[field], value))
    .map(([field]) => field)
}

/** Objects compare by their entries: `jsonb` keeps its own order of keys. */
function sameValue(a: unknown, b: unknown): boolean {
  const ordered = (value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).sort()
      : (value ?? null)
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b))
}
