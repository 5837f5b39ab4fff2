import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_CALENDAR } from './calendar.ts'
import type { CareWindow } from './careWindow.ts'
import { RENEWAL_DEFAULTS, RENEWAL_RANGES, renewalDue, renewalRounds } from './insuranceRenewal.ts'
import {
  FIRST_SERVICE_DEFAULTS,
  FIRST_SERVICE_RANGES,
  firstServiceWindow,
  isNewCar,
  NEXT_SERVICE_DEFAULTS,
  NEXT_SERVICE_RANGES,
  nextServiceWindow,
  serviceStage,
  thirdServiceLock,
  WARRANTY_DEFAULTS,
  WARRANTY_RANGES,
  warrantyWindow,
} from './newCar.ts'
import {
  ownerClassWindow,
  WAITING_DEFAULTS,
  WAITING_RANGES,
  type WaitingFacts,
  WELCOME_DEFAULTS,
  WELCOME_RANGES,
  waitingTouches,
  welcomeWindow,
} from './newOwner.ts'
import { rangeProblems } from './settingRanges.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const days = (window: CareWindow | null) =>
  window && [window.opensOn, window.callBy, window.dueOn, window.lastOn].map(String)

describe('settings', () => {
  it('the defaults are usable', () => {
    expect(rangeProblems(FIRST_SERVICE_DEFAULTS, FIRST_SERVICE_RANGES, [['fromMonths', 'toMonths']])).toEqual([])
    expect(rangeProblems(NEXT_SERVICE_DEFAULTS, NEXT_SERVICE_RANGES)).toEqual([])
    expect(rangeProblems(WARRANTY_DEFAULTS, WARRANTY_RANGES)).toEqual([])
    expect(rangeProblems(RENEWAL_DEFAULTS, RENEWAL_RANGES)).toEqual([])
    expect(rangeProblems(WAITING_DEFAULTS, WAITING_RANGES)).toEqual([])
    expect(rangeProblems(WELCOME_DEFAULTS, WELCOME_RANGES, [['classFromDays', 'classToDays']])).toEqual([])
  })
  it('names what is wrong', () => {
    const wrong = { ...FIRST_SERVICE_DEFAULTS, fromMonths: 3, toMonths: 3 }
    expect(rangeProblems(wrong, FIRST_SERVICE_RANGES, [['fromMonths', 'toMonths']])).toEqual([
      { field: 'fromMonths', reason: 'order', than: 'toMonths' },
    ])
    expect(rangeProblems({ monthsBefore: 1.5, callDaysBefore: 91 }, WARRANTY_RANGES)).toEqual([
      { field: 'monthsBefore', reason: 'not-whole', min: 1, max: 6 },
      { field: 'callDaysBefore', reason: 'out-of-range', min: 0, max: 90 },
    ])
  })
})

describe('services of a new car (CARE-01, CARE-02)', () => {
  it('first service: told from two months on, due at three', () => {
    expect(days(firstServiceWindow(day('2026-01-31')))).toEqual([
      '2026-03-31',
      '2026-04-23',
      '2026-04-30',
      '2026-07-29',
    ])
  })
  it('second service: six months after the first, or earlier by mileage', () => {
    const servicedOn = day('2026-04-20')
    expect(days(nextServiceWindow({ servicedOn, dailyKm: null }))?.[2]).toBe('2026-10-20')
    expect(days(nextServiceWindow({ servicedOn, dailyKm: 50 }))).toEqual([
      '2026-07-15',
      '2026-07-22',
      '2026-07-29',
      '2026-10-27',
    ])
  })
  it('second service: a newer reading moves the day, as for every later service (CARE-19)', () => {
    const facts = { servicedOn: day('2026-04-20'), servicedKm: 3_000, dailyKm: 50 }
    expect(days(nextServiceWindow({ ...facts, latest: { on: day('2026-06-01'), km: 7_000 } }))?.[2]).toBe('2026-06-21')
  })
  it('a car is new while its last service lies within two years of the delivery', () => {
    expect(isNewCar(day('2024-02-29'), day('2026-02-28'))).toBe(true)
    expect(isNewCar(day('2024-02-29'), day('2026-03-01'))).toBe(false)
  })
  it('flags the third service only', () => {
    expect([0, 1, 2, 3, 9].map(serviceStage)).toEqual(['first', 'second', 'third', 'regular', 'regular'])
    expect([0, 1, 2, 3].map(thirdServiceLock)).toEqual([false, false, true, false])
  })
  it('a window opens, calls and ends in this order, whatever the settings', () => {
    const offset = fc.integer({ min: 0, max: 20_000 })
    const part = (max: number) => fc.integer({ min: 0, max })
    const settings = fc.record({ fromMonths: part(12), more: part(6), callDaysBefore: part(30), lateDays: part(365) })
    fc.assert(
      fc.property(offset, settings, (n, { more, ...rest }) => {
        const delivered = day('2000-01-01').add({ days: n })
        const found = firstServiceWindow(delivered, { ...rest, toMonths: rest.fromMonths + more })
        const order = [found.opensOn, found.callBy, found.dueOn, found.lastOn]
        expect([...order].sort(Temporal.PlainDate.compare)).toEqual(order)
      }),
    )
  })
})

