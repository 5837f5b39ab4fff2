import { describe, expect, test, vi } from 'vitest'
import { systemActor, withStore } from '../../../platform/scope.ts'
import { mergeCustomers } from '../quality/merge.ts'
import { landOnSurvivors } from '../quality/service.ts'
import { csv, importBench } from './testing.ts'

// each import starts a thread, which a busy machine makes wait
vi.setConfig({ testTimeout: 60_000 })

const { store, write, bring, rows, pool, clock } = await importBench()
const columns = ['姓名', '手机', '车牌号', '车架号', '车型', '交车日期', '地址']
const VIN = 'LVGBH40K3JG000011'
const OTHER_VIN = 'LVGBH40K5JG000012'

describe('an import after a merge (BASE-11)', () => {
  const merged = async () => {
    const at = await store()
    const file = (address = '乙路') =>
      csv(
        columns,
        ['李雷', '13800000001', '沪A00001', VIN, '轩逸', '2025-03-01', '甲路'],
        ['李磊', '13800000002', '沪A00002', OTHER_VIN, '轩逸', '2025-04-01', address],
      )
    await bring({ store: at, kind: 'customers', path: write('both.csv', file()) })
    const people = await rows<{ id: string; name: string }>('SELECT id, name FROM customer WHERE store_id = $1', at.id)
    const idOf = (name: string) => people.find((one) => one.name === name)?.id ?? ''
    const [survivorId, mergedId] = [idOf('李雷'), idOf('李磊')]
    const input = { survivorId, mergedId, survivorVersion: 1, mergedVersion: 1, take: [] }
    await withStore(pool, clock, at, systemActor, (scope) => mergeCustomers(scope, input))
    const state = () =>
      rows(
        `SELECT c.name, c.address, c.merged_into IS NOT NULL AS merged, ARRAY(SELECT plate FROM vehicle v WHERE v.owner_id = c.id ORDER BY 1) AS plates
         FROM customer c WHERE c.store_id = $1 ORDER BY c.merged_into NULLS FIRST, c.created_at, c.id`,
        at.id,
      )
    return { at, file, survivorId, mergedId, state }
  }
  const asMerged = [
    { name: '李雷', address: '甲路', merged: false, plates: ['沪A00001', '沪A00002'] },
    { name: '李磊', address: '乙路', merged: true, plates: [] },
  ]

  test('rows of the merged record land on the survivor and bring nothing of it back', async () => {
    const { at, file, state } = await merged()
    expect(await state()).toEqual(asMerged)
    const again = await bring({ store: at, kind: 'customers', path: write('again.csv', file()) })
    expect(again.counts).toMatchObject({ read: 2, created: 0, rejected: 0, entities: { customers: 0, vehicles: 0 } })
    expect(await state()).toEqual(asMerged)
    // only what the source has changed since counts
    await bring({ store: at, kind: 'customers', path: write('changed.csv', file('丙路')) })
    expect((await state())[0]).toMatchObject({ name: '李雷', address: '丙路' })
  })

  test('also without its number, and with a new car and a visit', async () => {
    const { at, survivorId, state } = await merged()
    const rowsOfMerged = csv(
      columns,
      ['李磊', '', '沪A00002', OTHER_VIN, '轩逸', '2025-04-01', ''],
      ['李磊', '13800000002', '沪A00003', '', '聆风', '2026-04-01', ''],
    )
    const done = await bring({ store: at, kind: 'customers', path: write('more.csv', rowsOfMerged) })
    expect(done.counts).toMatchObject({ entities: { customers: 0, vehicles: 1 } })
    expect((await state())[0]).toMatchObject({ name: '李雷', plates: ['沪A00001', '沪A00002', '沪A00003'] })
    const visits = csv(
      ['姓名', '手机', '车架号', '进厂日期', '维修类型', '里程'],
      ['李磊', '13800000002', OTHER_VIN, '2026-05-01', '定期保养', '12000'],
    )
    await bring({ store: at, kind: 'visits', path: write('visits.csv', visits) })
    expect(await rows('SELECT customer_id FROM visit WHERE store_id = $1', at.id)).toEqual([
      { customer_id: survivorId },
    ])
  })

  test('what was on its way while the merge happened lands on the survivor when the import ends', async () => {
    const { at, survivorId, mergedId, state } = await merged()
    const vehicles = await rows<{ id: string }>(
      `UPDATE vehicle SET owner_id = $2 WHERE store_id = $1 AND plate = '沪A00002' RETURNING id`,
      at.id,
      mergedId,
    )
    const [vehicleId = ''] = vehicles.map((one) => one.id)
    await rows(
      `INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, kind, created_at, updated_at)
       VALUES ($1, $2, $2, $3, '2026-05-01', 'wash', now(), now())`,
      at.id,
      vehicleId,
      mergedId,
    )
    await withStore(pool, clock, at, systemActor, (scope) => landOnSurvivors(scope, [vehicleId]))
    expect((await state())[0]).toMatchObject({ plates: ['沪A00001', '沪A00002'] })
    expect(await rows('SELECT customer_id FROM visit WHERE store_id = $1', at.id)).toEqual([
      { customer_id: survivorId },
    ])
  })
})
