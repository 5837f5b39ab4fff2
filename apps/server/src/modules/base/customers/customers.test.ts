import { maskPhone } from '@changhui/rules/phone'
import { readXlsx } from 'hucre/xlsx'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { testStore } from '../testing.ts'

const database = await testDatabase()
const { api, store, pool, actor, rows } = await testStore(database)
afterAll(() => pool.end())
const storeId = store.id
const { customers, vehicles } = api

const problemOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'nothing thrown',
    (error: { code: string; data: { problem?: string } }) => `${error.code} ${error.data?.problem ?? 'contract'}`,
  )
const add = (name: string, phones: string[] = []) => customers.create({ storeId, name, phones })
const timelineKinds = async (customerId: string) =>
  (await customers.timeline({ storeId, customerId })).rows.map((row) => row.kind)

describe('editing', () => {
  test('of two editors who read the same version one saves and the other sees the conflict', async () => {
    const { id, version } = await add('两人同改')
    const edits = Array.from({ length: 8 }, (_, n) =>
      problemOf(customers.update({ storeId, customerId: id, version, occupation: `职业${n}` })),
    )
    const ends = await Promise.all(edits)
    expect(ends.filter((end) => end === 'nothing thrown')).toHaveLength(1)
    expect(ends.filter((end) => end === 'CONFLICT version.changed')).toHaveLength(7)
    const now = await customers.get({ storeId, customerId: id })
    expect([now.version, now.occupation]).toEqual([version + 1, `职业${ends.indexOf('nothing thrown')}`])
    expect((await timelineKinds(id)).filter((kind) => kind === 'customer.edited')).toHaveLength(1)
  })

  test('what staff corrected remembers the value the source held, and forgets it when set back', async () => {
    const { id, version } = await add('王小明')
    const corrected = async () =>
      (await rows<{ staff_corrected: unknown }>('SELECT staff_corrected FROM customer WHERE id = $1', [id]))[0]
        ?.staff_corrected
    const one = await customers.update({ storeId, customerId: id, version, name: '王晓明', region: '虚河区' })
    expect(await corrected()).toEqual({ name: '王小明', region: null })
    const two = await customers.update({ storeId, customerId: id, version: one.version, name: '王筱明' })
    expect(await corrected()).toEqual({ name: '王小明', region: null })
    await customers.update({ storeId, customerId: id, version: two.version, name: '王小明' })
    expect(await corrected()).toEqual({ region: null })
  })

  test('a change that changes nothing is not an edit', async () => {
    const { id, version } = await add('不变')
    const after = await customers.update({ storeId, customerId: id, version, name: ' 不变 ', consents: {}, tags: [] })
    expect(after.version).toBe(version)
    expect(await timelineKinds(id)).toEqual(['customer.created'])
  })

  test('consents merge, and an opt-out stands in the audit log', async () => {
    const { id, version } = await add('不打扰')
    const one = await customers.update({ storeId, customerId: id, version, consents: { sms: false } })
    const two = await customers.update({
      storeId,
      customerId: id,
      version: one.version,
      consents: { call: true },
      doNotDisturb: true,
    })
    expect([two.consents, two.doNotDisturb]).toEqual([{ sms: false, call: true }, true])
    const log = await rows<{ detail: unknown }>(
      `SELECT detail FROM audit_entry WHERE action = 'customer.consent' AND subject_id = $1 ORDER BY id`,
      [id],
    )
    expect(log.at(-1)?.detail).toEqual({ doNotDisturb: true, consents: { sms: false, call: true } })
  })

  test('numbers are normalised; a wrong one, a second time the same and a stranger are refused', async () => {
    const { id, phones } = await add('李四', ['１５４ 0000-0001', '+8615400000001'])
    expect(phones.map((phone) => phone.masked)).toEqual(['154****0001'])
    expect(await problemOf(customers.addPhone({ storeId, customerId: id, number: '123' }))).toBe(
      'BAD_REQUEST phone.invalid',
    )
    expect(await problemOf(customers.addPhone({ storeId, customerId: id, number: '154 0000 0001' }))).toBe(
      'CONFLICT phone.duplicate',
    )
    expect(await problemOf(customers.addPhone({ storeId, customerId: storeId, number: '15400000009' }))).toBe(
      'NOT_FOUND not-found',
    )
    const dead = await customers.setPhoneState({ storeId, customerId: id, phoneId: phones[0]?.id ?? '', state: 'dead' })
    expect(dead.phones[0]?.state).toBe('dead')
    await customers.setPhoneState({ storeId, customerId: id, phoneId: phones[0]?.id ?? '', state: 'dead' })
    expect((await timelineKinds(id)).filter((kind) => kind === 'phone.state')).toHaveLength(1)
    expect(await problemOf(add('   '))).toBe('BAD_REQUEST contract')
    expect(await problemOf(add('\u200b'))).toBe('BAD_REQUEST name.missing')
  })
})

