import type { Client } from 'pg'

/** The day the generated store is planned for. */
export const planDay = '2026-11-21'

/**
 * Fills a store with `vehicles` vehicles (one customer each), three visits a vehicle and the facts columns that follow from
 * them, all set-based and the same every time. One customer in 33 has no number, one in 100 asked not to be disturbed, one
 * vehicle in 25 is sold, one in 50 a taxi. Last visits spread over 900 days, so about one vehicle in nine is due. One car in eight is
 * new, delivered within 400 days, with the services of its age; warranties and policies run from the delivery. `analyse`: the last
 * store of several gathers the statistics of all.
 */
export async function fillStore(client: Client, store: string, vehicles: number, analyse = true): Promise<void> {
  const moment = '2026-11-20T00:00:00Z'
  // md5 of the number spreads the values; the ids ascend as the product's do
  const run = (text: string, ...more: unknown[]) => client.query(text, [store, vehicles, ...more])
  await run(
    `INSERT INTO customer (store_id, id, name, do_not_disturb, consents, birthday, advisor_id, created_at, updated_at)
     SELECT $1, ('019a0000-0001-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, '客户' || i, i % 100 = 7, '{"call":true}',
       date '1960-01-01' + ('x' || substr(md5(i::text), 15, 4))::bit(16)::int % 15000,
       ('019a0000-0009-7000-8000-' || lpad(to_hex(i % 8), 12, '0'))::uuid, $3, $3
     FROM generate_series(1, $2::int) i`,
    moment,
  )
  await run(
    `INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at)
     SELECT $1, ('019a0000-0002-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
       ('019a0000-0001-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, '+8610' || lpad(i::text, 9, '0'), $3
     FROM generate_series(1, $2::int) i WHERE i % 33 <> 5`,
    moment,
  )
  await run(
    `INSERT INTO vehicle (store_id, id, owner_id, plate, brand, series, model, purpose, state, delivered_on, last_visit_on, anchor_on,
       anchor_km, anchor_kind, odometer_km, odometer_on, daily_km, daily_confidence, service_count, warranty_end_on, warranty_end_km,
       compulsory_expiry_on, commercial_expiry_on, created_at, updated_at)
     SELECT $1, ('019a0000-0003-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
       ('019a0000-0001-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, '京A' || lpad((i % 100000)::text, 5, '0'), 'Brand', 'Series',
       'Model ' || i % 20, CASE WHEN i % 50 = 3 THEN 'commercial' ELSE 'private' END, CASE WHEN i % 25 = 4 THEN 'sold' ELSE 'active' END,
       delivered, CASE WHEN services > 0 THEN last_on END, CASE WHEN services > 0 THEN last_on ELSE delivered END,
       CASE WHEN services > 0 THEN daily * (last_on - delivered) ELSE 0 END, CASE WHEN services > 0 THEN 'service' ELSE 'delivery' END,
       CASE WHEN services > 0 THEN daily * (last_on - delivered) END, CASE WHEN services > 0 THEN last_on END,
       CASE WHEN services > 0 THEN daily END, CASE WHEN services > 0 THEN 'medium' END, services, (delivered + interval '3 years')::date, 100000,
       expiry, expiry + CASE WHEN i % 3 = 0 THEN 90 ELSE 0 END, $3, $3
     FROM (
       SELECT *, (delivered + make_interval(years => 1 + ($4::date - 31 - delivered) / 365))::date AS expiry
       FROM (
         SELECT i, daily, CASE WHEN i % 8 = 0 THEN $4::date - age ELSE last_on - 540 - gap END AS delivered,
           CASE WHEN i % 8 = 0 THEN $4::date - age + age / 150 * 150 ELSE last_on END AS last_on,
           CASE WHEN i % 8 = 0 THEN age / 150 ELSE 3 END AS services
         FROM (SELECT i, $4::date - (('x' || substr(md5(i::text), 1, 6))::bit(24)::int % 900) AS last_on,
             ('x' || substr(md5(i::text), 7, 4))::bit(16)::int % 120 AS gap, 10 + ('x' || substr(md5(i::text), 11, 4))::bit(16)::int % 60 AS daily,
             ('x' || substr(md5(i::text), 17, 4))::bit(16)::int % 400 AS age
           FROM generate_series(1, $2::int) i) h
       ) h
     ) h`,
    moment,
    planDay,
  )
  await client.query(
    `INSERT INTO visit (store_id, id, vehicle_id, customer_id, order_no, arrived_on, completed_on, kind, mileage_km, total_fen, created_at, updated_at)
     SELECT v.store_id, ('019a0000-000' || 4 + n || '-7000-8000-' || right(v.id::text, 12))::uuid, v.id, v.owner_id, 'RO' || right(v.id::text, 8) || n,
       v.last_visit_on - n * 180, v.last_visit_on - n * 180, 'maintenance', v.odometer_km - (n * 180 * v.daily_km)::int, 68000, $2, $2
     FROM vehicle v CROSS JOIN generate_series(0, 2) n WHERE v.store_id = $1 AND v.service_count > n`,
    [store, moment],
  )
  if (analyse) await client.query('VACUUM ANALYZE')
}
