import { refreshSearch } from '../apps/server/src/modules/base/customers/service.ts'
import { fixedClock } from '../apps/server/src/platform/clock.ts'
import { systemActor, withStore } from '../apps/server/src/platform/scope.ts'
import { type Bench, round, timed } from './harness.ts'

const surnames = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤',
]
const given = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉红建国文辉力小梅志长乐鹏飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳兰燕玲丹萍慧莹雪琳晶妍茜秋珊莎黛青倩子轩浩宇梓涵欣怡诗雨佳睿思源嘉瑞晨曦俊峰海东春生冬夏宝成德福贵荣祥泰安康',
]

/**
 * Fills the store with invented customers, a phone and a car each, all by INSERT … SELECT. The commonest surname comes to
 * about 7 %, as in life. Nobody owns these numbers (154 is given to no operator) or plates (苏Z is issued nowhere).
 */
export async function fillCustomers(bench: Bench, storeId: string, count: number): Promise<void> {
  // a number in [0, 1) that jumps about with i, another one for each odd multiplier
  const u = (multiplier: number) => `((i * ${multiplier}::bigint) & 4294967295) / 4294967296.0`
  const pick = (list: string, at: string) => `(${list})[1 + floor(cardinality(${list}) * ${at})::int]`
  const skewed = `power(${u(2_654_435_761)}, 1.8)`
  const name = `${pick('$2::text[]', skewed)} || ${pick('$3::text[]', u(2_246_822_519))}
    || CASE WHEN i % 6 = 0 THEN '' ELSE ${pick('$3::text[]', u(3_266_489_917))} END`
  const lastVisit = `CASE WHEN i % 10 > 0 THEN date '2026-11-21' - floor(900 * ${u(668_265_263)})::int END`
  const id = (kind: string) => `changhui_derive_id('${kind}' || i)`
  const at = `'2026-01-01T00:00:00Z'::timestamptz`
  const letter = (value: string) => `substr('ABCDEFGHJKLMNPQRSTUVWXYZ', 1 + (${value} % 24)::int, 1)`
  await bench.bare(async (client) => {
    const series = `generate_series(1::bigint, ${count}) i`
    await client.query(
      `INSERT INTO customer (store_id, id, name, locality, last_visit_on, created_at, updated_at)
       SELECT $1, ${id('c')}, ${name}, CASE WHEN i % 5 = 0 THEN 'out-of-town' ELSE 'local' END, ${lastVisit}, ${at}, ${at} FROM ${series}`,
      [storeId, surnames, given],
    )
    await client.query(
      `INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at)
       SELECT $1, ${id('p')}, ${id('c')}, '154' || lpad((i * 7919 % 100000000)::text, 8, '0'), ${at} FROM ${series}`,
      [storeId],
    )
    await client.query(
      `INSERT INTO vehicle (store_id, id, owner_id, vin, plate, model, delivered_on, anchor_on, anchor_kind, last_visit_on, created_at, updated_at)
       SELECT $1, ${id('v')}, ${id('c')}, '0SVAM' || lpad(i::text, 12, '0'),
         '苏Z' || ${letter('i')} || ${letter('(i / 24)')} || lpad((i * 389 % 1000)::text, 3, '0'),
         '晨行 ' || (ARRAY['S3', 'S5', 'X7', 'H5', 'E6'])[1 + (i % 5)::int], date '2022-01-01' + (i % 1500)::int,
         coalesce(${lastVisit}, date '2022-01-01' + (i % 1500)::int), CASE WHEN i % 10 > 0 THEN 'service' ELSE 'delivery' END,
         ${lastVisit}, ${at}, ${at} FROM ${series}`,
      [storeId],
    )
  })
}

/** Makes the search rows as the product does, with the index built afterwards; customers a second of both. */
export async function fillSearch(bench: Bench, storeId: string): Promise<{ rowsPerSecond: number; indexMs: number }> {
  const store = { id: storeId, timeZone: 'Asia/Shanghai' }
  const clock = fixedClock('2026-11-21T02:00:00Z')
  const ids = await bench.bare(async (client) => {
    const index = await client.query<{ indexdef: string }>(
      `SELECT indexdef FROM pg_indexes WHERE indexname = 'customer_search_keys'`,
    )
    await client.query('DROP INDEX customer_search_keys')
    const all = await client.query<{ id: string }>('SELECT id FROM customer WHERE store_id = $1 ORDER BY id', [storeId])
    return { all: all.rows.map((row) => row.id), index: index.rows[0]?.indexdef ?? '' }
  })
  const made = await timed(async () => {
    for (let from = 0; from < ids.all.length; from += 20_000) {
      const some = ids.all.slice(from, from + 20_000)
      await withStore(bench.pool, clock, store, systemActor, (scope) => refreshSearch(scope, some))
    }
  })
  const built = await timed(() =>
    bench.bare(async (client) => {
      await client.query(`SET maintenance_work_mem = '512MB'`)
      await client.query(ids.index)
    }),
  )
  await bench.bare(async (client) => {
    for (const table of ['customer', 'customer_phone', 'vehicle', 'customer_search']) {
      await client.query(`VACUUM ANALYZE ${table}`)
    }
  })
  return { rowsPerSecond: round(ids.all.length / (made.ms / 1000)), indexMs: built.ms }
}
