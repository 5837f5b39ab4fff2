import type { FieldKey } from './fields.ts'

type Value = string | number | null

/** Columns that a file can fill, by the names the API gives their fields. */
export const customerFields = {
  sex: 'sex',
  birthday: 'birthday',
  wechatId: 'wechat_id',
  email: 'email',
  address: 'address',
  region: 'region',
  locality: 'locality',
  occupation: 'occupation',
  industry: 'industry',
  source: 'source',
  memberLevel: 'member_level',
} as const satisfies Partial<Record<FieldKey, string>>

export const vehicleFields = {
  brand: 'brand',
  series: 'series',
  model: 'model',
  energy: 'energy',
  purpose: 'purpose',
  deliveredOn: 'delivered_on',
  warrantyEndOn: 'warranty_end_on',
  warrantyEndKm: 'warranty_end_km',
  inspectionDueOn: 'inspection_due_on',
  compulsoryInsurer: 'compulsory_insurer',
  compulsoryExpiryOn: 'compulsory_expiry_on',
  commercialInsurer: 'commercial_insurer',
  commercialExpiryOn: 'commercial_expiry_on',
  intervalMonths: 'interval_months',
  intervalKm: 'interval_km',
} as const satisfies Partial<Record<FieldKey, string>>

const numbers: ReadonlySet<string> = new Set(['warrantyEndKm', 'intervalMonths', 'intervalKm'])

/** A field's value as the table holds it. */
export const fieldValue = (field: string, text: string): string | number => (numbers.has(field) ? Number(text) : text)

/** What a row would write into a field: the place of the row in its batch, and the value. */
export interface Proposal {
  readonly at: number
  readonly value: Value
}

interface Entity {
  readonly id: string
  /** Made in this batch. */
  readonly fresh: boolean
  /** Field → value; `name` of customers and `vin`, `plate`, `ownerId` of vehicles among them. */
  readonly values: Record<string, Value>
  corrected: Record<string, unknown>
  readonly version: number
  readonly sourceKey: string | null
  readonly proposals: Map<string, Proposal>
  changed: boolean
}

export interface CustomerEntity extends Entity {
  readonly mergedInto: string | null
  readonly phones: Set<string>
  readonly newPhones: { readonly number: string; readonly position: number }[]
}

export interface VehicleEntity extends Entity {
  readonly lastVisitOn: string | null
}

export const customerName = (customer: CustomerEntity): string => String(customer.values.name ?? '')
export const ownerIdOf = (vehicle: VehicleEntity): string => String(vehicle.values.ownerId ?? '')
export const textOf = (vehicle: VehicleEntity, field: 'vin' | 'plate'): string | null => {
  const value = vehicle.values[field]
  return value === null || value === undefined ? null : String(value)
}
