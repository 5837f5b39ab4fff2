import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseArea } from '@changhui/rules/weatherArea'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSeal, sealOf } from '../../platform/auth/seal.ts'
import { loadConfig } from '../../platform/config.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { careStore } from '../care/testing.ts'
import { addAlert, liftAlert, listAlerts, takeAlerts, touchRegions } from './alerts.ts'
import type { ProviderAlert } from './provider.ts'
import { pollWeather } from './service.ts'
import { changeSettings, settingsOf, sourceOf } from './settings.ts'

const database = await testDatabase()
const care = await careStore(database, 'WEATHER')
afterAll(() => care.pool.end())
const seal = createSeal('a secret of tests')

const region = '云江省虚川市'
const settings = { provider: 'none' as const, host: '', latitude: null, longitude: null, region }

async function addPerson(place: string | null, locality: string | null = null): Promise<string> {
  const { customerId } = await care.addCar()
  await care.rows(
    'UPDATE customer SET region = $3, locality = $4 WHERE store_id = $1 AND id = $2',
    customerId,
    place,
    locality,
  )
  return customerId
}
const open = () =>
  care.rows<{ customer_id: string; why: { alertId: string } }>(
    `SELECT customer_id, why FROM task WHERE store_id = $1 AND programme = 'weather' AND state = 'open' ORDER BY customer_id`,
  )
const hand = { area: region, kind: '暴雨', level: 'orange' as const, endsAt: '2026-11-21T12:00:00Z' }

beforeEach(async () => {
  for (const table of [
    'task',
    'timeline_event',
    'weather_touch',
    'weather_alert',
    'customer_phone',
    'visit',
    'vehicle',
    'customer',
    'store_setting',
    'audit_entry',
  ])
    await care.rows(`DELETE FROM ${table} WHERE store_id = $1`)
  care.clock.set('2026-11-21T02:00:00Z')
  await care.scoped((scope) => changeSettings(scope, seal, { ...settings, version: 0 }))
})

describe('by hand', () => {
  test('reaches whom it should: districts of the city, nobody from elsewhere', async () => {
    const here = await Promise.all([
      addPerson('虚河区'),
      addPerson(null),
      addPerson('云江省虚川市望川区'),
      addPerson('白鹭镇'),
    ])
    await Promise.all([addPerson('虚河区', 'out-of-town'), addPerson(null, 'out-of-town'), addPerson('江苏省苏州市')])
    const alert = await care.scoped((scope) => addAlert(scope, hand))
    expect(alert).toMatchObject({ touched: 4, notices: 4, sent: 0, inForce: true, source: 'hand', status: 'issued' })
    expect((await open()).map((one) => one.customer_id)).toEqual([...here].sort())
    const one = await care.scoped((scope) => addAlert(scope, { ...hand, area: '虚河区', kind: '大雾' }))
    // a district is told by its name where somebody wrote nothing else, out of town or not
    expect(one.touched).toBe(2)
  })

  test('the same kind and place again changes the one in force', async () => {
    await addPerson('虚河区')
    const first = await care.scoped((scope) => addAlert(scope, { ...hand, level: 'yellow' }))
    const second = await care.scoped((scope) => addAlert(scope, { ...hand, level: 'red' }))
    expect(second).toMatchObject({ id: first.id, level: 'red', status: 'updated', notices: 1 })
    expect((await open()).length).toBe(1)
  })

  test('lifting takes its notices with it; twice is once', async () => {
    await addPerson('虚河区')
    const { id } = await care.scoped((scope) => addAlert(scope, hand))
    const lifted = await care.scoped((scope) => liftAlert(scope, id))
    expect(lifted).toMatchObject({ status: 'lifted', inForce: false })
    await care.scoped((scope) => liftAlert(scope, id))
    expect(await open()).toEqual([])
    const audits = await care.rows(
      `SELECT action FROM audit_entry WHERE store_id = $1 AND action = 'weather.alert-lifted'`,
    )
    expect(audits.length).toBe(1)
  })

  test('a mild warning is kept in the list and no notice goes', async () => {
    await addPerson('虚河区')
    expect(await care.scoped((scope) => addAlert(scope, { ...hand, level: 'blue' }))).toMatchObject({
      touched: 1,
      notices: 0,
    })
    expect(await care.scoped((scope) => addAlert(scope, { ...hand, kind: '雷电', level: 'red' }))).toMatchObject({
      notices: 0,
    })
  })

  test('from which level on a kind is told of is the store’s choice', async () => {
    await addPerson('虚河区')
    await care.rows(
      `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:weather', '{"values":{"least-暴雨":"red","least-大雾":"off"}}', now())`,
    )
    const notices = async (change: object) =>
      (await care.scoped((scope) => addAlert(scope, { ...hand, ...change }))).notices
    expect(await notices({ level: 'orange' })).toBe(0)
    expect(await notices({ kind: '大雾', level: 'red' })).toBe(0)
    expect(await notices({ level: 'red' })).toBe(1)
  })

  test('says what is wrong with an area or an end', async () => {
    const add = (change: object) => care.scoped((scope) => addAlert(scope, { ...hand, ...change }))
    await expect(add({ area: 'Nowhere' })).rejects.toMatchObject({ data: { problem: 'weather.area', field: 'area' } })
    await expect(add({ endsAt: '2026-11-21T01:00:00Z' })).rejects.toMatchObject({ data: { problem: 'weather.over' } })
    await expect(add({ issuedAt: '2026-11-22T01:00:00Z' })).rejects.toMatchObject({ data: { problem: 'weather.over' } })
  })

  test('new customers of a new region are found with the next look', async () => {
    const { id } = await care.scoped((scope) => addAlert(scope, hand))
    await addPerson('望川区')
    await care.scoped(touchRegions)
    const [row] = await care.scoped((scope) => listAlerts(scope, false))
    expect(row).toMatchObject({ id, touched: 1 })
  })
})

