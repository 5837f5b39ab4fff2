import { randomUUID } from 'node:crypto'
import { unknownVariables } from '@changhui/rules/script'
import { smsLength } from '@changhui/rules/sms'
import { lintSms } from '@changhui/rules/smsRules'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { taskCard } from '../../care/calls/card.ts'
import { programmeDefinitions } from '../../care/service.ts'
import { careStore } from '../../care/testing.ts'
import { type DefaultTemplate, defaultTemplate, defaultTemplates } from './defaults.ts'
import { fillTemplate, fillTemplates } from './fill.ts'
import { textClient } from './testing.ts'
import { textValues } from './values.ts'

const database = await testDatabase()
const shop = await careStore(database, 'TEXTS')
afterAll(() => shop.pool.end())
const storeId = shop.store.id

const { templates: manager, settings } = textClient(shop, 'care-manager')
const { templates: agent, settings: agentSettings } = textClient(shop, 'care-agent')
const key = 'regular-service'
const regular = { storeId, key, channel: 'sms' as const }

const named = ({ zh, en, purpose }: DefaultTemplate) => ({ zh, en, purpose })

describe('texts that ship', () => {
  test('are those of the programmes, one for each that sends messages or falls back to one', () => {
    const programmes = programmeDefinitions().filter((one) => one.work === 'message' || one.work === 'call')
    const calls = new Set(['complaint', 'number-correction'])
    const missing = programmes.filter((one) => !calls.has(one.key) && !defaultTemplate(one.key)).map((one) => one.key)
    expect(missing).toEqual([])
    for (const { key, zh, en, purpose, template } of programmes) {
      const text = defaultTemplate(key)
      if (text)
        expect({ zh, en, purpose, template: template ?? text.body }).toEqual({ ...named(text), template: text.body })
    }
  })

  test('fill without unknown variables, and those a large provider refuses say another channel', () => {
    const refused: string[] = []
    for (const one of defaultTemplates) {
      expect(unknownVariables(`${one.subject}${one.body}`), one.key).toEqual([])
      const filing = { provider: 'tencent', kind: one.purpose === 'marketing' ? 'marketing' : 'notice' } as const
      const findings = lintSms(one.body, filing).filter(({ rule }) => rule !== 'no-opt-out')
      expect(
        findings.every(({ by }) => by === 'channel'),
        one.key,
      ).toBe(true)
      if (findings.length > 0) refused.push(one.key)
      expect(smsLength(one.body, '常回示范店').segments, one.key).toBeLessThanOrEqual(2)
    }
    expect(refused).toEqual(['inspection', 'insurance-renewal'])
  })
})

