/** One odometer reading: a day and whole or fractional kilometres. */
export interface OdometerReading {
  readonly on: Temporal.PlainDate
  readonly km: number
}

/** Why a reading is not used; it stays in the history (BASE-04: kept with a warning). */
export type ReadingRefusal = 'zero' | 'not-a-number' | 'future' | 'absurd' | 'rollback'

export type ReadingVerdict = { readonly accepted: true } | { readonly accepted: false; readonly reason: ReadingRefusal }

/** Bounds of the believable; a taxi in two shifts drives some 500 km a day, a moved lorry under 1,500. */
export interface OdometerLimits {
  readonly maxKm: number
  readonly maxKmPerDay: number
}
export const ODOMETER_LIMITS: OdometerLimits = { maxKm: 600_000, maxKmPerDay: 1_500 }

interface Point {
  readonly day: number
  readonly km: number
  /** Place in the caller's list; -1 for the delivery. */
  readonly at: number
}

/** Days since 1970-01-01; plain arithmetic, because a million histories are judged in one import. */
export function epochDay(on: Temporal.PlainDate): number {
  return Date.UTC(on.year, on.month - 1, on.day) / 86_400_000
}

const fits = (a: Point, b: Point, limits: OdometerLimits): boolean =>
  b.km >= a.km && b.km - a.km <= limits.maxKmPerDay * Math.max(1, b.day - a.day)

/** Faster than this from one reading to the next is possible but suspicious: some four times what a private car does. */
const SUSPICIOUS_KM_PER_DAY = 150

/**
 * The longest run of readings that one car can have had: never falling, never faster than the limit. Of equally long ones
 * the one with the fewest suspicious steps, so that one typo upwards costs itself and not all that follow it; then the one that
 * ends earliest, so that a rollback does not unseat the reading it contradicts; then the one with the least kilometres.
 */
function plausibleChain(points: readonly Point[], limits: OdometerLimits): Point[] {
  const sorted = [...points].sort((a, b) => a.day - b.day || a.km - b.km)
  const best: { length: number; start: number; from: number; fast: number }[] = []
  let end = -1
  for (const [j, point] of sorted.entries()) {
    let mine = { length: 1, start: point.km, from: -1, fast: 0 }
    for (let i = 0; i < j; i++) {
      const [before, so] = [sorted[i], best[i]]
      if (!before || !so || !fits(before, point, limits)) continue
      if (so.length + 1 > mine.length || (so.length + 1 === mine.length && so.start > mine.start)) {
        const step = (point.km - before.km) / Math.max(1, point.day - before.day)
        mine = {
          length: so.length + 1,
          start: so.start,
          from: i,
          fast: so.fast + (step > SUSPICIOUS_KM_PER_DAY ? 1 : 0),
        }
      }
    }
    best.push(mine)
    const champion = best[end]
    if (!champion || mine.length > champion.length || (mine.length === champion.length && mine.fast < champion.fast)) {
      end = j
    }
  }
  const chain: Point[] = []
  for (let i = end; i >= 0; i = best[i]?.from ?? -1) {
    const point = sorted[i]
    if (point) chain.unshift(point)
  }
  return withoutLastJump(chain)
}

/** So many times what the car drove before, over at least so many days, and faster than suspicious. */
const JUMP = { times: 4, days: 60 } as const

/**
 * A last reading that leaps away from all before it waits for the next one to bear it out. Believed, a nought too many made a car drive 500 km a
 * day: its service was long past, given up, and the customer never called again.
 */
function withoutLastJump(chain: Point[]): Point[] {
  const [first, before, last] = [chain[0], chain.at(-2), chain.at(-1)]
  if (!first || !before || !last || first === before) return chain
  const usual = (before.km - first.km) / Math.max(1, before.day - first.day)
  const step = (last.km - before.km) / Math.max(JUMP.days, last.day - before.day)
  return step > SUSPICIOUS_KM_PER_DAY && step > JUMP.times * usual ? chain.slice(0, -1) : chain
}

function refusedAlone(
  reading: OdometerReading,
  today: Temporal.PlainDate,
  limits: OdometerLimits,
): ReadingRefusal | null {
  if (!Number.isFinite(reading.km)) return 'not-a-number'
  if (reading.km <= 0) return 'zero'
  if (reading.km > limits.maxKm) return 'absurd'
  return Temporal.PlainDate.compare(reading.on, today) > 0 ? 'future' : null
}