const area = parseArea('虚川市')
if (!area) throw new Error('not an area')
const told = (change: Partial<ProviderAlert> = {}): ProviderAlert => ({
  id: 'a1',
  area,
  kind: '暴雨',
  level: 'yellow',
  issuedAt: Temporal.Instant.from('2026-11-21T01:00:00Z'),
  status: 'issued',
  title: '虚川市气象台发布暴雨黄色预警',
  endsAt: Temporal.Instant.from('2026-11-21T12:00:00Z'),
  supersedes: [],
  ...change,
})
const take = (...alerts: ProviderAlert[]) => care.scoped((scope) => takeAlerts(scope, alerts))
const rows = () => care.scoped((scope) => listAlerts(scope, true))

describe('from the provider', () => {
  test('the same answer twice changes nothing; a later edition changes the same warning', async () => {
    expect(await take(told())).toBe(true)
    expect(await take(told())).toBe(false)
    const [first] = await rows()
    expect(await take(told({ id: 'a2', level: 'red', supersedes: ['a1'], status: 'updated' }))).toBe(true)
    expect(await rows()).toMatchObject([{ id: first?.id, level: 'red', status: 'updated' }])
  })

  test('what it no longer has is lifted, what comes back is in force again; entries by hand stay', async () => {
    await care.scoped((scope) => addAlert(scope, { ...hand, kind: '台风' }))
    await take(told())
    expect(await take()).toBe(true)
    const states = async () => Object.fromEntries((await rows()).map((row) => [row.kind, row.inForce]))
    expect(await states()).toEqual({ 台风: true, 暴雨: false })
    await take(told())
    expect(await states()).toEqual({ 台风: true, 暴雨: true })
  })

  test('what a person lifted stays lifted, whatever the provider says', async () => {
    await take(told())
    const [alert] = await rows()
    await care.scoped((scope) => liftAlert(scope, alert?.id ?? ''))
    await take(told())
    expect((await rows()).map((row) => row.inForce)).toEqual([false])
  })

  test('so does a later edition of it', async () => {
    await take(told())
    await take(told({ id: 'a2', level: 'orange', supersedes: ['a1'], status: 'updated' }))
    const [alert] = await rows()
    await care.scoped((scope) => liftAlert(scope, alert?.id ?? ''))
    expect(await take(told({ id: 'a2', level: 'orange', supersedes: ['a1'], status: 'updated' }))).toBe(false)
    expect((await rows()).map((row) => row.inForce)).toEqual([false])
  })

  test('the old edition being cancelled lifts nothing of the one that took its place', async () => {
    await take(told())
    await take(told({ id: 'b1', level: 'orange' }), told({ status: 'lifted' }))
    expect((await rows()).map(({ level, inForce }) => ({ level, inForce }))).toEqual([
      { level: 'orange', inForce: true },
    ])
    expect(await take(told({ id: 'b1', level: 'orange' }), told({ status: 'lifted' }))).toBe(false)
  })

  test('cancelled and over', async () => {
    await take(told())
    expect(await take(told({ status: 'lifted' }))).toBe(true)
    expect((await rows())[0]?.inForce).toBe(false)
    expect(await take(told({ id: 'b', kind: '大雾', endsAt: Temporal.Instant.from('2026-11-21T01:30:00Z') }))).toBe(
      false,
    )
    expect((await rows()).length).toBe(1)
  })
})