describe('filling', () => {
  test('takes the facts of customer, vehicle, task and store, in the order asked, and the cause’s own values', async () => {
    const one = await shop.addCar({
      vehicle: { plate: '京A·D1234', model: '轩逸', anchor_km: 25_000, interval_km: 5_000 },
    })
    const two = await shop.addCar({ phones: [], vehicle: { plate: null } })
    await shop.pool.query(`UPDATE customer SET name = '王小明', sex = 'male' WHERE id = $1`, [one.customerId])
    const taskId = randomUUID()
    await shop.pool.query(
      `INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on, priority, why, planned_on)
       VALUES ($1, $2, 'regular-service', $3, $4, 'c', 'open', '2026-11-28', '2026-11-14', '2026-11-20', '2027-01-28', 3, '{"by":"time","variables":{"活动地点":"展厅"}}', '2026-11-21')`,
      [storeId, taskId, one.customerId, one.vehicleId],
    )
    const filled = await shop.scoped((scope) =>
      fillTemplates(
        scope,
        key,
        ['sms'],
        [{ ...two, variables: { 到期日: '12月1日' } }, { ...one, taskId }, { customerId: randomUUID() }],
      ),
    )
    const [second, first, nobody] = filled.map((texts) => texts?.get('sms'))
    expect(first).toMatchObject({
      subject: '保养提醒',
      body: '王先生您好，您的京A·D1234预计11月28日到保养时间，我们致电未能接通。预约请致电门店。',
      missing: [],
      template: { key, version: 0, variables: { plate: '京A·D1234', 到期日: '11月28日' } },
    })
    const script = await shop.scoped((scope) => textValues(scope, [{ ...one, taskId }]))
    expect(script[0]).toMatchObject({ dueBy: '时间', dueKm: '30,000 公里', eventPlace: '展厅' })
    expect([script[0]?.monthlyKm, script[0]?.visitCount]).toEqual([null, '1 次'])
    await shop.pool.query(`UPDATE vehicle SET daily_km = 38.2, daily_confidence = 'high' WHERE id = $1`, [
      one.vehicleId,
    ])
    await shop.pool.query(
      `INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, kind, created_at, updated_at)
       SELECT $1, gen_random_uuid(), $2, $3, day::date, 'maintenance', $4, $4
       FROM generate_series('2025-01-10'::date, '2025-12-10', interval '1 month') AS day`,
      [storeId, one.vehicleId, one.customerId, '2026-01-01T00:00:00Z'],
    )
    const habits = await shop.scoped((scope) => textValues(scope, [one]))
    expect(habits[0]).toMatchObject({ monthlyKm: '约 1,200 公里', visitCount: '13 次' })
    expect(second?.body).toBe('车主您好，您的爱车预计12月1日到保养时间，我们致电未能接通。预约请致电门店。')
    expect(nobody).toBeUndefined()
    const without = await shop.scoped((scope) => fillTemplate(scope, key, 'sms', { customerId: two.customerId }))
    expect(without?.missing).toEqual(['dueOn'])
  })

  test('falls back to the programme’s own text, and a key nobody has a text for is a defect', async () => {
    const { customerId } = await shop.addCar()
    const own = await shop.scoped((scope) => fillTemplate(scope, 'brand-new', 'sms', { customerId }, '{{称呼}}好'))
    expect(own).toMatchObject({ body: '车主好', template: { key: 'brand-new', version: 0 } })
    await expect(shop.scoped((scope) => fillTemplate(scope, 'brand-new', 'sms', { customerId }))).rejects.toThrow(
      'no text for brand-new',
    )
  })

  test('a thousand customers in one go', async () => {
    const { customerId } = await shop.addCar()
    const many = await shop.scoped((scope) =>
      fillTemplates(scope, 'notice', ['sms'], Array(1_000).fill({ customerId })),
    )
    expect(many.length).toBe(1_000)
    expect(many.every((one) => one?.get('sms')?.body.startsWith('车主您好，TEXTS营业时间'))).toBe(true)
  })
})