describe('warranty (CARE-04)', () => {
  it('is told one month before its end', () => {
    expect(days(warrantyWindow({ endsOn: day('2026-12-31') }))).toEqual([
      '2026-11-30',
      '2026-12-17',
      '2026-12-31',
      '2026-12-31',
    ])
  })
  it('ends by mileage where that is sooner, and not where it is later', () => {
    const latest = { on: day('2026-06-01'), km: 90_000 }
    const facts = { endsOn: day('2027-12-31'), endsKm: 100_000, latest }
    expect(warrantyWindow({ ...facts, dailyKm: 100 })?.dueOn.toString()).toBe('2026-09-09')
    expect(warrantyWindow({ ...facts, dailyKm: 5 })?.dueOn.toString()).toBe('2027-12-31')
    expect(warrantyWindow({ ...facts, dailyKm: null })?.dueOn.toString()).toBe('2027-12-31')
    expect(warrantyWindow({ ...facts, endsOn: null, dailyKm: 100 })?.dueOn.toString()).toBe('2026-09-09')
    expect(warrantyWindow({ ...facts, endsOn: null, dailyKm: null })).toBeNull()
  })
})

describe('insurance renewal (CARE-06)', () => {
  const compulsory = (on: string) => ({ kind: 'compulsory' as const, expiresOn: day(on) })
  const commercial = (on: string) => ({ kind: 'commercial' as const, expiresOn: day(on) })
  it('one talk for both policies that expire close together, counted from the first', () => {
    const rounds = renewalRounds([commercial('2026-05-20'), compulsory('2026-05-01')])
    expect(rounds.map(({ policies }) => policies.map(({ kind }) => kind))).toEqual([['compulsory', 'commercial']])
    expect(days(rounds[0] ?? null)).toEqual(['2026-03-01', '2026-04-01', '2026-05-01', '2026-05-31'])
  })
  it('two talks for policies far apart', () => {
    const both = [commercial('2026-09-01'), compulsory('2026-05-01')]
    expect(renewalRounds(both).length).toBe(2)
    expect(renewalDue(both, day('2026-02-28'))).toBeNull()
    expect(renewalDue(both, day('2026-03-01'))?.policies).toEqual([both[1]])
    expect(renewalDue(both, day('2026-08-01'))?.policies).toEqual([both[0]])
    expect(renewalDue([], day('2026-08-01'))).toBeNull()
  })
})

describe('waiting for the new car (CARE-24)', () => {
  const facts: WaitingFacts = {
    steps: [
      { step: 'ordered', on: day('2026-03-01') },
      { step: 'built', on: day('2026-03-20') },
    ],
    promisedOn: day('2026-04-10'),
    deliveredOn: null,
    told: [{ about: 'ordered', on: day('2026-03-01') }],
  }
  const owed = (more: Partial<WaitingFacts>, today: string) =>
    waitingTouches({ ...facts, ...more }, day(today), DEFAULT_CALENDAR).map(({ about, by }) => `${about} ${by}`)
  it('tells the newest step, not one that was overtaken or lies ahead', () => {
    expect(owed({}, '2026-03-20')).toEqual(['built 2026-03-21'])
    expect(owed({}, '2026-03-10')).toEqual([])
    expect(owed({ steps: [...facts.steps, { step: 'shipped', on: day('2026-03-25') }] }, '2026-03-25')).toEqual([
      'shipped 2026-03-26',
    ])
  })
  it('greets after two weeks of silence, invites a week before, and ends with the delivery', () => {
    expect(owed({ steps: facts.steps.slice(0, 1) }, '2026-03-15')).toEqual(['greeting 2026-03-16'])
    const told = [...facts.told, { about: 'built' as const, on: day('2026-03-21') }]
    expect(owed({ told }, '2026-04-03')).toEqual(['invitation 2026-04-09'])
    expect(owed({ told }, '2026-04-02')).toEqual([])
    expect(owed({ deliveredOn: day('2026-04-09') }, '2026-04-09')).toEqual([])
  })
})

describe('welcome and owner class (CARE-13)', () => {
  it('welcomes within three days and invites to a class two to nine weeks later', () => {
    const delivered = day('2026-03-01')
    expect(days(welcomeWindow(delivered))).toEqual(['2026-03-01', '2026-03-04', '2026-03-04', '2026-03-04'])
    expect(days(ownerClassWindow(delivered, day('2026-04-11')))).toEqual([
      '2026-03-15',
      '2026-04-08',
      '2026-04-11',
      '2026-04-11',
    ])
    expect(ownerClassWindow(delivered, day('2026-03-14'))).toBeNull()
    expect(ownerClassWindow(delivered, day('2026-05-01'))).toBeNull()
    expect(ownerClassWindow(delivered, null)).toBeNull()
  })
})