describe('numbers stay masked', () => {
  test('in every answer but unmask and the cards, and those are logged', async () => {
    const number = '15400007788'
    const { id, phones } = await add('隐私客户', [number])
    const car = await vehicles.create({ storeId, customerId: id, plate: '苏ZP7788' })
    const phoneId = phones[0]?.id ?? ''
    const answers = {
      list: await customers.list({ storeId, query: '隐私' }),
      search: await customers.search({ storeId, q: '隐私' }),
      byNumber: await customers.search({ storeId, q: number }),
      caller: await customers.caller({ storeId, number }),
      get: await customers.get({ storeId, customerId: id }),
      update: await customers.update({ storeId, customerId: id, version: 1, region: '望川区' }),
      state: await customers.setPhoneState({ storeId, customerId: id, phoneId, state: 'usable' }),
      timeline: await customers.timeline({ storeId, customerId: id }),
      cars: await vehicles.ofCustomer({ storeId, customerId: id }),
      visit: await vehicles.addVisit({ storeId, vehicleId: car.id, arrivedOn: '2026-11-20', kind: 'wash' }),
    }
    expect(answers.list.rows[0]?.phoneMasked).toBe(maskPhone(number))
    expect(answers.byNumber.hits.map((hit) => hit.id)).toEqual([id])
    expect(answers.caller.hits[0]).toMatchObject({ id, phoneMasked: '154****7788', plates: ['苏ZP7788'] })
    expect(JSON.stringify(answers)).not.toContain(number)
    const workbook = await readXlsx(new Uint8Array(await (await customers.export({ storeId })).arrayBuffer()))
    expect(JSON.stringify(workbook.sheets[0]?.rows)).toContain('154****7788')
    expect(JSON.stringify(workbook.sheets[0]?.rows)).not.toContain(number)

    const taskId = storeId
    expect(await customers.unmask({ storeId, customerId: id, phoneId, reason: 'call', taskId })).toEqual({ number })
    expect(await (await customers.vcard({ storeId, customerId: id })).text()).toContain(`TEL;TYPE=cell:+86${number}`)
    const log = await rows<{ action: string; actor: string; subject_id: string; detail: object }>(
      `SELECT action, actor, subject_id, detail FROM audit_entry WHERE action IN ('phone.unmask', 'customer.vcard', 'customer.export') ORDER BY id`,
    )
    expect(log).toEqual([
      {
        action: 'customer.export',
        actor: actor.id,
        subject_id: null,
        detail: { rows: expect.any(Number), filters: {} },
      },
      { action: 'phone.unmask', actor: actor.id, subject_id: id, detail: { phoneId, reason: 'call', taskId } },
      { action: 'customer.vcard', actor: actor.id, subject_id: id, detail: {} },
    ])
    expect(JSON.stringify(log)).not.toContain(number)
  })
})

