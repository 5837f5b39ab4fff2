import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { contractRoutes } from '@changhui/contract/routes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeApp } from '../../apps/server/src/compose.ts'
import { systemClock } from '../../apps/server/src/platform/clock.ts'
import { loadConfig } from '../../apps/server/src/platform/config.ts'
import { openDb, openPool } from '../../apps/server/src/platform/db.ts'
import { createLog } from '../../apps/server/src/platform/log.ts'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { ask, openStage, origin, type Stage } from './stage.ts'

const { connection } = await testDatabase()
const untouched = await testDatabase()
const limited = await testDatabase()
let stage: Stage
beforeAll(async () => {
  stage = await openStage(connection)
})
afterAll(() => stage.close())

const inA = async (method: string, path: string, more: Record<string, unknown> = {}) =>
  ask(stage.app, method, `/api/v1/stores/${stage.a.id}${path}`, {
    cookie: await stage.a.cookie('administrator'),
    ...more,
  })
const count = async (text: string, values: unknown[] = []) =>
  Number((await stage.pool.query<{ count: string }>(`SELECT count(*) FROM ${text}`, values)).rows[0]?.count)

describe('input', () => {
  it('every wrong field is named at once, in both languages', async () => {
    const refused = await inA('POST', '/staff', { body: { name: '', username: 'A', password: 'short', roles: [] } })
    expect(refused.status).toBe(400)
    const { problem, issues, zh, en } = refused.body.data
    expect({ problem, zh: zh.length > 5, en: en.length > 5 }).toEqual({ problem: 'input.invalid', zh: true, en: true })
    const byField = Object.fromEntries(issues.map((one: { field: string; zh: string }) => [one.field, one.zh]))
    expect(byField).toEqual({
      name: '不能为空',
      username: '格式不正确，请核对',
      password: '至少 10 个字符',
      roles: '至少选择 1 项',
    })
  })

  it('a body that is no JSON, of another type or too large is refused before a route sees it', async () => {
    expect((await inA('POST', '/staff', { body: '{"name":' })).status).toBe(400)
    expect(
      (await inA('POST', '/staff', { body: 'name=x', 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(415)
    expect((await inA('POST', '/staff', { body: '{}', 'content-type': 'text/plain' })).status).toBe(415)
    const large = await inA('POST', '/staff', { body: { name: 'x'.repeat(1_100_000) } })
    expect([large.status, large.body.data.problem]).toEqual([413, 'request.too-large'])
  })

  it('a day that does not exist, a NUL and half a character are refused', async () => {
    expect((await inA('POST', '/settings/closures', { body: { day: '2026-02-30', reason: 'x' } })).status).toBe(400)
    for (const reason of ['a\u0000b', '\ud800'])
      expect((await inA('POST', '/settings/closures', { body: { day: '2026-12-01', reason } })).status).toBe(400)
  })

  it('what is not there is 404 in the contract’s shape, for every method', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await ask(stage.app, method, '/api/v1/nowhere')
      expect([answer.status, answer.body.data.problem]).toEqual([404, 'not-found'])
    }
  })
})

describe('Idempotency-Key', () => {
  const save = (key: string, name: string) =>
    inA('POST', '/views/customers', { body: { name, filters: {} }, 'idempotency-key': key })

  it('the same request is done once and answered alike, one after the other and at once', async () => {
    const [first, again] = [await save('k-1', '一'), await save('k-1', '一')]
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body])
    const together = await Promise.all(Array.from({ length: 6 }, () => save('k-2', '二')))
    expect(new Set(together.map((one) => JSON.stringify([one.status, one.body])))).toHaveLength(1)
    expect(await count('saved_view WHERE name = ANY ($1)', [['一', '二']])).toBe(2)
  })

  it('for another request it is a conflict; another person’s same key is his own', async () => {
    expect((await save('k-1', '三')).body.data.problem).toBe('idempotency.reused')
    const other = await inA('POST', '/views/customers', {
      body: { name: '三', filters: {} },
      'idempotency-key': 'k-1',
      cookie: await stage.a.cookie('advisor'),
    })
    expect(other.status).toBe(200)
  })

  it('a request that failed may be sent again; a key that is no key is refused', async () => {
    await save('k-4', '四')
    expect((await save('k-5', '四')).body.data.problem).toBe('view.name-taken')
    await stage.pool.query(`DELETE FROM saved_view WHERE name = '四'`)
    expect((await save('k-5', '四')).status).toBe(200)
    expect((await save('x'.repeat(201), '五')).body.data.problem).toBe('idempotency.key-form')
  })

  it('an answer that held a secret is not kept', async () => {
    const make = () => inA('POST', '/api-keys', { body: { name: 'DMS', role: 'marketing' }, 'idempotency-key': 'k-6' })
    const { secret } = (await make()).body
    expect((await make()).body.data.problem).toBe('idempotency.not-kept')
    expect(await count('idempotency_key WHERE response::text LIKE $1', [`%${secret}%`])).toBe(0)
    expect(await count('api_key WHERE secret_hash = $1', [secret])).toBe(0)
  })
})

