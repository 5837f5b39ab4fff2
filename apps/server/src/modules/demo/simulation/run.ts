import { sql } from 'kysely'
import { fixedClock, systemClock } from '../../../platform/clock.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { deriveId } from '../../../platform/ids.ts'
import { systemActor, withStore } from '../../../platform/scope.ts'
import { calendarOf } from '../../care/service.ts'
import { listStaff } from '../../staff/service.ts'
import { addStore, findStore, type StoreRow } from '../../stores/service.ts'
import { readCursor, type SimAsk, type SimCursor } from './cursor.ts'
import { liveDay } from './day.ts'
import { countRows, type Funnel, funnelOf } from './funnel.ts'
import { checkInvariants, type Invariants } from './invariants/all.ts'
import { luckOf } from './luck.ts'
import { hireTeam, populate } from './population.ts'
import { keepPrepared } from './prepared.ts'
import { meetCars, type SimWorld } from './world.ts'

export interface Simulation {
  readonly store: string
  readonly ask: SimAsk
  readonly funnel: readonly Funnel[]
  readonly counts: Readonly<Record<string, number>>
  readonly speed: { readonly days: number; readonly seconds: number; readonly daysPerSecond: number }
  readonly invariants: Invariants
}

/** Why a simulation cannot be run: `exists`: not said to go on; `other`: the store is no simulation; `differs`: it was asked otherwise. */
export type SimRefusal = 'exists' | 'other' | 'differs' | 'code-form'

export interface SimOptions {
  readonly code: string
  readonly ask: SimAsk
  /** Go on with a simulation that was broken off. */
  readonly resume: boolean
  readonly progress?: (day: string, done: number, of: number) => void
}

/**
 * Lives a simulated store day by day through the real services on the real database, then checks the promises. The same store code and
 * the same `ask` give the same history, however often it was killed on the way.
 */
export async function simulate(given: Platform, options: SimOptions): Promise<Simulation | SimRefusal> {
  const { code, ask } = options
  const start = Temporal.PlainDate.from(ask.from)
  const clock = fixedClock(start.toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: '00:10' }).toInstant())
  const platform = { ...given, clock }
  keepPrepared(platform.pool)
  const store = await storeOf(platform, options)
  if (typeof store === 'string') return store
  const luck = luckOf(ask.seed)
  const inStore = <T>(work: Parameters<typeof withStore<T>>[4]) =>
    withStore(platform.pool, clock, store, systemActor, work)
  const staff = await hireTeam(platform, store.id, code)
  if (!(await inStore(readCursor))) {
    await populate(platform, store.id, store.timeZone, ask, luck, staff)
    await analyse(platform)
  }
  const cursor = await inStore(readCursor)
  if (!cursor || !same(cursor, ask)) return 'differs'
  const end = start.add({ months: ask.months })
  const maps = { cars: new Map(), comings: new Map(), indexOf: new Map(), agenda: new Map() }
  const calendar = await inStore(calendarOf)
  const team = await listStaff(platform, store.id)
  const world: SimWorld = { team, platform, clock, store, ask, luck, staff, calendar, start, end, ...maps }
  clock.set(momentOf(cursor.day, store.timeZone))
  await inStore((scope) => meetCars(world, scope))
  const speed = await live(world, cursor, options)
  clock.set(momentOf(end.subtract({ days: 1 }).toString(), store.timeZone, '23:30'))
  await analyse(platform)
  const result = await inStore(async (scope) => ({ funnel: await funnelOf(scope), counts: await countRows(scope) }))
  const invariants = await inStore((scope) =>
    checkInvariants(scope, { ask, luck, indexOf: world.indexOf, calendar, start, end }),
  )
  return { store: code, ask, ...result, speed, invariants }
}

const momentOf = (day: string, timeZone: string, plainTime = '00:10') =>
  Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime }).toInstant()

async function live(world: SimWorld, cursor: SimCursor, { progress }: SimOptions): Promise<Simulation['speed']> {
  const { start, end, platform } = world
  const watch = systemClock()
  const begun = watch.now()
  let day = Temporal.PlainDate.from(cursor.day)
  let days = 0
  const of = start.until(end).days
  for (; Temporal.PlainDate.compare(day, end) < 0; day = day.add({ days: 1 })) {
    await liveDay(world, day, days === 0 ? cursor.step : 0)
    days += 1
    const done = start.until(day).days + 1
    if ([2, 8, 20, 60, 180, 400].includes(done)) await analyse(platform)
    progress?.(day.toString(), done, of)
  }
  const seconds = watch.now().since(begun).total('seconds')
  return { days, seconds: Math.round(seconds * 10) / 10, daysPerSecond: Math.round((days / seconds) * 100) / 100 }
}

/** Tables grow faster than autovacuum looks at them. */
async function analyse({ db }: Platform): Promise<void> {
  await sql`ANALYZE customer, customer_phone, vehicle, visit, odometer_reading, task, attempt, timeline_event, appointment, message`.execute(
    db,
  )
}

async function storeOf(platform: Platform, { code, ask, resume }: SimOptions): Promise<StoreRow | SimRefusal> {
  const id = deriveId('simulation', code)
  const there = await findStore(platform.db, code)
  if (there) {
    if (there.id !== id) return 'other'
    const cursor = await withStore(platform.pool, platform.clock, there, systemActor, readCursor)
    // one that was never filled is as good as none
    if (cursor && !resume) return 'exists'
    return cursor && !same(cursor, ask) ? 'differs' : there
  }
  const wanted = { id, code, name: '模拟门店（虚构）', demo: true }
  const added = await addStore(platform.db, wanted, platform.clock.now())
  return added === 'code-form' ? 'code-form' : typeof added === 'string' ? 'other' : added
}

const same = (a: SimAsk, b: SimAsk): boolean =>
  a.from === b.from && a.months === b.months && a.customers === b.customers && a.seed === b.seed