describe('the job', () => {
  let body: unknown = {}
  let status = 200
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(body)))
  })
  let origin = ''
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-weather-'))
  const config = loadConfig({ CHANGHUI_DATA: folder })
  const poll = () =>
    pollWeather({ pool: care.pool, clock: care.clock, config }, care.store, { origin, timeoutMs: 2_000 })

  test('without a provider nobody is asked', async () => {
    status = 500
    expect(await poll()).toBeNull()
    expect(await care.scoped(sourceOf)).toMatchObject({ provider: 'none', checkedAt: null })
  })

  test('plans notices of what is in force, notes trouble for the page, ends what is over', async () => {
    await addPerson('虚河区')
    const account = {
      ...settings,
      provider: 'qweather' as const,
      host: 'x.re.qweatherapi.com',
      latitude: 39.9,
      longitude: 116.4,
    }
    await care.scoped((scope) =>
      changeSettings(scope, sealOf(config), { ...account, key: 'the provider key', version: 1 }),
    )
    const stored = await care.rows<{ value: { key: string } }>(
      `SELECT value FROM store_setting WHERE store_id = $1 AND area = 'weather'`,
    )
    expect(JSON.stringify(stored)).not.toContain('the provider key')
    expect(await care.scoped(settingsOf)).toMatchObject({ keySet: true, host: 'x.re.qweatherapi.com' })
    status = 200
    body = {
      metadata: { attributions: ['数据来自国家预警中心'] },
      alerts: [
        {
          id: 'q1',
          senderName: '虚川市气象台',
          issuedTime: '2026-11-21T09:00+08:00',
          messageType: { code: 'alert' },
          eventType: { name: '暴雨' },
          color: { code: 'orange' },
          headline: '虚川市气象台发布暴雨橙色预警',
          expireTime: '2026-11-21T20:00+08:00',
        },
      ],
    }
    expect(await poll()).toBeNull()
    expect((await open()).length).toBe(1)
    expect(await care.scoped(sourceOf)).toMatchObject({ problem: null, attributions: ['数据来自国家预警中心'] })
    status = 401
    expect(await poll()).toBe('refused')
    expect(await care.scoped(sourceOf)).toMatchObject({ problem: 'refused', attributions: ['数据来自国家预警中心'] })
    expect((await open()).length).toBe(1)
    care.clock.set('2026-11-21T12:00:00Z')
    expect(await poll()).toBe('refused')
    expect(await open()).toEqual([])
  })

  test('a key sealed elsewhere is told, not guessed', async () => {
    const account = {
      ...settings,
      provider: 'qweather' as const,
      host: 'x.re.qweatherapi.com',
      latitude: 39.9,
      longitude: 116.4,
    }
    await care.scoped((scope) => changeSettings(scope, seal, { ...account, key: 'the provider key', version: 1 }))
    expect(await poll()).toBe('key-unreadable')
  })
})

test('settings name what is missing or wrong', async () => {
  const change = (fields: object) =>
    care.scoped((scope) => changeSettings(scope, seal, { ...settings, version: 1, ...fields }))
  await expect(change({ region: '不知道' })).rejects.toMatchObject({
    data: { problem: 'weather.area', field: 'region' },
  })
  for (const host of ['localhost', '10.0.0.1', 'qweatherapi.com.evil.example', 'https://x.qweatherapi.com'])
    await expect(change({ host })).rejects.toMatchObject({ data: { problem: 'weather.host', field: 'host' } })
  await expect(change({ provider: 'qweather' })).rejects.toMatchObject({
    data: { problem: 'weather.account', field: 'host' },
  })
  await expect(change({ version: 0 })).rejects.toMatchObject({ data: { problem: 'version.changed' } })
})