/** Judges a whole history at once (CARE-19): a verdict for each reading, in the order given, whatever that order is. */
export function judgeReadings(
  readings: readonly OdometerReading[],
  today: Temporal.PlainDate,
  limits: OdometerLimits = ODOMETER_LIMITS,
): ReadingVerdict[] {
  const alone = readings.map((reading) => refusedAlone(reading, today, limits))
  const points = readings.flatMap(({ on, km }, at) => (alone[at] ? [] : [{ day: epochDay(on), km, at }]))
  const chain = plausibleChain(points, limits)
  const kept = new Set(chain.map((point) => point.at))
  return readings.map(({ on, km }, at) => {
    const reason = alone[at]
    if (reason) return { accepted: false, reason }
    if (kept.has(at)) return { accepted: true }
    const day = epochDay(on)
    const before = chain.findLast((point) => point.day <= day)
    return { accepted: false, reason: before && km < before.km ? 'rollback' : 'absurd' }
  })
}

/**
 * Judges a new reading against the vehicle's history, refused readings included: keep those too, so that two later ones can
 * outvote an early typo (CARE-19). A first contradiction is decided for the older reading.
 */
export function judgeReading(
  history: readonly OdometerReading[],
  reading: OdometerReading,
  today: Temporal.PlainDate,
  limits: OdometerLimits = ODOMETER_LIMITS,
): ReadingVerdict {
  return judgeReadings([...history, reading], today, limits)[history.length] ?? { accepted: true }
}

export type Confidence = 'none' | 'low' | 'medium' | 'high'

/** Robust mileage a day; `null` when nothing can be said. `kmPerDay` has two decimals, so that SQL computes the same. */
export interface DailyKm {
  readonly kmPerDay: number | null
  readonly confidence: Confidence
  /** Plausible readings used (delivery included) and the days they span. */
  readonly points: number
  readonly days: number
}

export interface DailyKmOptions {
  readonly today: Temporal.PlainDate
  /** The odometer stood at nought then. */
  readonly deliveredOn?: Temporal.PlainDate | null
  /** What a car drives of which little is known; 35 km a day is some 12,800 km a year. */
  readonly priorKmPerDay?: number
  readonly limits?: OdometerLimits
}

/** Due dates are computed with a mileage between these (km a day). */
export const DAILY_KM_RANGE = { min: 1, max: 500 } as const
/** The prior weighs as much as this many observed days. */
const PRIOR_DAYS = 60
/** Two readings nearer than this say more about the day than about the driver. */
const MIN_GAP_DAYS = 14
/** Older readings are left out: habits change, and the slopes grow with the square. */
const MAX_POINTS = 60

/**
 * Kilometres a day from an odometer history (CARE-19): the median slope between all pairs of plausible readings, weighed by
 * their distance in days (Theil–Sen), drawn towards a prior while few days are known. Order does not matter.
 */
export function dailyKm(readings: readonly OdometerReading[], options: DailyKmOptions): DailyKm {
  const limits = options.limits ?? ODOMETER_LIMITS
  const points: Point[] = readings.flatMap((reading, at) =>
    refusedAlone(reading, options.today, limits) ? [] : [{ day: epochDay(reading.on), km: reading.km, at }],
  )
  if (options.deliveredOn) points.push({ day: epochDay(options.deliveredOn), km: 0, at: -1 })
  const chain = plausibleChain(points, limits).slice(-MAX_POINTS)
  const slopes: { value: number; weight: number }[] = []
  for (const [j, b] of chain.entries()) {
    for (const a of chain.slice(0, j)) {
      const days = b.day - a.day
      if (days >= MIN_GAP_DAYS) slopes.push({ value: (b.km - a.km) / days, weight: days })
    }
  }
  const days = (chain.at(-1)?.day ?? 0) - (chain[0]?.day ?? 0)
  if (slopes.length === 0) return { kmPerDay: null, confidence: 'none', points: chain.length, days }
  const slope = weightedMedian(slopes)
  const drawn = (slope * days + (options.priorKmPerDay ?? 35) * PRIOR_DAYS) / (days + PRIOR_DAYS)
  const kept = Math.min(DAILY_KM_RANGE.max, Math.max(DAILY_KM_RANGE.min, drawn))
  const spread = weightedMedian(slopes.map(({ value, weight }) => ({ value: Math.abs(value - slope), weight })))
  return {
    kmPerDay: Math.round(kept * 100) / 100,
    confidence: confidenceOf(chain.length, days, spread / slope),
    points: chain.length,
    days,
  }
}

function confidenceOf(points: number, days: number, relativeSpread: number): Confidence {
  if (points >= 4 && days >= 330 && relativeSpread <= 0.35) return 'high'
  return points >= 3 && days >= 120 ? 'medium' : 'low'
}

function weightedMedian(values: readonly { value: number; weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value)
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2
  let sum = 0
  for (const { value, weight } of sorted) {
    sum += weight
    if (sum >= half) return value
  }
  return sorted.at(-1)?.value ?? 0
}
