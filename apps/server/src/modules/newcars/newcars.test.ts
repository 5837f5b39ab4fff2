import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { workNotices } from '../care/notices/work.ts'
import { tasksStillOwed } from '../care/service.ts'
import { careStore } from '../care/testing.ts'
import { embeddedAdapter } from '../messaging/channels/embedded.ts'
import { deliverDue } from '../messaging/service.ts'
import { addClass, changeClass, classesOf, giveSeatBack, takeSeat } from './classes.ts'
import { addOrder, advanceOrder, changeOrder, ordersOf } from './orders.ts'

const database = await testDatabase()
const care = await careStore(database, 'NEWCARS')
afterAll(() => care.pool.end())
const platform = { pool: care.pool, clock: care.clock }

const order = { orderNo: 'D-1', model: 'S5', orderedOn: '2026-11-20', promisedOn: '2027-01-10', note: null }
const open = (customerId: string) =>
  care.rows<{ programme: string; cycle: string }>(
    `SELECT programme, cycle FROM task WHERE store_id = $1 AND customer_id = $2 AND state IN ('open', 'attempting') AND programme IN ('waiting-new-car', 'new-car-invitation') ORDER BY cycle`,
    customerId,
  )
async function send(): Promise<void> {
  await workNotices(platform, care.store)
  await deliverDue(platform, care.store, { adapters: [embeddedAdapter('sms', '店')], stillOwed: tasksStillOwed })
  await workNotices(platform, care.store)
}

