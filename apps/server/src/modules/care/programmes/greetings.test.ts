import { birthdayContact, nextBirthday } from '@changhui/rules/birthday'
import { festivals, USUAL_FESTIVALS } from '@changhui/rules/festivals'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { dueOfStore } from '../engine/follow.ts'
import { planStore } from '../service.ts'
import { careStore, testMoment } from '../testing.ts'
import { birthday } from './birthday.ts'
import { birthdayMessage } from './birthday-message.ts'
import { giftsOf } from './birthday-sql.ts'
import { festival } from './festival.ts'
import { idAt, owed } from './owed-testing.ts'
import { day } from './testing.ts'

const database = await testDatabase()
const care = await careStore(database, 'GREETINGS')
afterAll(() => care.pool.end())

async function addCustomers(rows: readonly object[]): Promise<void> {
  await care.rows(
    `INSERT INTO customer (store_id, id, name, birthday, member_level, do_not_disturb, consents, created_at, updated_at)
     SELECT $1, r.id, '车主', r.birthday, r.member_level, coalesce(r.quiet, false), '{}', $3, $3
     FROM json_to_recordset($2) AS r (id uuid, birthday date, member_level text, quiet boolean)`,
    JSON.stringify(rows),
    testMoment,
  )
}

describe('birthday (CARE-07)', () => {
  const people = Array.from({ length: 366 }, (_, i) => ({
    id: idAt(1, i),
    birthday: day('1992-01-01').add({ days: i }).toString(),
    member_level: i % 3 === 0 ? '金卡' : null,
  }))
  beforeAll(() => addCustomers([...people, { id: idAt(1, 999), birthday: null }]))

  test.each(['2026-02-27', '2026-02-28', '2026-03-01', '2028-02-28', '2028-02-29', '2026-12-31', '2027-01-01'])(
    'on %s a call is owed to whose birthday is kept that day, the pure rule says the same',
    async (text) => {
      const asOf = day(text)
      const wanted = people.filter((one) => nextBirthday(day(one.birthday), asOf).equals(asOf)).map(({ id }) => id)
      const rows = await owed(birthday, asOf, care)
      expect(rows.map((row) => row.customerId).sort()).toEqual(wanted.sort())
      const calendar = await care.scoped(
        async (scope) => (await dueOfStore(scope, asOf))(birthday as never).parameters.calendar,
      )
      const contact = birthdayContact(asOf, calendar)
      for (const row of rows) {
        expect([row.cycle, row.dueOn, row.closesOn, row.vehicleId]).toEqual([String(asOf.year), text, text, null])
        expect(row.why.callUntil).toBe(contact.how === 'call' ? contact.by.toString() : undefined)
      }
      expect(await owed(birthdayMessage, asOf, care)).toEqual([])
    },
  )

  test('29 February: on the 28th of a common year, once', async () => {
    expect((await owed(birthday, day('2026-02-28'), care)).length).toBe(2)
    expect((await owed(birthday, day('2026-03-01'), care)).length).toBe(1)
    expect((await owed(birthday, day('2028-02-29'), care)).length).toBe(1)
  })

  test('on a closed day a message that morning, and no call', async () => {
    await care.rows(`INSERT INTO store_closure (store_id, day, reason) VALUES ($1, '2026-07-10', '盘点')`)
    const asOf = day('2026-07-10')
    expect(await owed(birthday, asOf, care)).toEqual([])
    const messages = await owed(birthdayMessage, asOf, care)
    expect(messages.length).toBe(1)
    expect(messages[0]?.why.sendAt).toBe('2026-07-10T01:00:00Z')
    expect(await owed(birthdayMessage, day('2026-07-11'), care)).toEqual([])
  })

  test('who refuses calls gets a message that morning, once, and no call', async () => {
    const [quiet, told] = [idAt(1, 500), idAt(1, 501)]
    await addCustomers([
      { id: quiet, birthday: '1990-08-20' },
      { id: told, birthday: '1990-08-20' },
    ])
    await care.rows(`UPDATE customer SET consents = '{"call":false}' WHERE store_id = $1 AND id = $2`, quiet)
    const asOf = day('2026-08-20')
    await care.scoped((scope) => planStore(scope, asOf))
    const tasks = () =>
      care.rows<{ id: string; programme: string; state: string }>(
        `SELECT customer_id AS id, programme, state FROM task WHERE store_id = $1 AND due_on = '2026-08-20'
           AND customer_id = ANY ($2) ORDER BY customer_id`,
        [quiet, told],
      )
    const planned = [
      { id: quiet, programme: 'birthday-message', state: 'open' },
      { id: told, programme: 'birthday', state: 'open' },
    ]
    expect(await tasks()).toEqual(planned)
    // who refuses calls during the day was congratulated by telephone, or is called no more: not written to as well
    await care.rows(`UPDATE customer SET consents = '{"call":false}' WHERE store_id = $1 AND id = $2`, told)
    await care.scoped((scope) => planStore(scope, asOf))
    expect((await tasks()).map(({ programme }) => programme)).toEqual(['birthday-message', 'birthday'])
    const [message] = (await owed(birthdayMessage, asOf, care)).filter((row) => row.customerId === quiet)
    expect(message?.why.sendAt).toBe('2026-08-20T01:00:00Z')
    for (const table of ['task', 'timeline_event', 'plan_run'])
      await care.rows(`DELETE FROM ${table} WHERE store_id = $1`)
    await care.rows('DELETE FROM customer WHERE store_id = $1 AND id = ANY ($2)', [quiet, told])
  })

  test('a task nobody did is too late the day after, and never again that year', async () => {
    await care.scoped((scope) => planStore(scope, day('2026-05-05')))
    await care.scoped((scope) => planStore(scope, day('2026-05-06')))
    const tasks = await care.rows(
      `SELECT due_on::text, state, outcome FROM task WHERE store_id = $1 AND programme = 'birthday' ORDER BY due_on`,
    )
    expect(tasks).toEqual([
      { due_on: '2026-05-05', state: 'failed', outcome: 'expired' },
      { due_on: '2026-05-06', state: 'open', outcome: null },
    ])
  })

  test('the gift goes by the member level, where the store has written one down', async () => {
    expect(giftsOf('金卡=精洗一次；银卡＝玻璃水; 无效')).toEqual({ 金卡: '精洗一次', 银卡: '玻璃水' })
    await care.rows(
      `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:birthday', '{"values":{"gifts":"金卡=精洗一次"}}', $2)`,
      testMoment,
    )
    const words = async (text: string) => {
      const [row] = await owed(birthday, day(text), care)
      return (row?.why.variables as Record<string, string> | undefined)?.提示
    }
    expect(await words('2026-01-01')).toBe('我们为金卡会员准备了精洗一次，欢迎来店领取')
    expect(await words('2026-01-02')).toBe('愿您一路平安')
    await care.rows(`DELETE FROM store_setting WHERE store_id = $1`)
  })
})

