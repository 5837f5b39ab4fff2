import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { askProvider, readAnswer, type WeatherAccount } from './provider.ts'

/** Speaks QWeather's weatheralert/v1: key in the header, coordinates in the path, gzip whether asked for or not. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void
let answer: Answer
let asked: { url: string; key: string }[] = []
const server = createServer((request, response) => {
  asked.push({ url: request.url ?? '', key: String(request.headers['x-qw-api-key']) })
  answer(request, response)
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = []
})

const account: WeatherAccount = {
  host: 'abc.re.qweatherapi.com',
  key: 'secret-key',
  latitude: 39.904,
  longitude: 116.4,
  region: '北京市东城区',
}
const gzipped =
  (body: unknown, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(gzipSync(JSON.stringify(body)))
  }
const entry = {
  id: '202510241119105837988676',
  senderName: '临桂区气象台',
  issuedTime: '2025-10-24T11:19+08:00',
  messageType: { code: 'update', supersedes: ['202510181140100706230391'] },
  eventType: { name: '大风', code: '1006' },
  severity: 'minor',
  color: { code: 'blue', red: 30, green: 50, blue: 205, alpha: 1 },
  expireTime: '2025-10-25T11:19+08:00',
  headline: '临桂区气象台更新大风蓝色预警',
}
const ask = (timeoutMs = 2_000) => askProvider(account, { origin, timeoutMs })

test('reads the warnings in force, packed as the provider packs them, with its key and place', async () => {
  answer = gzipped({
    metadata: { zeroResult: false, attributions: ['https://developer.qweather.com/attribution.html'] },
    alerts: [entry],
  })
  const got = await ask()
  expect(asked).toEqual([{ url: '/weatheralert/v1/current/39.90/116.40?lang=zh', key: 'secret-key' }])
  if ('problem' in got) throw new Error(got.problem)
  expect(got.attributions).toEqual(['https://developer.qweather.com/attribution.html'])
  expect(got.skipped).toBe(0)
  const [alert] = got.alerts
  expect(alert).toMatchObject({
    id: entry.id,
    kind: '大风',
    level: 'blue',
    status: 'updated',
    supersedes: ['202510181140100706230391'],
  })
  expect([alert?.area.county, alert?.issuedAt?.toString(), alert?.endsAt?.toString()]).toEqual([
    '临桂区',
    '2025-10-24T03:19:00Z',
    '2025-10-25T03:19:00Z',
  ])
})

test('a quiet day is an answer without warnings', async () => {
  answer = gzipped({ metadata: { zeroResult: true, attributions: [] }, alerts: [] })
  expect(await ask()).toEqual({ alerts: [], attributions: [], skipped: 0 })
})

describe('entries', () => {
  const read = (...alerts: unknown[]) => {
    const got = readAnswer(JSON.stringify({ metadata: {}, alerts }), account.region)
    if ('problem' in got) throw new Error(got.problem)
    return got
  }
  test('without a sender hold at the place asked for; a sender nobody can place likewise', () => {
    expect(read({ ...entry, senderName: null, headline: '大风' }).alerts[0]?.area.text).toBe('北京市东城区')
    expect(read({ ...entry, senderName: 'Meteo Office', headline: 'Wind' }).alerts[0]?.area.text).toBe('北京市东城区')
  })
  test('other colours and severities come to the four levels', () => {
    const level = (change: object) => read({ ...entry, headline: '', ...change }).alerts[0]?.level
    expect(level({ color: { code: 'amber' } })).toBe('orange')
    expect(level({ color: null, severity: 'extreme' })).toBe('red')
    expect(level({ color: { code: 'Yellow' } })).toBe('yellow')
  })
  test('a cancelled one is lifted; what nobody can read is counted and passed over', () => {
    const got = read({ ...entry, messageType: { code: 'cancel' } }, { id: 5 }, 'nonsense', {
      ...entry,
      eventType: null,
      headline: '',
    })
    expect([got.alerts.map(({ status }) => status), got.skipped]).toEqual([['lifted'], 3])
  })
})

describe('what goes wrong is a problem with a name, never an exception', () => {
  test.each([
    ['refused', 401],
    ['refused', 403],
    ['too-many', 429],
    ['provider-trouble', 500],
    ['provider-trouble', 404],
  ])('%s for %d', async (problem, status) => {
    answer = gzipped({ error: { status, title: 'no' } }, status)
    expect(await ask()).toEqual({ problem })
  })
  test('unreadable: no JSON, another form, packed wrongly, far too large', async () => {
    answer = (_, response) => response.end('<html>')
    expect(await ask()).toEqual({ problem: 'unreadable' })
    answer = gzipped({ alerts: 'none' })
    expect(await ask()).toEqual({ problem: 'unreadable' })
    answer = gzipped({ alerts: [], padding: 'x'.repeat(2_000_000) })
    expect(await ask()).toEqual({ problem: 'unreadable' })
  })
  test('timed out: no answer, or one that never ends', async () => {
    answer = () => undefined
    const begun = performance.now()
    expect(await ask(300)).toEqual({ problem: 'timed-out' })
    answer = (_, response) => void response.write('{"alerts":[')
    expect(await ask(300)).toEqual({ problem: 'timed-out' })
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
  test('unreachable: the connection breaks, nobody listens, or the answer points elsewhere', async () => {
    answer = (request) => request.socket.destroy()
    expect(await ask()).toEqual({ problem: 'unreachable' })
    answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    expect(await ask()).toEqual({ problem: 'unreachable' })
    expect(await askProvider(account, { origin: 'http://127.0.0.1:1', timeoutMs: 2_000 })).toEqual({
      problem: 'unreachable',
    })
  })
  test('half a packed answer', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(JSON.stringify({ alerts: [entry] })).subarray(0, 40))
    }
    expect(await ask()).toEqual({ problem: 'unreadable' })
  })
})
