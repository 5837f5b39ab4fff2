import type { Mapping } from '@changhui/contract/imports'
import { describe, expect, test, vi } from 'vitest'
import { csv, importBench } from './testing.ts'

// each import starts a thread, which a busy machine makes wait
vi.setConfig({ testTimeout: 60_000 })

const { store, write, bring, rows, pool } = await importBench()

const VIN = 'LVGBH40K3JG000011'
const sold = ['姓名', '手机', '车牌号', '车架号', '车型', '交车日期', '地址']

describe('customers and their vehicles', () => {
  test('a new file makes customers, phones, vehicles and search entries; the same file again changes nothing', async () => {
    const at = await store()
    const file = csv(
      sold,
      ['张三', '138 0000 0001/021-61234567', '沪A12345', VIN, '轩逸', '2025年3月1日', '浦东'],
      ['李四', '13800000002', '沪AD12345', '', '聆风', '45717', ''],
    )
    const first = await bring({ store: at, kind: 'customers', path: write('c.csv', file) })
    expect(first.counts).toMatchObject({
      read: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      entities: { customers: 2, vehicles: 2, visits: 0 },
    })
    expect(
      await rows(
        'SELECT c.name, p.number, p.state FROM customer c JOIN customer_phone p ON p.customer_id = c.id WHERE c.store_id = $1 ORDER BY p.number',
        at.id,
      ),
    ).toEqual([
      { name: '张三', number: '02161234567', state: 'usable' },
      { name: '张三', number: '13800000001', state: 'usable' },
      { name: '李四', number: '13800000002', state: 'usable' },
    ])
    expect(
      await rows(
        'SELECT plate, vin, model, delivered_on, anchor_kind FROM vehicle WHERE store_id = $1 ORDER BY plate',
        at.id,
      ),
    ).toEqual([
      { plate: '沪A12345', vin: VIN, model: '轩逸', delivered_on: '2025-03-01', anchor_kind: 'delivery' },
      { plate: '沪AD12345', vin: null, model: '聆风', delivered_on: '2025-03-01', anchor_kind: 'delivery' },
    ])
    expect(await rows('SELECT count(*)::int AS n FROM customer_search WHERE store_id = $1', at.id)).toEqual([{ n: 2 }])
    const again = await bring({ store: at, kind: 'customers', path: write('c.csv', file) })
    expect(again.counts).toMatchObject({
      read: 2,
      created: 0,
      updated: 0,
      unchanged: 2,
      entities: { customers: 0, vehicles: 0 },
    })
  })

  test('every error of a row at once, and what is kept with a warning', async () => {
    const at = await store()
    const file = csv(
      sold,
      ['', '1380000', '沪A12345', 'LVGBH40K8JG00001O', '轩逸', '2025-02-30', ''],
      ['王五', '1.38E+10', '', VIN, '', '2027-01-01', ''],
      ['赵六', '13800000003', 'KA01X', 'LVGBH40K0JG000012', '', '2025-01-31', ''],
    )
    const done = await bring({ store: at, kind: 'deliveries', path: write('bad.csv', file) })
    expect(done.counts).toMatchObject({ read: 3, created: 1, rejected: 2 })
    expect(done.rejected.map(({ row, column, reason }) => `${row} ${column} ${reason}`)).toEqual([
      '2 姓名 name.missing',
      '2 手机 phone.too-short',
      '2 交车日期 date.invalid',
      '2 车架号 vin.ioq',
      '3 手机 phone.scientific',
      '3 交车日期 date.future',
    ])
    expect(done.warnings.map(({ row, column, reason }) => `${row} ${column} ${reason}`)).toEqual([
      '4 车架号 vin.check-digit',
      '4 车牌号 plate.unusual',
    ])
  })

  test('opt-outs, dead numbers, merged records and corrections of staff stay (BASE-11)', async () => {
    const at = await store()
    const path = (address: string) =>
      write(
        'keep.csv',
        csv(
          sold,
          ['张三', '13800000001', '沪A12345', VIN, '轩逸', '2025-03-01', address],
          ['旧名', '13800000009', '', '', '', '', ''],
        ),
      )
    await bring({ store: at, kind: 'customers', path: path('老地址') })
    await pool.query(
      `UPDATE customer SET do_not_disturb = true, consents = '{"marketing":false}', address = '员工改的', staff_corrected = '{"address":"老地址"}', version = 2
       WHERE store_id = $1 AND name = '张三'`,
      [at.id],
    )
    await pool.query(`UPDATE customer_phone SET state = 'dead' WHERE store_id = $1 AND number = '13800000001'`, [at.id])
    await pool.query(
      `UPDATE customer SET merged_into = (SELECT id FROM customer WHERE store_id = $1 AND name = '张三') WHERE store_id = $1 AND name = '旧名'`,
      [at.id],
    )
    const same = await bring({ store: at, kind: 'customers', path: path('老地址') })
    expect(same.counts).toMatchObject({ read: 2, created: 0, rejected: 0 })
    const kept = () =>
      rows(
        'SELECT name, address, do_not_disturb, consents, merged_into IS NOT NULL AS merged FROM customer WHERE store_id = $1 ORDER BY name',
        at.id,
      )
    expect(await kept()).toEqual([
      { name: '张三', address: '员工改的', do_not_disturb: true, consents: { marketing: false }, merged: false },
      { name: '旧名', address: null, do_not_disturb: false, consents: {}, merged: true },
    ])
    expect(
      await rows(`SELECT state FROM customer_phone WHERE store_id = $1 AND number = '13800000001'`, at.id),
    ).toEqual([{ state: 'dead' }])
    // once the source changes its mind, it counts again
    const moved = await bring({ store: at, kind: 'customers', path: path('新地址') })
    expect(moved.counts).toMatchObject({ updated: 1 })
    expect((await kept())[0]).toMatchObject({ address: '新地址', do_not_disturb: true })
    expect(await rows(`SELECT staff_corrected FROM customer WHERE store_id = $1 AND name = '张三'`, at.id)).toEqual([
      { staff_corrected: {} },
    ])
  })

  test('one number, two names: two people; a car with a new owner changes hands with a warning', async () => {
    const at = await store()
    await bring({
      store: at,
      kind: 'customers',
      path: write(
        'a.csv',
        csv(
          sold,
          ['张三', '13800000001', '沪A12345', VIN, '', '', ''],
          ['张太太', '13800000001', '沪B12345', '', '', '', ''],
        ),
      ),
    })
    expect(await rows('SELECT count(*)::int AS n FROM customer WHERE store_id = $1', at.id)).toEqual([{ n: 2 }])
    const resold = write('b.csv', csv(sold, ['新车主', '13900000001', '沪C12345', VIN, '', '', '']))
    const done = await bring({ store: at, kind: 'customers', path: resold })
    expect(done.warnings.map((one) => one.reason)).toEqual(['vehicle.owner-changed'])
    expect(
      await rows(
        'SELECT c.name, v.plate FROM vehicle v JOIN customer c ON c.id = v.owner_id WHERE v.store_id = $1 AND v.vin = $2',
        at.id,
        VIN,
      ),
    ).toEqual([{ name: '新车主', plate: '沪C12345' }])
    expect((await bring({ store: at, kind: 'customers', path: resold })).counts).toMatchObject({ unchanged: 1 })
  })
})

