import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { careStore } from '../../care/testing.ts'
import { textClient } from './testing.ts'
import { TESTS_AN_HOUR } from './try.ts'

const database = await testDatabase()
const shop = await careStore(database, 'TRIES')
afterAll(() => shop.pool.end())
const storeId = shop.store.id
const key = 'regular-service'
const { templates: manager } = textClient(shop, 'care-manager')
const { templates: agent } = textClient(shop, 'care-agent')

describe('test messages', () => {
  const wish = (change: object = {}) => ({
    storeId,
    id: randomUUID(),
    key,
    channel: 'sms' as const,
    body: '{{称呼}}您好',
    recipient: '139 0000 0001',
    ...change,
  })

  test('are sent at once, once, filled, masked, and belong to no customer', async () => {
    const { customerId } = await shop.addCar()
    const one = wish({ customerId })
    const told = await manager.test(one)
    expect(told).toMatchObject({
      state: 'accepted',
      provider: 'embedded',
      body: '车主您好',
      recipientMasked: '139****0001',
    })
    expect(await manager.test(one)).toEqual(told)
    expect((await agent.tests({ storeId })).rows.map((row) => row.id)).toEqual([one.id])
    expect(await shop.rows('SELECT id FROM message WHERE store_id = $1')).toEqual([])
    expect(
      await shop.rows(`SELECT id FROM audit_entry WHERE store_id = $1 AND action = 'template.tested'`),
    ).toHaveLength(1)
  })

  test('need a recipient of the channel, a permission, and are few', async () => {
    const refused = { data: { problem: 'template.recipient' } }
    await expect(manager.test(wish({ recipient: '010-12345678' }))).rejects.toMatchObject(refused)
    await expect(manager.test(wish({ channel: 'email', subject: 'x' }))).rejects.toMatchObject(refused)
    await expect(manager.test(wish({ channel: 'in-app', recipient: 'somebody' }))).rejects.toMatchObject(refused)
    await expect(agent.test(wish())).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { key: ownKey } = await manager.create({ ...wish({ body: '来听课' }), name: '课', purpose: 'marketing' })
    const marketing = await manager.test(wish({ key: ownKey, body: '来听课' }))
    expect(marketing.body).toBe('来听课，回T退订')
    const rest = TESTS_AN_HOUR - (await manager.tests({ storeId })).rows.length
    for (let i = 0; i < rest; i++) await manager.test(wish())
    await expect(manager.test(wish())).rejects.toMatchObject({ data: { problem: 'template.test-limit' } })
  })
})

test('facts of one customer for previews: his task’s day, his advisor’s words, nothing of another store', async () => {
  const { customerId } = await shop.addCar({ vehicle: { plate: '京B00001', odometer_km: 32_000 } })
  const facts = await manager.facts({ storeId, customerId, programme: key })
  expect(facts).toMatchObject({
    customerName: '车主',
    values: {
      plate: '京B00001',
      odometer: '32,000 公里',
      dueOn: '11月28日',
      serviceName: '定期保养',
      agentName: 'care-manager',
    },
  })
  expect(facts.values).toMatchObject({ phone: '139****0001', openingHours: '每天 08:30–17:30' })
  await expect(manager.facts({ storeId, customerId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
