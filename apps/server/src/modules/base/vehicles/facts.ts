import { type Confidence, dailyKm, judgeReadings, type ReadingRefusal } from '@changhui/rules/odometer'

/** What is known of one vehicle, as its rows say it; readings in the order of time, the refused ones among them. */
export interface VehicleHistory {
  readonly deliveredOn: string | null
  readonly lastVisitOn: string | null
  readonly lastService: { readonly on: string; readonly km: number | null } | null
  readonly lastElsewhere: { readonly on: string; readonly km: number | null } | null
  /** Days of service since the delivery, here and elsewhere. */
  readonly services: number
  readonly readings: readonly { readonly on: string; readonly km: number }[]
}

/** What follows from it, kept on the vehicle so that the daily plan reads one table. `dailyConfidence` is null when nothing can be said. */
export interface VehicleFacts {
  readonly lastVisitOn: string | null
  readonly anchorOn: string | null
  readonly anchorKm: number | null
  readonly anchorKind: 'delivery' | 'service' | 'elsewhere' | null
  readonly odometerKm: number | null
  readonly odometerOn: string | null
  readonly dailyKm: number | null
  readonly dailyConfidence: Exclude<Confidence, 'none'> | null
  /** How often it was serviced: tells its first services from the regular ones (CARE-01…03). */
  readonly serviceCount: number
  /** One a reading, in their order; null = the reading is used. */
  readonly refusals: readonly (ReadingRefusal | null)[]
}

/**
 * The facts of a vehicle (CARE-03, CARE-19). The anchor is the latest of maintenance here, service elsewhere and delivery; on
 * one day the earlier of these three words wins. A mileage that was refused as a reading is none at the anchor either.
 */
export function vehicleFacts(history: VehicleHistory, today: Temporal.PlainDate): VehicleFacts {
  const readings = history.readings.map(({ on, km }) => ({ on: Temporal.PlainDate.from(on), km }))
  const refusals = judgeReadings(readings, today).map((verdict) => (verdict.accepted ? null : verdict.reason))
  const used = history.readings.filter((_, at) => refusals[at] === null)
  const last = used.reduce<(typeof used)[number] | undefined>(
    (so, one) => (!so || one.on > so.on || (one.on === so.on && one.km > so.km) ? one : so),
    undefined,
  )
  const daily = dailyKm(readings, {
    today,
    deliveredOn: history.deliveredOn ? Temporal.PlainDate.from(history.deliveredOn) : null,
  })
  const anchor = latestAnchor(history)
  const anchorKmUsed =
    anchor?.kind !== 'service' || used.some((one) => one.on === anchor.on && one.km === anchor.km) ? anchor?.km : null
  return {
    lastVisitOn: history.lastVisitOn,
    anchorOn: anchor?.on ?? null,
    anchorKm: anchorKmUsed ?? null,
    anchorKind: anchor?.kind ?? null,
    odometerKm: last?.km ?? null,
    odometerOn: last?.on ?? null,
    dailyKm: daily.kmPerDay,
    dailyConfidence: daily.confidence === 'none' ? null : daily.confidence,
    // far beyond every stage, and inside its column
    serviceCount: Math.min(history.services, 30_000),
    refusals,
  }
}

function latestAnchor(history: VehicleHistory) {
  const anchors = [
    history.lastService && { ...history.lastService, kind: 'service' as const },
    history.lastElsewhere && { ...history.lastElsewhere, kind: 'elsewhere' as const },
    history.deliveredOn === null ? null : { on: history.deliveredOn, km: 0, kind: 'delivery' as const },
  ].filter((one) => one !== null)
  return anchors.reduce<(typeof anchors)[number] | undefined>(
    (so, one) => (!so || one.on > so.on ? one : so),
    undefined,
  )
}
