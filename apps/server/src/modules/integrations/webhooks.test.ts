import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../platform/clock.ts'
import { loadConfig } from '../../platform/config.ts'
import { openDb, openPool } from '../../platform/db.ts'
import { Problem } from '../../platform/problem.ts'
import { type Scope, systemActor, withStore } from '../../platform/scope.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { addStore } from '../stores/service.ts'
import { deliverWebhooks } from './deliver.ts'
import { emitEvents, emitTimeline, handOverEvents } from './service.ts'
import { isInside, requireOutside } from './webhook-url.ts'
import { createWebhook } from './webhooks.ts'

const { connection } = await testDatabase()
const pool = openPool(connection, 6)
const clock = fixedClock('2026-11-20T01:00:00Z')
const platform = { config: loadConfig({}), pool, db: openDb(pool), clock }
const store = { id: '019a0000-0000-7000-8000-00000000000a', timeZone: 'Asia/Shanghai' }
const inStore = <T>(work: (scope: Scope) => Promise<T>) => withStore(pool, clock, store, systemActor, work)

interface Received {
  readonly headers: Record<string, unknown>
  readonly body: string
}
let received: Received[] = []
let answer = 200
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    received.push({ headers: request.headers, body })
    response.writeHead(answer, answer === 302 ? { location: 'http://169.254.169.254/' } : {}).end()
  })
})
let url = ''
let secret = ''

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  await addStore(platform.db, { id: store.id, code: 'HOOK', name: 'HOOK' }, clock.now())
  secret = (await inStore((scope) => createWebhook(scope, { url, events: ['task.closed'] }, true))).secret
})
beforeEach(async () => {
  received = []
  answer = 200
  await pool.query('DELETE FROM webhook_delivery')
  await pool.query('DELETE FROM outbox_event')
})
afterAll(async () => {
  await pool.end()
  await new Promise((done) => server.close(done))
})

const emit = (taskId: string) => inStore((scope) => emitEvents(scope, [{ topic: 'task.closed', payload: { taskId } }]))
const deliver = () => deliverWebhooks(platform, store, true)
const state = async () =>
  (await pool.query('SELECT state, attempts, last_status, next_at FROM webhook_delivery')).rows as {
    state: string
    attempts: number
    last_status: number
    next_at: string
  }[]

describe('an event', () => {
  it('goes to who wants it, signed so that the receiver can tell', async () => {
    await emit('t1')
    expect(await inStore(handOverEvents)).toBe(1)
    expect(await deliver()).toBe(1)
    const [one] = received
    expect(JSON.parse(one?.body ?? '')).toMatchObject({
      topic: 'task.closed',
      storeId: store.id,
      data: { taskId: 't1' },
    })
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(one?.headers['x-changhui-signature'])) ?? []
    expect(signature).toBe(createHmac('sha256', secret).update(`${time}.${one?.body}`).digest('hex'))
    expect(await state()).toMatchObject([{ state: 'delivered', attempts: 1, last_status: 200 }])
    expect(await deliver()).toBe(0)
  })

  it('nobody asked for is not even written down', async () => {
    await inStore((scope) => emitEvents(scope, [{ topic: 'visit.recorded', payload: {} }]))
    await inStore((scope) => emitTimeline(scope, [{ kind: 'odometer.refused', customerId: 'c' }]))
    expect((await pool.query('SELECT FROM outbox_event')).rowCount).toBe(0)
    await inStore((scope) => emitTimeline(scope, [{ kind: 'task.closed', customerId: 'c', taskId: 't' }]))
    expect((await pool.query('SELECT FROM outbox_event')).rowCount).toBe(1)
  })

  it('handed over twice, or by several at once, is delivered once', async () => {
    for (const name of ['t1', 't2', 't3']) await emit(name)
    await Promise.all(Array.from({ length: 4 }, () => inStore(handOverEvents)))
    await pool.query('UPDATE outbox_event SET handed_over_at = NULL')
    await inStore(handOverEvents)
    await Promise.all(Array.from({ length: 4 }, deliver))
    expect(received).toHaveLength(3)
  })

  it('rolled back with its cause is never heard of', async () => {
    const failing = inStore(async (scope) => {
      await emitEvents(scope, [{ topic: 'task.closed', payload: {} }])
      throw new Error('the deed failed')
    })
    await expect(failing).rejects.toThrow('the deed failed')
    expect(await inStore(handOverEvents)).toBe(0)
  })

  it('is tried again later and later, and given up in the end; a redirect is not followed', async () => {
    await emit('t1')
    await inStore(handOverEvents)
    const waits: number[] = []
    for (const status of [500, 302, 503, 500, 500, 500, 500, 500, 500]) {
      answer = status
      const before = clock.now()
      expect(await deliver()).toBe(1)
      const [one] = await state()
      expect(one?.last_status).toBe(status)
      if (one?.state === 'given-up') break
      expect(await deliver()).toBe(0)
      const next = Temporal.Instant.from(new Date(one?.next_at ?? '').toISOString())
      waits.push(before.until(next).total('minutes'))
      clock.set(next)
    }
    expect(waits).toEqual([1, 5, 15, 60, 180, 360, 720, 1080])
    expect(await state()).toMatchObject([{ state: 'given-up', attempts: 9 }])
    expect(received).toHaveLength(9)
  })

  it('a worker that died while sending leaves it to another after five minutes', async () => {
    await emit('t1')
    await inStore(handOverEvents)
    await pool.query(`UPDATE webhook_delivery SET next_at = $1, attempts = 1`, [
      clock.now().add({ minutes: 5 }).toString(),
    ])
    expect(await deliver()).toBe(0)
    clock.set(clock.now().add({ minutes: 5 }))
    expect(await deliver()).toBe(1)
    expect(await state()).toMatchObject([{ state: 'delivered' }])
  })
})

describe('an address', () => {
  it('must be https and out on the internet', () => {
    for (const good of ['https://hooks.example.com/x', 'https://8.8.8.8/', 'https://[2606:4700::1111]/'])
      expect(() => requireOutside(good, false)).not.toThrow()
    for (const bad of [
      ...[
        'http://hooks.example.com/',
        'https://localhost/',
        'https://127.0.0.1/',
        'https://2130706433/',
        'https://0x7f.1/',
      ],
      ...[
        'https://10.1.2.3/',
        'https://192.168.1.1/',
        'https://172.20.0.1/',
        'https://169.254.169.254/',
        'https://[::1]/',
      ],
      ...[
        'https://[::ffff:10.0.0.1]/',
        'https://[fd00::1]/',
        'https://intranet/',
        'https://db.internal/',
        'https://u:p@hooks.example.com/',
      ],
    ])
      expect([bad, refusal(() => requireOutside(bad, false))]).toEqual([bad, 'webhook.url-refused'])
  })

  it('is looked at again when connecting: a name that leads inside is not reached', async () => {
    for (const inner of ['127.0.0.1', '10.0.0.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', 'fe80::1', '0.0.0.0'])
      expect([inner, isInside(inner)]).toEqual([inner, true])
    for (const outer of ['8.8.8.8', '2606:4700::1111', '172.32.0.1'])
      expect([outer, isInside(outer)]).toEqual([outer, false])
    await emit('t1')
    await pool.query(`UPDATE webhook SET url = $1`, [url.replace('127.0.0.1', 'localhost')])
    await inStore(handOverEvents)
    expect(await deliver()).toBe(1)
    expect(await state()).toMatchObject([{ state: 'waiting', last_status: 0 }])
    expect(received).toEqual([])
  })
})

function refusal(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof Problem ? error.data.problem : String(error)
  }
}
