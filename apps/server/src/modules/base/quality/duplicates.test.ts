import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { editVehicle, getVehicle } from '../vehicles/edit.ts'
import { answerMissing, customerCompleteness } from './completeness.ts'
import { duplicates, notSame, sameAgain } from './duplicates.ts'
import { mergeBench, problemOf } from './testing.ts'

const database = await testDatabase()
const { pool, store } = mergeBench(database)
afterAll(() => pool.end())
type Store = Awaited<ReturnType<typeof store>>

const find = (at: Store, level: 'likely' | 'possible') => at.as((scope) => duplicates(scope, { level, limit: 100 }))
const reasonsOf = async (at: Store, level: 'likely' | 'possible') =>
  (await find(at, level)).groups.map((group) => group.pairs.map((pair) => pair.reasons.join('+')).join(' '))

describe('duplicates (BASE-09)', () => {
  test.each<[string, (at: Store) => Promise<unknown>, string[], string[]]>([
    [
      'a phone with the name',
      async (at) => [await at.person('李雷', ['13800000001']), await at.person('李 雷先生', ['13800000001'])],
      ['same-phone-and-name'],
      [],
    ],
    [
      'a phone under two names: perhaps a family',
      async (at) => [await at.person('李雷', ['13800000001']), await at.person('韩梅', ['13800000001'])],
      [],
      ['same-phone'],
    ],
    [
      'a mistyped phone with the name',
      async (at) => [await at.person('李雷', ['13861234567']), await at.person('李雷', ['13961234567'])],
      ['same-tail-and-name'],
      [],
    ],
    [
      'a fixed line with an extension',
      async (at) => [await at.person('李雷', ['021-61234567-801']), await at.person('李雷', ['021-61234567'])],
      ['same-phone-and-name'],
      [],
    ],
    [
      'a plate with the name',
      async (at) => [
        await at.person('李雷', [], [{ plate: '沪A00001' }]),
        await at.person('李雷', [], [{ plate: '沪A00001' }]),
      ],
      ['same-plate-and-name'],
      [],
    ],
    [
      'an owner and a driver of one name',
      async (at) => {
        const one = await at.person('李雷', [], [{ plate: '沪A00001' }])
        const other = await at.person('李雷')
        await at.as(async (scope) => {
          const { version, id } = await getVehicle(scope, one.vehicles[0] ?? '')
          return editVehicle(scope, id, version, { driverId: other.id })
        })
      },
      ['same-vin-and-name'],
      [],
    ],
    [
      'a title is no name, a firm no family',
      async (at) => {
        await at.person('王先生', ['13861234567'])
        await at.person('王先生', ['13961234567'])
        for (let n = 0; n < 6; n++) await at.person('某公司', ['02161234567'])
      },
      [],
      [],
    ],
    [
      'a title and a number: perhaps',
      async (at) => [await at.person('王先生', ['13800000001']), await at.person('王先生', ['13800000001'])],
      [],
      ['same-phone'],
    ],
    ['nobody', async (at) => [await at.person('李雷', ['13800000001']), await at.person('李雷')], [], []],
  ])('%s', async (_, people, likely, possible) => {
    const at = await store()
    await people(at)
    expect(await reasonsOf(at, 'likely')).toEqual(likely)
    expect(await reasonsOf(at, 'possible')).toEqual(possible)
  })

  test('three that hang together are one group; the most complete is proposed to stay; numbers are masked', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'])
    const two = await at.person(
      '李雷',
      ['13800000001', '13800000002'],
      [{ plate: '沪A00001', vin: 'LSVAA4187N2000001' }],
    )
    const three = await at.person('李雷', ['13800000002'])
    const { groups, total, complete } = await find(at, 'likely')
    expect([total, complete]).toEqual([1, true])
    expect(groups[0]?.records.map((record) => record.id).sort()).toEqual([one.id, two.id, three.id].sort())
    expect(groups[0]?.survivorId).toBe(two.id)
    expect(JSON.stringify(groups)).not.toContain('13800000001')
    await at.merge(two.id, one.id)
    await at.merge(two.id, three.id)
    expect((await find(at, 'likely')).groups).toEqual([])
  })

  test('“two people” is remembered until it is taken back, and is logged', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'])
    const two = await at.person('李雷', ['13800000001'])
    await at.as((scope) => notSame(scope, two.id, one.id))
    await at.as((scope) => notSame(scope, one.id, two.id))
    expect((await find(at, 'likely')).groups).toEqual([])
    await at.as((scope) => sameAgain(scope, one.id, two.id))
    expect((await find(at, 'likely')).groups).toHaveLength(1)
    expect(await problemOf(at.as((scope) => sameAgain(scope, one.id, two.id)))).toBe('not-found')
    expect(await problemOf(at.as((scope) => notSame(scope, one.id, one.id)))).toBe('merge.itself')
    const log = await at.rows<{ action: string }>('SELECT action FROM audit_entry WHERE store_id = $1 ORDER BY id')
    expect(log.map((row) => row.action)).toEqual(['duplicate.not-same', 'duplicate.same-again'])
  })
})

describe('completeness (BASE-09)', () => {
  test('rises with what the customer tells, each field once', async () => {
    const at = await store()
    const { id, vehicles } = await at.person('李雷', ['13800000001'], [{ plate: '沪A00001' }])
    const [vehicleId = ''] = vehicles
    const before = await at.as((scope) => customerCompleteness(scope, id))
    expect(before.missing.map((one) => one.field)).toEqual(
      expect.arrayContaining(['vin', 'deliveredOn', 'consents', 'insuranceExpiry', 'birthday']),
    )
    expect(before.ask).toEqual([
      { field: 'deliveredOn', vehicleId, plate: '沪A00001' },
      { field: 'consents', vehicleId: null, plate: null },
    ])
    const after = await at.as((scope) =>
      answerMissing(scope, id, vehicleId, { deliveredOn: '2024-03-01', consents: true, birthday: '1990-02-03' }),
    )
    expect(after.score).toBe(before.score + 8 + 7 + 4)
    expect(after.missing.map((one) => one.field)).not.toContain('deliveredOn')
    const again = at.as((scope) => answerMissing(scope, id, vehicleId, { birthday: '1991-02-03', region: '望川区' }))
    expect(await problemOf(again)).toBe('answer.filled')
    // all or nothing
    expect((await at.as((scope) => customerCompleteness(scope, id))).missing.map((one) => one.field)).toContain(
      'region',
    )
    const future = at.as((scope) =>
      answerMissing(scope, id, vehicleId, { inspectionDue: '2028-01-01', deliveredOn: '2024-03-02' }),
    )
    expect(await problemOf(future)).toBe('answer.filled')
    expect((await at.as((scope) => customerCompleteness(scope, id))).score).toBe(after.score)
  })

  test('a dead number is none, and a car that is not known cannot be asked about', async () => {
    const at = await store()
    const { id } = await at.person('李雷', ['13800000001'])
    const full = await at.as((scope) => customerCompleteness(scope, id))
    expect(full.ask.map((one) => one.field)).toEqual(['consents', 'birthday'])
    await at.rows(`UPDATE customer_phone SET state = 'dead' WHERE store_id = $1`)
    expect((await at.as((scope) => customerCompleteness(scope, id))).score).toBe(full.score - 20)
    expect(await problemOf(at.as((scope) => answerMissing(scope, id, at.newId(), { plate: '沪A00001' })))).toBe(
      'answer.filled',
    )
  })
})