describe('API keys', () => {
  it('act with one role in one store, by either header, until taken back', async () => {
    const { id, secret } = (await inA('POST', '/api-keys', { body: { name: 'DMS', role: 'marketing' } })).body
    const as = (headers: Record<string, string>, path = '/customers', store = stage.a.id) =>
      ask(stage.app, 'GET', `/api/v1/stores/${store}${path}`, headers)
    expect((await as({ 'x-api-key': secret })).status).toBe(200)
    expect((await as({ authorization: `Bearer ${secret}` })).status).toBe(200)
    expect((await as({ 'x-api-key': secret }, '/audit')).body.data.problem).toBe('permission.missing')
    expect((await as({ 'x-api-key': secret }, '/customers', stage.b.id)).body.data.problem).toBe('store.not-yours')
    const forged = secret.replace(stage.a.id.replaceAll('-', ''), stage.b.id.replaceAll('-', ''))
    expect((await as({ 'x-api-key': forged }, '/customers', stage.b.id)).status).toBe(401)
    const listed = (await inA('GET', '/api-keys')).body.find((one: { id: string }) => one.id === id)
    expect(listed).toMatchObject({ name: 'DMS', roles: ['marketing'], lastUsedAt: expect.any(String) })
    expect((await inA('DELETE', `/api-keys/${id}`)).status).toBe(200)
    expect((await as({ 'x-api-key': secret })).status).toBe(401)
  })

  it('of a call centre tells of calls and does nothing else; the same event twice is one call (API-02)', async () => {
    const { secret } = (await inA('POST', '/api-keys', { body: { name: 'PBX', role: 'call-centre' } })).body
    const key = { 'x-api-key': secret }
    const push = (body: object) => ask(stage.app, 'POST', `/api/v1/stores/${stage.a.id}/call-events`, { ...key, body })
    const ring = { callId: 'pbx-1', event: 'ring', at: '2026-11-20T02:00:00Z', number: '13900000001', extension: '801' }
    const [first, again] = [await push(ring), await push(ring)]
    expect([first.status, again.body]).toEqual([200, first.body])
    expect(await count('phone_call WHERE call_ref = $1', ['pbx-1'])).toBe(1)
    for (const recordingUrl of ['javascript:alert(1)', 'file:///etc/passwd', 'ftp://pbx.example/1'])
      expect((await push({ ...ring, event: 'recording', recordingUrl })).status).toBe(400)
    const listen = await ask(
      stage.app,
      'POST',
      `/api/v1/stores/${stage.a.id}/phone-calls/${first.body.id}/recording`,
      key,
    )
    expect(listen.body.data.problem).toBe('permission.missing')
    expect((await ask(stage.app, 'GET', `/api/v1/stores/${stage.a.id}/customers`, key)).status).toBe(403)
  })
})

describe('settings', () => {
  it('two people at once: the later sees the conflict and nothing of his is lost on the way', async () => {
    const { body: store } = await inA('GET', '/settings/store')
    const change = (name: string) => inA('PUT', '/settings/store', { body: { ...store, name } })
    const both = await Promise.all([change('甲店'), change('乙店')])
    expect(both.map((one) => one.status).sort()).toEqual([200, 409])
    expect(both.find((one) => one.status === 409)?.body.data.problem).toBe('version.changed')
    const won = both.find((one) => one.status === 200)?.body
    expect((await inA('GET', '/settings/store')).body).toEqual(won)
    expect(
      (await ask(stage.app, 'GET', '/api/v1/me', { cookie: await stage.a.cookie('advisor') })).body.stores[0].name,
    ).toBe(won.name)
  })

  it('hours that end before they begin and parts that overlap are refused by name', async () => {
    const { body: store } = await inA('GET', '/settings/store')
    const put = (hours: unknown) => inA('PUT', '/settings/store', { body: { ...store, hours } })
    const week = [...store.hours.week]
    week[2] = { from: '18:00', to: '08:00' }
    expect((await put({ ...store.hours, week })).body.data).toMatchObject({
      problem: 'hours.invalid',
      field: 'hours.week.2',
    })
    const parts = [
      { from: '08:30', to: '12:00' },
      { from: '11:00', to: '14:30' },
      { from: '14:30', to: '17:30' },
    ]
    expect((await put({ ...store.hours, parts })).body.data).toMatchObject({
      problem: 'hours.invalid',
      field: 'hours.parts.1',
    })
  })

  it('a programme’s values stay in the range it declares', async () => {
    const { body: all } = await inA('GET', '/settings/programmes')
    const one = all.find((programme: { programme: string }) => programme.programme === 'regular-service')
    const number = one.values.find(
      (value: { value: unknown; max?: number }) => typeof value.value === 'number' && value.max,
    )
    const put = (values: Record<string, unknown>, version = one.version) =>
      inA('PUT', '/settings/programmes/regular-service', { body: { enabled: true, values, version } })
    expect((await put({ [number.key]: number.max + 1 })).body.data).toMatchObject({
      problem: 'setting.out-of-range',
      field: `values.${number.key}`,
    })
    expect((await put({ nonsense: 1 })).body.data.problem).toBe('input.invalid')
    expect((await put({ [number.key]: 'many' })).body.data.problem).toBe('input.invalid')
    const changed = await put({ [number.key]: number.min })
    expect(changed.body.values.find((value: { key: string }) => value.key === number.key).value).toBe(number.min)
    expect((await put({ [number.key]: number.max })).body.data.problem).toBe('version.changed')
  })

  it('scripts are kept by version with a preview; one with a variable nobody knows is refused', async () => {
    const save = (body: string) => inA('POST', '/settings/scripts/regular-service', { body: { body } })
    expect((await save('您好 {{客户姓名}}，{{没有这个}}')).body.data).toMatchObject({
      problem: 'script.unknown-variable',
      values: { names: '没有这个' },
    })
    const saved = await save('您好 {{客户姓名}}，该保养了')
    expect(saved.body.preview).toMatch(/^您好 .+，该保养了$/)
    const { versions } = (await inA('GET', '/settings/scripts/regular-service')).body
    expect(versions[0]).toMatchObject({
      version: saved.body.version,
      body: '您好 {{客户姓名}}，该保养了',
      createdByName: 'AAA administrator',
    })
    expect(versions.at(-1)).toMatchObject({ version: 0, createdAt: null })
  })
})