describe('orders (CARE-24)', () => {
  test('each step is told once, and one that was overtaken before it went is not', async () => {
    const { customerId } = await care.addCar()
    const made = await care.scoped((scope) => addOrder(scope, { ...order, customerId }))
    expect(made).toMatchObject({ state: 'waiting', steps: [{ step: 'ordered', on: '2026-11-20' }], told: [] })
    expect((await open(customerId)).map((one) => one.cycle)).toEqual([`${made.id}:ordered`])
    await send()
    await care.scoped((scope) => advanceOrder(scope, made.id, 'built', '2026-11-21'))
    await care.scoped((scope) => advanceOrder(scope, made.id, 'shipped', '2026-11-21'))
    expect((await open(customerId)).map((one) => one.cycle)).toEqual([`${made.id}:shipped`])
    await send()
    const { rows } = await care.scoped((scope) => ordersOf(scope, { all: false, limit: 50 }))
    expect(rows.find((one) => one.id === made.id)?.told.map((one) => one.about)).toEqual(['ordered', 'shipped'])
    const bodies = await care.rows<{ body: string }>(
      'SELECT body FROM message WHERE store_id = $1 AND customer_id = $2 ORDER BY created_at',
      customerId,
    )
    expect(bodies.map((one) => one.body)).toEqual([
      expect.stringContaining('订单已确认'),
      expect.stringContaining('已发运'),
    ])
  })

  test('the invitation is a call in the days before the delivery; delivered or cancelled, nothing is owed', async () => {
    const { customerId } = await care.addCar()
    const made = await care.scoped((scope) => addOrder(scope, { ...order, customerId, promisedOn: '2026-11-25' }))
    expect((await open(customerId)).map((one) => one.programme).sort()).toEqual([
      'new-car-invitation',
      'waiting-new-car',
    ])
    const given = await care.scoped((scope) =>
      changeOrder(scope, made.id, { version: made.version, state: 'delivered' }),
    )
    expect(given).toMatchObject({ state: 'delivered', deliveredOn: '2026-11-21' })
    expect(await open(customerId)).toEqual([])
    const back = await care.scoped((scope) => changeOrder(scope, made.id, { version: given.version, state: 'waiting' }))
    expect(back.deliveredOn).toBeNull()
    expect((await open(customerId)).length).toBe(2)
  })

  test('says what cannot be: a day to come, steps backwards, an ended order, an old version', async () => {
    const { customerId } = await care.addCar()
    const add = (change: object) => care.scoped((scope) => addOrder(scope, { ...order, customerId, ...change }))
    await expect(add({ orderedOn: '2026-11-22' })).rejects.toMatchObject({
      data: { problem: 'date.future', field: 'orderedOn' },
    })
    await expect(add({ customerId: care.newId() })).rejects.toMatchObject({ data: { problem: 'not-found' } })
    const made = await add({})
    const advance = (on: string) => care.scoped((scope) => advanceOrder(scope, made.id, 'built', on))
    await expect(advance('2026-11-19')).rejects.toMatchObject({
      data: { problem: 'order.step-order', values: { day: '2026-11-20' } },
    })
    await expect(advance('2026-11-22')).rejects.toMatchObject({ data: { problem: 'date.future' } })
    await care.scoped((scope) => changeOrder(scope, made.id, { version: 1, state: 'cancelled' }))
    await expect(advance('2026-11-21')).rejects.toMatchObject({ data: { problem: 'order.ended' } })
    await expect(care.scoped((scope) => changeOrder(scope, made.id, { version: 1, note: 'x' }))).rejects.toMatchObject({
      data: { problem: 'version.changed' },
    })
  })

  test('pages through all orders by promise, those without one last', async () => {
    const { customerId } = await care.addCar()
    for (const promisedOn of ['2027-03-01', null, '2027-02-01', null])
      await care.scoped((scope) => addOrder(scope, { ...order, customerId, promisedOn }))
    const seen: (string | null)[] = []
    let cursor: string | undefined
    do {
      const page = await care.scoped((scope) => ordersOf(scope, { all: true, limit: 2, cursor }))
      seen.push(...page.rows.map((one) => one.promisedOn))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    const total = await care.rows<{ n: number }>('SELECT count(*)::int AS n FROM new_car_order WHERE store_id = $1')
    expect(seen.length).toBe(total[0]?.n)
    const key = (day: string | null) => day ?? '9999'
    expect(seen).toEqual([...seen].sort((a, b) => (key(a) < key(b) ? -1 : 1)))
  })
})

describe('classes (CARE-13)', () => {
  const fields = { day: '2026-12-05', time: '14:00', place: '培训室', topic: null, capacity: 1 }
  const invitations = () =>
    care.rows<{ state: string }>(
      `SELECT state FROM task WHERE store_id = $1 AND programme = 'owner-class' ORDER BY state`,
    )

  test('planning one invites new owners, cancelling it takes that back', async () => {
    const { customerId } = await care.addCar({ vehicle: { delivered_on: '2026-11-01' } })
    const made = await care.scoped((scope) => addClass(scope, fields))
    expect(made).toMatchObject({ day: '2026-12-05', time: '14:00', state: 'planned', guests: [] })
    expect(await invitations()).toEqual([{ state: 'open' }])
    const off = await care.scoped((scope) => changeClass(scope, made.id, { version: 1, state: 'cancelled' }))
    expect(await invitations()).toEqual([{ state: 'cancelled' }])
    const on = await care.scoped((scope) =>
      changeClass(scope, made.id, { version: off.version, state: 'planned', time: '15:30' }),
    )
    expect(on.time).toBe('15:30')
    expect(await invitations()).toEqual([{ state: 'open' }])
    await send()
    expect((await care.scoped((scope) => classesOf(scope, false)))[0]).toMatchObject({ invited: 1 })
    await expect(
      care.scoped((scope) => changeClass(scope, made.id, { version: 1, place: '别处' })),
    ).rejects.toMatchObject({
      data: { problem: 'version.changed' },
    })
    await expect(care.scoped((scope) => addClass(scope, { ...fields, day: '2026-11-20' }))).rejects.toMatchObject({
      data: { problem: 'date.past' },
    })
    const other = await care.addCar()
    const seat = (id: string) => care.scoped((scope) => takeSeat(scope, made.id, id))
    expect((await seat(customerId)).guests.map((one) => one.customerId)).toEqual([customerId])
    expect((await seat(customerId)).guests.length).toBe(1)
    await expect(seat(other.customerId)).rejects.toMatchObject({
      data: { problem: 'class.full', values: { capacity: 1 } },
    })
    await care.scoped((scope) => giveSeatBack(scope, made.id, customerId))
    expect((await seat(other.customerId)).guests.length).toBe(1)
    await expect(care.scoped((scope) => giveSeatBack(scope, made.id, customerId))).rejects.toMatchObject({
      data: { problem: 'not-found' },
    })
  })

  test('two who want the last seat at once: one gets it', async () => {
    const made = await care.scoped((scope) => addClass(scope, { ...fields, day: '2026-12-20' }))
    const guests = [await care.addCar(), await care.addCar(), await care.addCar()]
    const ends = await Promise.allSettled(
      guests.map(({ customerId }) => care.scoped((scope) => takeSeat(scope, made.id, customerId))),
    )
    expect(ends.filter((one) => one.status === 'fulfilled').length).toBe(1)
  })
})
