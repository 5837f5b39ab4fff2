/** What a record should hold, with how much each weighs (BASE-09); the heaviest is asked for first. */
export const COMPLETENESS_WEIGHTS = {
  phone: 20,
  name: 10,
  vin: 10,
  plate: 8,
  deliveredOn: 8,
  odometer: 8,
  consents: 7,
  insuranceExpiry: 7,
  inspectionDue: 5,
  warrantyEnd: 5,
  birthday: 4,
  wechat: 3,
  region: 2,
  sex: 1,
  preferredChannel: 1,
  email: 1,
} as const
export type CompletenessField = keyof typeof COMPLETENESS_WEIGHTS
const FIELDS = Object.keys(COMPLETENESS_WEIGHTS) as CompletenessField[]
const OF_VEHICLE: readonly CompletenessField[] = [
  'vin',
  'plate',
  'deliveredOn',
  'odometer',
  'insuranceExpiry',
  'inspectionDue',
  'warrantyEnd',
]

/** Which fields are filled and right: a phone that is dead is none, a reading a year old neither. One entry per vehicle. */
export interface CompletenessFacts {
  readonly customer: ReadonlySet<CompletenessField>
  readonly vehicles: readonly { readonly id: string; readonly filled: ReadonlySet<CompletenessField> }[]
}

/** A field to ask for; `vehicleId` where it belongs to a car. */
export interface MissingField {
  readonly field: CompletenessField
  readonly vehicleId: string | null
}

export interface Completeness {
  /** Whole percent of the weights, 0–100; vehicle fields as the mean of the vehicles. */
  readonly score: number
  /** Most important first. */
  readonly missing: readonly MissingField[]
}

/**
 * How complete a customer is and what to ask for at the next touch (BASE-09). Without a vehicle the fields of one count as missing once,
 * so that a customer without a car is not complete.
 */
export function completeness({ customer, vehicles }: CompletenessFacts): Completeness {
  const missing: MissingField[] = []
  let have = 0
  for (const field of FIELDS) {
    const weight = COMPLETENESS_WEIGHTS[field]
    if (!OF_VEHICLE.includes(field)) {
      if (customer.has(field)) have += weight
      else missing.push({ field, vehicleId: null })
      continue
    }
    const lacking = vehicles.filter(({ filled }) => !filled.has(field))
    if (vehicles.length > 0) have += (weight * (vehicles.length - lacking.length)) / vehicles.length
    else missing.push({ field, vehicleId: null })
    for (const { id } of lacking) missing.push({ field, vehicleId: id })
  }
  const all = FIELDS.reduce((sum, field) => sum + COMPLETENESS_WEIGHTS[field], 0)
  const heavier = (one: MissingField, other: MissingField) =>
    COMPLETENESS_WEIGHTS[other.field] - COMPLETENESS_WEIGHTS[one.field]
  // Rounded down: 100 means that nothing is missing.
  return { score: Math.floor((have / all) * 100 + 1e-9), missing: missing.sort(heavier) }
}

/** What can be asked for in a call without becoming an interrogation: the heaviest few that a customer can answer by heart. */
export function askNext({ missing }: Completeness, most = 2): MissingField[] {
  // Nobody knows a VIN by heart, and the phone is what one is talking on.
  return missing.filter(({ field }) => field !== 'vin' && field !== 'phone').slice(0, most)
}