test('festivals (CARE-08): each day of two years owes exactly the festivals kept that day or the day after', async () => {
  const one = await careStore(database, 'FEASTS')
  await one.addCar()
  await one.addCar({ doNotDisturb: true })
  let greetings = 0
  for (let asOf = day('2026-01-01'); asOf.year < 2028; asOf = asOf.add({ days: 1 })) {
    const near = festivals(asOf, asOf.add({ days: 1 }), USUAL_FESTIVALS)
    const wanted = [...new Set(near.map((feast) => feast.day.toString()))]
    // most days have none: asking about each of them would take a minute and prove little
    if (wanted.length === 0 && asOf.day !== 15) continue
    const rows = await owed(festival, asOf, one)
    expect([asOf.toString(), ...rows.map((row) => row.cycle).sort()]).toEqual([asOf.toString(), ...wanted.sort()])
    greetings += rows.length
    for (const row of rows) {
      const names = near.filter((feast) => feast.day.toString() === row.cycle).map(({ zh }) => zh)
      expect((row.why.variables as Record<string, string>).节日).toBe(names.join('、'))
    }
  }
  expect(greetings).toBeGreaterThan(40)
  await one.pool.end()
})

test('festivals: what the store does not keep is not sent', async () => {
  const one = await careStore(database, 'FEWER')
  await one.addCar()
  await one.rows(
    `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:festival', '{"values":{"on-mid-autumn":false,"on-laba":true}}', $2)`,
    testMoment,
  )
  expect(await owed(festival, day('2026-09-25'), one)).toEqual([])
  expect((await owed(festival, day('2026-01-26'), one)).map((row) => row.cycle)).toEqual(['2026-01-26'])
  await one.pool.end()
})
