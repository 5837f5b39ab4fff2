import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../platform/config.ts'
import { openDb } from '../../platform/db.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { refreshSearch } from '../base/customers/service.ts'
import { customerTimeline } from '../base/customers/timeline.ts'
import { claimTask } from '../care/calls/claim.ts'
import { callDesk, problem } from '../care/calls/testing.ts'
import { planStore } from '../care/service.ts'
import { dial } from './dial.ts'
import { type PushedEvent, takeCallEvent } from './events.ts'
import { myCalls } from './ringing.ts'
import { callsOfAttempts, openRecording } from './service.ts'
import { callCentreSettings, setDialHook, setExtension } from './settings.ts'

const database = await testDatabase()
const desk = await callDesk(database, 'PHONE')
afterAll(() => desk.pool.end())
const { as, scoped, rows, li, agent, clock, store } = desk
const wang = agent('王')
const platform = { config: loadConfig({}), pool: desk.pool, db: openDb(desk.pool), clock }
let serial = 0
const callRef = () => `pbx-${++serial}`
const push = (event: PushedEvent) => scoped((scope) => takeCallEvent(scope, event))
const at = (seconds: number) => clock.now().add({ seconds }).toString()
const calls = (id: string) =>
  rows<Record<string, unknown>>('SELECT * FROM phone_call WHERE store_id = $1 AND id = $2', id)

const timeline = async (customerId: string) =>
  (await scoped((scope) => customerTimeline(scope, { customerId, limit: 50 }))).rows.filter(
    ({ kind }) => kind.startsWith('phonecall.') || kind.startsWith('call.'),
  )

async function known(number: string) {
  const car = await desk.addCar({ phones: [number], vehicle: { model: '轩逸' } })
  await scoped((scope) => refreshSearch(scope, [car.customerId]))
  return car
}

beforeAll(async () => {
  await scoped((scope) => setExtension(scope, li.id ?? '', '801'))
  await scoped((scope) => setExtension(scope, wang.id ?? '', '802'))
})

describe('an incoming call (API-02, BASE-08)', () => {
  test('pops up with the right agent, who the customer is and what is open; the number masked', async () => {
    const { customerId } = await known('13900001001')
    await scoped((scope) => planStore(scope, scope.today))
    const { id } = await push({
      callId: callRef(),
      event: 'ring',
      at: at(0),
      direction: 'in',
      number: '+86 139 0000 1001',
      extension: '801',
    })
    const mine = await as(li, myCalls)
    expect(mine.extension).toBe('801')
    expect(mine.calls).toMatchObject([
      { id, phase: 'ringing', number: '139****1001', known: [{ customerId, vehicles: [{ model: '轩逸' }] }] },
    ])
    expect(mine.calls[0]?.known[0]?.tasks.map((task) => task.programme)).toContain('regular-service')
    expect((await as(wang, myCalls)).calls).toEqual([])
    expect(await as(agent('无分机'), myCalls)).toEqual({ extension: null, calls: [] })
  })

  test('passed on and answered there, it leaves the first screen; hung up, it leaves both', async () => {
    await known('13900001002')
    const callId = callRef()
    await push({ callId, event: 'ring', at: at(0), number: '13900001002', extension: '801' })
    await push({ callId, event: 'answer', at: at(6), extension: '802' })
    expect((await as(li, myCalls)).calls.map((call) => call.number)).not.toContain('139****1002')
    expect((await as(wang, myCalls)).calls).toMatchObject([{ phase: 'talking', number: '139****1002' }])
    await push({ callId, event: 'hang-up', at: at(30) })
    expect((await as(wang, myCalls)).calls).toEqual([])
  })

  test('a stranger’s number is shown whole, to be entered; several owners are all shown and none is chosen', async () => {
    const stranger = await push({
      callId: callRef(),
      event: 'ring',
      at: at(0),
      number: '13900009999',
      extension: '802',
    })
    expect((await as(wang, myCalls)).calls).toMatchObject([{ id: stranger.id, number: '13900009999', known: [] }])
    await push({ callId: `pbx-${serial}`, event: 'hang-up', at: at(9) })
    await known('13900001003')
    await known('13900001003')
    const shared = await push({ callId: callRef(), event: 'ring', at: at(0), number: '13900001003', extension: '802' })
    expect((await as(wang, myCalls)).calls[0]?.known).toHaveLength(2)
    expect(await calls(shared.id)).toMatchObject([{ customer_id: null }])
    await push({ callId: `pbx-${serial}`, event: 'hang-up', at: at(9) })
  })

  test('a ring nobody ended is forgotten after two minutes', async () => {
    await push({ callId: callRef(), event: 'ring', at: at(0), number: '13900009998', extension: '802' })
    expect((await as(wang, myCalls)).calls).toHaveLength(1)
    const now = clock.now()
    clock.set(now.add({ seconds: 121 }))
    expect((await as(wang, myCalls)).calls).toEqual([])
    clock.set(now)
  })

  test('events at once, twice and in any order make one call, told once on the timeline', async () => {
    const { customerId } = await known('13900001004')
    const callId = callRef()
    const events: PushedEvent[] = [
      { callId, event: 'recording', at: at(70), recordingUrl: 'https://pbx.example/r/1.mp3' },
      { callId, event: 'hang-up', at: at(68) },
      { callId, event: 'answer', at: at(8), extension: '802' },
      { callId, event: 'ring', at: at(0), direction: 'in', number: '13900001004', extension: '801' },
    ]
    const answers = await Promise.all([...events, ...events, ...events.toReversed()].map(push))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    const [row] = await calls(answers[0]?.id ?? '')
    expect(row).toMatchObject({ direction: 'in', extension: '802', user_id: wang.id, customer_id: customerId })
    expect(row).toMatchObject({ rang_at: at(0), answered_at: at(8), ended_at: at(68) })
    const told = await timeline(customerId)
    expect(told).toMatchObject([
      { kind: 'phonecall.in', actorName: null, data: { answered: true, seconds: 60, recorded: true } },
    ])
  })

  test('a caller who is entered while he rings has the call on his timeline', async () => {
    const callId = callRef()
    await push({ callId, event: 'ring', at: at(0), number: '13900001005', extension: '801' })
    const { customerId } = await known('13900001005')
    await push({ callId, event: 'hang-up', at: at(25) })
    expect(await timeline(customerId)).toMatchObject([{ kind: 'phonecall.in', data: { answered: false } }])
  })

  test('a withheld number is no customer, and a recording without its link is refused', async () => {
    const { id } = await push({ callId: callRef(), event: 'ring', at: at(0), number: 'anonymous', extension: '801' })
    expect(await calls(id)).toMatchObject([{ number: null, customer_id: null }])
    await expect(push({ callId: callRef(), event: 'recording', at: at(0) })).rejects.toMatchObject(
      problem('recording.link-missing'),
    )
  })

  test('opening a recording is logged; without one the reason is said', async () => {
    const callId = callRef()
    const { id } = await push({ callId, event: 'ring', at: at(0), number: '13900009997', extension: '801' })
    await expect(as(li, (scope) => openRecording(scope, id))).rejects.toMatchObject(problem('recording.none'))
    await push({ callId, event: 'recording', at: at(1), recordingUrl: 'http://pbx.example/2.wav' })
    expect(await as(li, (scope) => openRecording(scope, id))).toEqual({ url: 'http://pbx.example/2.wav' })
    const log = await rows(
      `SELECT FROM audit_entry WHERE store_id = $1 AND action = 'recording.opened' AND subject_id = $2`,
      id,
    )
    expect(log).toHaveLength(1)
  })
})