describe('versions', () => {
  test('a version is a draft until approved, the newest approved one is in force, withdrawing goes back', async () => {
    const { customerId } = await shop.addCar()
    const body = async () =>
      (await shop.scoped((scope) => fillTemplate(scope, 'welcome', 'sms', { customerId })))?.body.slice(0, 3)
    const at = { storeId, key: 'welcome', channel: 'sms' as const }
    const shipped = await body()
    expect(await agent.save({ ...at, body: '一{{称呼}}', after: 0 })).toMatchObject({
      inUse: 0,
      versions: [
        { version: 1, state: 'draft', decidedAt: null },
        { version: 0, state: 'approved' },
      ],
    })
    expect(await body()).toBe(shipped)
    const decide = (version: number, state: 'draft' | 'approved' | 'withdrawn', decision: 'approve' | 'withdraw') =>
      manager.decide({ ...at, version, state, decision })
    expect(await decide(1, 'draft', 'approve')).toMatchObject({ inUse: 1, versions: [{ state: 'approved' }, {}] })
    expect(await body()).toBe('一车主')
    await expect(decide(1, 'draft', 'withdraw')).rejects.toMatchObject({ code: 'CONFLICT' })
    await manager.save({ ...at, body: '二{{称呼}}', after: 1 })
    await decide(2, 'draft', 'approve')
    expect(await body()).toBe('二车主')
    expect((await decide(2, 'approved', 'withdraw')).inUse).toBe(1)
    expect(await body()).toBe('一车主')
    expect((await decide(2, 'withdrawn', 'approve')).inUse).toBe(2)
    const audited = await shop.rows<{ action: string }>(
      `SELECT action FROM audit_entry WHERE store_id = $1 AND subject_id = 'welcome/sms' ORDER BY id`,
    )
    expect(audited.map((one) => one.action.split('.')[1])).toEqual([
      'saved',
      'approved',
      'saved',
      'approved',
      'withdrawn',
      'approved',
    ])
  })

  test('two who save at once: one is told', async () => {
    const at = { storeId, key: 'weather', channel: 'wechat' as const, after: 0 }
    const both = await Promise.allSettled([manager.save({ ...at, body: '甲' }), agent.save({ ...at, body: '乙' })])
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')?.reason).toMatchObject({ code: 'CONFLICT' })
  })

  test('what was written cannot be changed, not even by the application', async () => {
    await manager.save({ ...regular, key: 'festival', body: '原文', after: 0 })
    await expect(
      shop.scoped((scope) =>
        scope.tx.updateTable('messageTemplate').set({ body: '改了' }).where('storeId', '=', storeId).execute(),
      ),
    ).rejects.toThrow('permission denied')
    await expect(
      shop.scoped((scope) => scope.tx.deleteFrom('script').where('storeId', '=', storeId).execute()),
    ).rejects.toThrow('permission denied')
  })

  test('refuses unknown variables, a too long SMS, a mail without subject, an agent’s decision', async () => {
    const save = (change: object) => manager.save({ ...regular, body: 'x', after: 0, ...change })
    await expect(save({ body: '{{链接}}' })).rejects.toMatchObject({ data: { problem: 'script.unknown-variable' } })
    await expect(save({ body: '好'.repeat(501) })).rejects.toMatchObject({ data: { problem: 'template.too-long' } })
    await expect(save({ channel: 'email' })).rejects.toMatchObject({ data: { problem: 'template.subject-missing' } })
    await expect(save({ key: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(agent.decide({ ...regular, version: 1, state: 'draft', decision: 'approve' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('a text of the store’s own: made once however often sent, listed with its drafts, filled once approved', async () => {
    const id = randomUUID()
    const own = {
      storeId,
      id,
      name: '春节放假',
      purpose: 'marketing' as const,
      channel: 'sms' as const,
      body: '放假通知',
    }
    await manager.create(own)
    const { key: ownKey, own: isOwn } = await manager.create(own)
    expect(isOwn).toBe(true)
    const listed = async () => (await manager.list({ storeId })).templates.find((one) => one.key === ownKey)
    expect(await listed()).toMatchObject({ zh: '春节放假', channels: [{ channel: 'sms', version: null, drafts: 1 }] })
    const at = { storeId, key: ownKey, channel: 'sms' as const }
    await manager.decide({ ...at, version: 1, state: 'draft', decision: 'approve' })
    expect(await listed()).toMatchObject({ channels: [{ version: 1, drafts: 0 }] })
    // another channel begins with a version of its own
    expect((await manager.save({ ...at, channel: 'wechat', body: '微信', after: 0 })).purpose).toBe('marketing')
  })
})

describe('scripts', () => {
  test('the versions there were are in force; a new one only once approved', async () => {
    await shop.pool.query(
      `INSERT INTO script (store_id, id, programme, version, body, created_at, state) VALUES ($1, $2, 'regular-service', 1, '旧的', $3, 'approved')`,
      [storeId, randomUUID(), '2026-11-01T00:00:00Z'],
    )
    const programme = 'regular-service'
    const { customerId, vehicleId } = await shop.addCar()
    const taskId = randomUUID()
    await shop.pool.query(
      `INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on, priority, why, planned_on)
       VALUES ($1, $2, $3, $4, $5, '2026-05-28', 'open', '2026-11-28', '2026-11-14', '2026-11-20', '2027-01-28', 3, '{}', '2026-11-21')`,
      [storeId, taskId, programme, customerId, vehicleId],
    )
    const besideTheCall = () => shop.scoped(async (scope) => (await taskCard(scope, taskId)).script)
    expect(await besideTheCall()).toBe('旧的')
    expect((await settings.scripts({ storeId, programme })).inUse).toBe(1)
    expect(await agentSettings.saveScript({ storeId, programme, body: '新的{{客户姓名}}' })).toMatchObject({
      version: 2,
      state: 'draft',
      createdByName: null,
    })
    expect((await settings.scripts({ storeId, programme })).inUse).toBe(1)
    expect(await settings.scriptDrafts({ storeId })).toEqual([{ programme, drafts: 1 }])
    expect(await besideTheCall()).toBe('旧的')
    const decision = { storeId, programme, version: 2, state: 'draft' as const, decision: 'approve' as const }
    await expect(agentSettings.decideScript(decision)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await settings.decideScript(decision)).toMatchObject({ state: 'approved', decidedAt: expect.any(String) })
    await expect(settings.decideScript(decision)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await settings.scripts({ storeId, programme })).inUse).toBe(2)
    expect(await besideTheCall()).toBe('新的车主')
    await settings.decideScript({ ...decision, state: 'approved', decision: 'withdraw' })
    expect(await besideTheCall()).toBe('旧的')
    expect(await settings.scriptDrafts({ storeId })).toEqual([])
  })
})