it('the audit log pages newest first without gap or repetition', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  do {
    const { body }: Awaited<ReturnType<typeof inA>> = await inA('GET', `/audit?limit=7${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.rows.map((row: { at: string; id: string }) => `${row.at} ${row.id}`))
    cursor = body.nextCursor
  } while (cursor)
  expect(seen).toHaveLength(await count('audit_entry WHERE store_id = $1', [stage.a.id]))
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.length).toBeGreaterThan(16)
  expect((await inA('GET', '/audit?cursor=nonsense')).status).toBe(400)
})

it('the API document is OpenAPI 3.1 and leaves no route out; the page shows each', async () => {
  const { body } = await ask(stage.app, 'GET', '/api/openapi.json')
  expect(body.openapi).toMatch(/^3\.1/)
  const page = (await ask(stage.app, 'GET', '/api/docs')).body as string
  for (const route of contractRoutes()) {
    const operation = body.paths[route.path]?.[route.method.toLowerCase()]
    expect([route.name, operation?.['x-needs']]).toEqual([route.name, route.needs])
    expect(Object.keys(operation.responses)).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '409', '429']),
    )
    expect(page).toContain(`id="${route.name}"`)
  }
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3)/)
})

it('too many requests of one session are put off, another session is not', async () => {
  const small = await openStage(limited.connection, { requestsPerSecond: 2 })
  try {
    const [one, two] = [await small.a.cookie('advisor'), await small.a.cookie('cashier')]
    const asked = await Promise.all(
      Array.from({ length: 40 }, () => ask(small.app, 'GET', '/api/v1/me', { cookie: one })),
    )
    const put = asked.filter((answer) => answer.status === 429)
    expect(put.length).toBeGreaterThanOrEqual(15)
    expect(put[0]?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await ask(small.app, 'GET', '/api/v1/me', { cookie: two })).status).toBe(200)
  } finally {
    await small.close()
  }
})

it('the first-run wizard works once, however many press the button', async () => {
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-setup-'))
  const pool = openPool(untouched.connection, 8)
  const platform = { config: loadConfig({ CHANGHUI_DATA: folder }), pool, db: openDb(pool), clock: systemClock() }
  const app = await composeApp(platform, { log: createLog('silent'), settings: { requestsPerSecond: 0 } })
  try {
    expect((await ask(app, 'GET', '/api/v1/setup')).body).toEqual({ needed: true, demo: false })
    const body = { storeCode: 'NEW', storeName: '新店', name: '店长', username: 'boss', password: 'first of all 1' }
    const press = (at: number) =>
      ask(app, 'POST', '/api/v1/setup', { body: { ...body, username: `boss${at}` }, origin })
    const answers = await Promise.all(Array.from({ length: 5 }, (_, at) => press(at)))
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409, 409, 409, 409])
    expect((await ask(app, 'GET', '/api/v1/setup')).body).toEqual({ needed: false, demo: false })
    const { rows } = await pool.query(
      'SELECT (SELECT count(*)::int FROM auth_user) AS people, (SELECT count(*)::int FROM store) AS stores',
    )
    expect(rows).toEqual([{ people: 1, stores: 1 }])
  } finally {
    await app.stop()
    await pool.end()
    rmSync(folder, { recursive: true, force: true })
  }
})