describe('dialling through the telephone system', () => {
  interface Received {
    readonly body: string
    readonly signature: string
  }
  let received: Received[] = []
  let answer = 200
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      received.push({ body, signature: String(request.headers['x-changhui-signature']) })
      response.writeHead(answer).end()
    })
  })
  let secret = ''
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })
  afterAll(() => new Promise((done) => server.close(done)))
  const wish = (task: { taskId: string; phoneIds: readonly string[] }) => ({
    taskId: task.taskId,
    phoneId: task.phoneIds[0] ?? '',
    dialId: randomUUID(),
    attemptId: randomUUID(),
  })

  test('without a hook the page gets the number and dials by itself; it is logged', async () => {
    const task = await desk.planned({ phones: ['13900002001'] })
    const made = await dial(platform, store, li, wish(task))
    expect(made).toEqual({ number: '13900002001', sent: false, because: 'no-hook' })
    const log = await rows(
      `SELECT FROM audit_entry WHERE store_id = $1 AND action = 'phone.dialled' AND subject_id = $2`,
      task.customerId,
    )
    expect(log).toHaveLength(1)
  })

  test('an inner address is refused as a hook', async () => {
    for (const url of ['http://pbx.example/dial', 'https://192.168.1.9/dial', 'https://localhost/dial'])
      await expect(scoped((scope) => setDialHook(scope, url))).rejects.toMatchObject(problem('webhook.url-refused'))
  })

  test('posts extension, number and task, signed; the same press again posts nothing', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dial`
    secret = (await scoped((scope) => setDialHook(scope, url, true))).secret ?? ''
    const task = await desk.planned({ phones: ['13900002002'] })
    const pressed = wish(task)
    expect(await dial(platform, store, li, pressed, true)).toMatchObject({ sent: true, because: null })
    expect(await dial(platform, store, li, pressed, true)).toMatchObject({ sent: true })
    expect(received).toHaveLength(1)
    const [one] = received
    expect(JSON.parse(one?.body ?? '')).toMatchObject({
      extension: '801',
      number: '13900002002',
      taskId: task.taskId,
      dialId: pressed.dialId,
    })
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(one?.signature ?? '') ?? []
    expect(signature).toBe(createHmac('sha256', secret).update(`${time}.${one?.body}`).digest('hex'))
  })

  test('its events come back and tie the recording to the attempt, the call to the task and the customer', async () => {
    const task = await desk.planned({ phones: ['13900002003'] })
    const pressed = wish(task)
    await dial(platform, store, li, pressed, true)
    const callId = callRef()
    await push({ callId, event: 'ring', at: at(2), dialId: pressed.dialId, extension: '801' })
    // an outgoing call pops nothing up
    expect((await as(li, myCalls)).calls.every((one) => one.known[0]?.customerId !== task.customerId)).toBe(true)
    await push({ callId, event: 'answer', at: at(12) })
    await desk.call(task.taskId, { result: 'reached', outcome: 'later', attemptId: pressed.attemptId })
    await push({ callId, event: 'hang-up', at: at(52) })
    await push({ callId, event: 'recording', at: at(55), recordingUrl: 'https://pbx.example/r/3.mp3' })
    const found = await scoped((scope) => callsOfAttempts(scope, [pressed.attemptId]))
    expect(found.get(pressed.attemptId)).toMatchObject({ recorded: true, seconds: 40 })
    expect((await timeline(task.customerId)).map(({ kind }) => kind)).toContain('phonecall.out')
    // a call centre that only knows the task finds the press as well
    const again = await push({ callId: callRef(), event: 'hang-up', at: at(60), taskId: task.taskId })
    expect(await calls(again.id)).toMatchObject([{ dial_id: pressed.dialId, direction: 'out' }])
  })

  test('a hook that fails, or a person without an extension: the page dials by itself', async () => {
    const task = await desk.planned({ phones: ['13900002004'] })
    answer = 503
    expect(await dial(platform, store, li, wish(task), true)).toMatchObject({ sent: false, because: 'hook-failed' })
    answer = 200
    const other = await desk.planned({ phones: ['13900002011'] })
    expect(await dial(platform, store, agent('无分机'), wish(other), true)).toMatchObject({ because: 'no-extension' })
    received = []
  })

  test('only a call that could be taken now is dialled: open, still owed, nobody else’s, let through by the gate', async () => {
    const refused = async (task: Parameters<typeof wish>[0], name: string, who = li) => {
      await expect(dial(platform, store, who, wish(task), true)).rejects.toMatchObject(problem(name))
      expect(await rows('SELECT FROM phone_dial WHERE store_id = $1 AND task_id = $2', task.taskId)).toEqual([])
    }
    const closed = await desk.planned({ phones: ['13900002007'] })
    await desk.call(closed.taskId, { result: 'reached', outcome: 'later' })
    await refused(closed, 'task.closed')
    const came = await desk.planned({ phones: ['13900002008'] })
    await rows(`UPDATE vehicle SET anchor_on = '2026-11-21' WHERE store_id = $1 AND id = $2`, came.vehicleId)
    await refused(came, 'task.closed')
    const held = await desk.planned({ phones: ['13900002009'] })
    await as(wang, (scope) => claimTask(scope, held.taskId))
    await refused(held, 'task.taken')
    expect(await dial(platform, store, wang, wish(held), true)).toMatchObject({ sent: true })
    expect(await dial(platform, store, wang, wish(held), true)).toMatchObject({ sent: true })
    const lately = await desk.planned({ phones: ['13900002010'] })
    await rows(
      `INSERT INTO attempt (store_id, id, task_id, customer_id, at, channel, result, purpose)
       SELECT $1, gen_random_uuid(), $3, $2, $4::timestamptz - make_interval(mins => n), 'call', 'reached', 'reminder' FROM generate_series(30, 60, 10) n`,
      lately.customerId,
      held.taskId,
      clock.now().toString(),
    )
    await refused(lately, 'task.held')
    expect((await lately.task())?.next_at).not.toBeNull()
  })

  test('a dead number is not dialled, nor one of another customer', async () => {
    const task = await desk.planned({ phones: ['13900002005'] })
    const other = await desk.planned({ phones: ['13900002006'] })
    await rows(`UPDATE customer_phone SET state = 'dead' WHERE store_id = $1 AND customer_id = $2`, task.customerId)
    await expect(dial(platform, store, li, wish(task), true)).rejects.toMatchObject(problem('phone.unusable'))
    const crossed = { ...wish(task), phoneId: other.phoneIds[0] ?? '' }
    await expect(dial(platform, store, li, crossed, true)).rejects.toMatchObject(problem('not-found'))
  })
})

test('an extension has one person, and two who take it at once do not both get it', async () => {
  const people = Array.from({ length: 6 }, (_, i) => agent(`抢号${i}`))
  const tried = await Promise.allSettled(
    people.map((one) => scoped((scope) => setExtension(scope, one.id ?? '', '900'))),
  )
  expect(tried.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  for (const one of tried) if (one.status === 'rejected') expect(one.reason).toMatchObject(problem('extension.taken'))
  const { extensions } = await scoped(callCentreSettings)
  expect(extensions.map((one) => one.extension)).toEqual(['801', '802', '900'])
})