const visited = ['姓名', '手机', '车牌号', '车架号', '进厂日期', '里程', '工单号', '项目', '金额']

describe('visits', () => {
  test('lines join to visits, totals add up, the vehicle knows its last service and mileage', async () => {
    const at = await store()
    const mapping: Mapping = {
      source: 'test',
      columns: {
        姓名: 'name',
        手机: 'phone',
        车牌号: 'plate',
        车架号: 'vin',
        进厂日期: 'arrivedOn',
        里程: 'mileageKm',
        工单号: 'orderNo',
        项目: 'item',
        金额: 'amount',
      },
      dateOrder: 'ymd',
      odometerUnit: 'km',
      amountUnit: 'yuan',
      severalLinesPerVisit: true,
      visitKinds: [],
      defaultVisitKind: 'maintenance',
      vehicleKey: [],
    }
    const line = (item: string, amount: string, day = '2026-05-01', km = '12,345') => [
      '张三',
      '13800000001',
      '沪A12345',
      VIN,
      day,
      km,
      'R1',
      item,
      amount,
    ]
    const lines = [
      line('更换机油', '300'),
      line('洗车', '30.5'),
      line('洗车', '30.5'),
      line('刹车片', '800', '2026-08-01', '16000'),
    ]
    for (const [name, order, batchRows] of [
      ['one', lines, 10_000],
      ['two', [...lines].reverse(), 1],
    ] as const) {
      const here = name === 'one' ? at : await store()
      const given = {
        store: here,
        kind: 'visits',
        path: write('v.csv', csv(visited, ...order)),
        mapping,
        batchRows,
      } as const
      const dry = await bring({ ...given, dryRun: true })
      expect(await rows('SELECT 1 FROM visit WHERE store_id = $1', here.id)).toEqual([])
      const done = await bring(given)
      expect(dry.counts).toEqual(done.counts)
      expect(done.counts).toMatchObject({
        read: 4,
        created: 3,
        unchanged: 1,
        entities: { customers: 1, vehicles: 1, visits: 2 },
      })
      expect(
        await rows(
          'SELECT arrived_on, kind, mileage_km, total_fen, jsonb_array_length(lines) AS n FROM visit WHERE store_id = $1 ORDER BY arrived_on',
          here.id,
        ),
      ).toEqual([
        { arrived_on: '2026-05-01', kind: 'maintenance', mileage_km: 12345, total_fen: 33050, n: 2 },
        { arrived_on: '2026-08-01', kind: 'maintenance', mileage_km: 16000, total_fen: 80000, n: 1 },
      ])
      expect(await rows('SELECT last_visit_on, odometer_km FROM vehicle WHERE store_id = $1', here.id)).toEqual([
        { last_visit_on: '2026-08-01', odometer_km: 16000 },
      ])
      expect((await bring(given)).counts).toMatchObject({ created: 0, updated: 0, unchanged: 4 })
    }
  })

  test('an implausible odometer is kept, warned of and not used; a later file may change a visit', async () => {
    const at = await store()
    const head = visited.slice(0, 7)
    const visit = (day: string, km: string, order: string) => ['张三', '13800000001', '沪A12345', VIN, day, km, order]
    const file = csv(
      head,
      visit('2025-01-10', '10000', 'A'),
      visit('2025-07-10', '15000', 'B'),
      visit('2026-01-10', '1500', 'C'),
      visit('2026-03-10', '不明', 'D'),
      visit('2026-04-10', '900000', 'E'),
      visit('2026-06-10', '22000', 'F'),
    )
    const dry = await bring({ store: at, kind: 'visits', path: write('o.csv', file), dryRun: true })
    const done = await bring({ store: at, kind: 'visits', path: write('o.csv', file) })
    const said = ['4 里程 odometer.rollback', '5 里程 odometer.not-a-number', '6 里程 odometer.absurd']
    expect(done.warnings.map(({ row, column, reason }) => `${row} ${column} ${reason}`)).toEqual(said)
    expect(dry.warnings).toEqual(done.warnings)
    expect(dry.counts).toEqual(done.counts)
    expect(await rows('SELECT odometer_km FROM vehicle WHERE store_id = $1', at.id)).toEqual([{ odometer_km: 22000 }])
    const corrected = file.replace('"15000"', '15100').replace(',15000,', ',15100,')
    expect((await bring({ store: at, kind: 'visits', path: write('o.csv', corrected) })).counts).toMatchObject({
      updated: 1,
      unchanged: 5,
    })
  })

  test('a file cut off half way says whether it resumes or rolled back; the whole file then goes on', async () => {
    const at = await store()
    const head = visited.slice(0, 7)
    const lines = Array.from({ length: 1_600 }, (_, n) => [
      '张三',
      '',
      `沪A${10_000 + n}`,
      '',
      '2026-01-10',
      '100',
      `R${n}`,
    ])
    const whole = csv(head, ...lines)
    const cut = `${csv(head, ...lines.slice(0, 1_400))}\r\n张三,"`
    const small = await bring({ store: at, kind: 'visits', path: write('cut.csv', cut) })
    expect([small.state, small.failure]).toEqual(['rolled-back', 'cut-off-rolled-back'])
    expect(await rows('SELECT 1 FROM visit WHERE store_id = $1', at.id)).toEqual([])
    const large = await bring({ store: at, kind: 'visits', path: write('cut.csv', cut), batchRows: 300 })
    expect([large.state, large.failure]).toEqual(['interrupted', 'cut-off-resumes'])
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(
      'SELECT count(*)::int AS n FROM visit WHERE store_id = $1',
      at.id,
    )
    expect(n).toBeGreaterThan(0)
    const done = await bring({ store: at, kind: 'visits', path: write('cut.csv', whole) })
    expect(done.counts).toMatchObject({ read: 1_600, created: 1_600 - n, unchanged: n })
  })
})