describe('the list', () => {
  test('pages stay whole while customers are added and the order holds for those who never came', async () => {
    const made: string[] = []
    for (let n = 0; n < 23; n++) {
      const { id } = await add(`翻页${n}`)
      made.push(id)
      if (n % 3 === 0) {
        const car = await vehicles.create({ storeId, customerId: id })
        const arrivedOn = `2026-10-${String(1 + Math.floor(n / 6)).padStart(2, '0')}`
        await vehicles.addVisit({ storeId, vehicleId: car.id, arrivedOn, kind: 'repair' })
      }
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await customers.list({ storeId, limit: 4, ...(cursor ? { cursor } : {}) })
      seen.push(...page.rows.map((row) => row.id))
      cursor = page.nextCursor ?? undefined
      await add(`插队${seen.length}`)
    } while (cursor)
    expect(new Set(seen).size).toBe(seen.length)
    expect(made.filter((id) => !seen.includes(id))).toEqual([])
    const whole = await customers.list({ storeId, limit: 200 })
    const days = whole.rows.map((row) => row.lastVisitOn ?? '')
    expect(days).toEqual([...days].sort().reverse())
    expect(await problemOf(customers.list({ storeId, cursor: 'nonsense' }))).toBe('BAD_REQUEST input.invalid')
  })

  test('each filter leaves whom it names, and the count agrees', async () => {
    const { id, phones } = await add('筛选甲', ['15400009911'])
    await customers.update({
      storeId,
      customerId: id,
      version: 1,
      locality: 'out-of-town',
      tags: ['老客户'],
      advisorId: actor.id,
    })
    const car = await vehicles.create({ storeId, customerId: id, model: '晨行 X7 四驱', deliveredOn: '2026-06-01' })
    await vehicles.addVisit({ storeId, vehicleId: car.id, arrivedOn: '2026-06-10', kind: 'maintenance' })
    await customers.setPhoneState({ storeId, customerId: id, phoneId: phones[0]?.id ?? '', state: 'dead' })
    const filters = [
      { query: '筛选' },
      { locality: 'out-of-town' },
      { tag: '老客户' },
      { advisorId: actor.id },
      { model: 'X7' },
      { lastVisitBefore: '2026-06-11', lastVisitAfter: '2026-06-09' },
      { noUsablePhone: true, tag: '老客户' },
      { dueWithinDays: 30, tag: '老客户' },
    ] as const
    for (const filter of filters) {
      const { rows: found } = await customers.list({ storeId, ...filter })
      expect([filter, found.map((row) => row.name)]).toEqual([filter, ['筛选甲']])
      expect(await customers.count({ storeId, ...filter })).toEqual({ count: 1, exact: true })
    }
    expect((await customers.list({ storeId, query: '筛选' })).rows[0]?.nextDueOn).toBe('2026-12-10')
    expect((await customers.list({ storeId, dueWithinDays: 10, tag: '老客户' })).rows).toEqual([])
  })

  test('a view belongs to the one who saved it and its name to one view', async () => {
    const view = { storeId, page: 'customers' as const, name: '快到期', filters: { dueWithinDays: 14 } }
    const { id } = await customers.saveView(view)
    expect(await problemOf(customers.saveView(view))).toBe('CONFLICT view.name-taken')
    expect(await customers.views({ storeId, page: 'customers' })).toEqual([
      { id, name: '快到期', filters: view.filters },
    ])
    await customers.deleteView({ storeId, page: 'customers', viewId: id })
    expect(await problemOf(customers.deleteView({ storeId, page: 'customers', viewId: id }))).toBe(
      'NOT_FOUND not-found',
    )
  })
})

test('the export holds text that looks like a formula as text', async () => {
  const names = ['=HYPERLINK("http://x")', '+1+2', '-1', '@SUM(A1)']
  for (const name of names) await add(name)
  const file = await customers.export({ storeId })
  const workbook = await readXlsx(new Uint8Array(await file.arrayBuffer()))
  const sheet = workbook.sheets[0]
  const cells = sheet?.rows.map((row) => row[0])
  for (const name of names) expect(cells).toContain(name)
  expect(JSON.stringify([...(sheet?.cells ?? [])])).not.toContain('"formula"')
})

test('the timeline brings events, visits and deliveries together, page by page', async () => {
  const { id } = await add('时间线')
  const car = await vehicles.create({ storeId, customerId: id, deliveredOn: '2025-01-05' })
  for (const arrivedOn of ['2025-07-01', '2025-12-01', '2026-06-01']) {
    const lines = Array.from({ length: 9 }, (_, n) => ({ name: `项目${n}`, kind: 'labour' as const, amountFen: 100 }))
    await vehicles.addVisit({ storeId, vehicleId: car.id, arrivedOn, kind: 'maintenance', lines })
  }
  const [latest] = (await customers.timeline({ storeId, customerId: id, limit: 3 })).rows.slice(2)
  expect(latest).toMatchObject({
    kind: 'visit',
    data: { visitKind: 'maintenance', totalFen: 900, arrivedOn: '2026-06-01' },
  })
  expect(latest?.data.lines).toEqual(['项目0', '项目1', '项目2', '项目3', '项目4', '项目5', '项目6'])
  const kinds: string[] = []
  let cursor: string | undefined
  do {
    const page = await customers.timeline({ storeId, customerId: id, limit: 2, ...(cursor ? { cursor } : {}) })
    kinds.push(...page.rows.map((row) => row.kind))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  expect(kinds).toEqual(['vehicle.added', 'customer.created', 'visit', 'visit', 'visit', 'delivery'])
})

test('above 10,000 the count is an estimate near the truth', async () => {
  const big = await testStore(database, 'BIG')
  await pool.query(
    `INSERT INTO customer (store_id, id, name, locality, created_at, updated_at)
     SELECT $1, md5(i::text)::uuid, '客户' || i, CASE WHEN i % 2 = 0 THEN 'local' END, $2, $2 FROM generate_series(1, 30000) i`,
    [big.store.id, '2026-01-01T00:00:00Z'],
  )
  await pool.query('ANALYZE customer')
  const count = (filters: { locality?: 'local'; tag?: string }) =>
    big.api.customers.count({ storeId: big.store.id, ...filters })
  const [all, local] = [await count({}), await count({ locality: 'local' })]
  await big.pool.end()
  expect([all.exact, local.exact]).toEqual([false, false])
  expect(Math.abs(all.count - 30_000)).toBeLessThan(1_500)
  expect(Math.abs(local.count - 15_000)).toBeLessThan(1_500)
})
