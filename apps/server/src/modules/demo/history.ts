import type { Chance } from './chance.ts'
import type { DemoCar } from './people.ts'

export interface DemoVisit {
  readonly arrivedOn: string
  readonly kind: 'maintenance' | 'repair' | 'wash' | 'claim'
  readonly mileageKm: number
  readonly lines: readonly {
    name: string
    kind: 'labour' | 'part'
    quantity: number
    amountFen: number
    payer: string
  }[]
}

const work = {
  maintenance: [
    { name: '更换机油', kind: 'labour', amountFen: 12_000 },
    { name: '全合成机油 4L', kind: 'part', amountFen: 36_800 },
    { name: '机油滤清器', kind: 'part', amountFen: 4_500 },
    { name: '空调滤清器', kind: 'part', amountFen: 9_800 },
    { name: '四轮检查', kind: 'labour', amountFen: 6_000 },
  ],
  repair: [
    { name: '更换前刹车片', kind: 'labour', amountFen: 18_000 },
    { name: '前刹车片', kind: 'part', amountFen: 46_000 },
    { name: '蓄电池', kind: 'part', amountFen: 62_000 },
  ],
  wash: [{ name: '精洗', kind: 'labour', amountFen: 8_000 }],
  claim: [
    { name: '前保险杠喷漆', kind: 'labour', amountFen: 60_000 },
    { name: '前保险杠', kind: 'part', amountFen: 118_000 },
  ],
} as const

/**
 * The visits of one car in the last 24 months, oldest first: a maintenance whenever five thousand kilometres or half a
 * year have gone by, give or take the owner's habits, until some owners drift away; now and then another visit, and in one
 * of a hundred an odometer typed wrong.
 */
export function demoHistory(dice: Chance, car: DemoCar, today: Temporal.PlainDate): DemoVisit[] {
  const begin = today.subtract({ months: 24 })
  const delivered = Temporal.PlainDate.from(car.deliveredOn)
  const kmOn = (day: Temporal.PlainDate) => 20 + Math.round(delivered.until(day).days * car.dailyKm)
  const loyalty = dice.next()
  const leavesOn = loyalty < 0.25 ? begin.add({ days: dice.int(30, 700) }) : today.add({ days: 1 })
  const visits: DemoVisit[] = []
  let day = delivered
  for (;;) {
    const gap =
      Math.min(182, 5000 / car.dailyKm) * Math.exp(0.18 * dice.normal()) + (loyalty > 0.8 ? -3 : dice.int(0, 25))
    day = day.add({ days: Math.max(20, Math.round(gap)) })
    if (Temporal.PlainDate.compare(day, today) > 0 || Temporal.PlainDate.compare(day, leavesOn) > 0) break
    if (Temporal.PlainDate.compare(day, begin) < 0) continue
    visits.push(demoVisit(dice, 'maintenance', day, kmOn(day)))
    const extra = day.add({ days: dice.int(10, 90) })
    if (dice.yes(0.18) && Temporal.PlainDate.compare(extra, today) <= 0)
      visits.push(demoVisit(dice, dice.pick(['repair', 'wash', 'claim', 'repair'] as const), extra, kmOn(extra)))
  }
  return visits.toSorted((a, b) => (a.arrivedOn < b.arrivedOn ? -1 : 1))
}

/** One visit with the work done and the odometer as typed. */
export function demoVisit(dice: Chance, kind: DemoVisit['kind'], day: Temporal.PlainDate, km: number): DemoVisit {
  const lines = work[kind]
    .filter((_, place) => place === 0 || dice.yes(0.75))
    .map((line) => ({ ...line, quantity: 1, payer: kind === 'claim' ? 'insurance' : 'customer' }))
  return { arrivedOn: day.toString(), kind, mileageKm: dice.yes(0.01) ? km * 10 : km, lines }
}
