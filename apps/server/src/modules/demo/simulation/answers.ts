import { momentAt } from '@changhui/rules/calendar'
import { PARTS, partOf } from '@changhui/rules/parts'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import type { CallReport } from '../../care/calls/report.ts'
import { kmOn, type SimCar, servedElsewhere } from './car.ts'
import { habitOf, picksUp } from './person.ts'
import { alive, openFrom, type SimWorld } from './world.ts'

/** The call an agent has before him. */
export interface SimCall {
  readonly id: string
  readonly programme: string
  readonly customerId: string
  readonly vehicleId: string | null
  readonly cycle: string
  readonly attempts: number
  readonly phone: { readonly id: string; readonly number: string }
}

/** The programmes that invite to the workshop; the others have nothing to book. */
const workshop = new Set(['regular-service', 'first-service', 'second-service', 'warranty-expiry', 'proactive-booking'])

/** What comes of a call: drawn from who is called, for what and for the how manieth time, so that the same call ends alike. */
export function answerCall(world: SimWorld, scope: Scope, call: SimCall): CallReport {
  const index = world.indexOf.get(call.customerId) ?? -1
  const car = call.vehicleId ? world.cars.get(call.vehicleId) : undefined
  const key = ['call', index, call.programme, car?.place ?? '', round(call), call.attempts] as const
  const { luck } = world
  const report = { attemptId: deriveId('sim-attempt', call.id, call.attempts), phoneId: call.phone.id }
  const fate = luck.of(...key)
  if (!alive(world, index, call.phone.number, scope.today))
    return { ...report, result: fate < 0.7 ? 'dead' : 'wrong-person' }
  const part = partOf(scope.now, world.calendar)
  const place = part ? (PARTS.indexOf(part) as 0 | 1 | 2) : 0
  if (fate >= picksUp(luck, index, place)) {
    const miss = luck.of(...key, 'miss')
    return { ...report, result: miss < 0.7 ? 'no-answer' : miss < 0.9 ? 'busy' : 'off' }
  }
  if (call.programme === 'complaint') return { ...report, result: 'reached', outcome: 'later' }
  return { ...report, result: 'reached', ...said(world, scope, call, index, car, key) }
}

/** The round a call is about; a complaint's is the id of another task, which differs from database to database. */
const round = (call: SimCall): string => (call.programme === 'complaint' ? '' : call.cycle)

type Said = Omit<CallReport, 'attemptId' | 'result' | 'phoneId'>

function said(
  world: SimWorld,
  scope: Scope,
  call: SimCall,
  index: number,
  car: SimCar | undefined,
  key: readonly (string | number)[],
): Said {
  const { luck } = world
  const { today } = scope
  const word = luck.of(...key, 'word')
  if (word < 0.004) return { outcome: 'do-not-disturb' }
  if (word < 0.014) return { outcome: 'complaint', complaint: '（模拟）上次等待时间太长' }
  if (word < 0.05) return { outcome: 'refused' }
  if (word < 0.09) return { outcome: 'callback', callbackAt: wished(world, scope, key) }
  if (car?.soldOn && car.soldOn <= today.toString())
    return { outcome: luck.yes(0.7, 'sold-how', car.id) ? 'sold' : 'handed-over' }
  if (car && luck.yes(0.012, 'commercial', index, car.place)) return { outcome: 'commercial-use' }
  if (luck.yes(0.004, ...key, 'moved') && car) return { outcome: 'moved-away' }
  if (!car || !workshop.has(call.programme)) return { outcome: 'later' }
  const elsewhere = servedElsewhere(luck, car, today)
  if (elsewhere && luck.yes(0.85, ...key, 'tells')) return toldElsewhere(world, car, elsewhere, key)
  if (luck.yes(0.06, ...key, 'mileage')) return { outcome: 'mileage-not-reached', odometerKm: kmOn(car, today) }
  const willing = { faithful: 0.8, casual: 0.6, drifting: 0.3 }[habitOf(luck, index)]
  if (luck.yes(willing, ...key, 'books')) {
    const day = openFrom(world, today.add({ days: luck.int(1, 6, ...key, 'days') }))
    const time = `${String(luck.int(9, 16, ...key, 'hour')).padStart(2, '0')}:30`
    return { outcome: 'booked', appointment: { day: day.toString(), time } }
  }
  if (luck.yes(0.7, ...key, 'later'))
    return { outcome: 'later', laterOn: today.add({ days: luck.int(3, 9, ...key, 'later-days') }).toString() }
  return { outcome: 'later' }
}

/** A time later today, or tomorrow morning, to be called back at. */
function wished(world: SimWorld, scope: Scope, key: readonly (string | number)[]): string {
  const hours = world.luck.int(1, 5, ...key, 'wish')
  const later = scope.now.add({ hours })
  const closing = momentAt(scope.today, '17:00', world.calendar)
  const next = momentAt(scope.today.add({ days: 1 }), '10:30', world.calendar)
  return (Temporal.Instant.compare(later, closing) < 0 ? later : next).toString()
}

function toldElsewhere(world: SimWorld, car: SimCar, on: Temporal.PlainDate, key: readonly (string | number)[]): Said {
  const { luck } = world
  return {
    outcome: 'elsewhere',
    elsewhere: {
      servedOn: on.toString(),
      shop: luck.pick(['路边快修', '连锁养车店', '朋友修理厂'], ...key, 'shop'),
      place: luck.pick(['虚河区', '望川区'], ...key, 'where'),
      priceFen: luck.int(20, 60, ...key, 'price') * 1000,
      reason: luck.pick(['价格便宜', '离家近', '等待时间短'], ...key, 'why'),
      ...(luck.yes(0.5, ...key, 'km') ? { odometerKm: kmOn(car, on) } : {}),
    },
  }
}
