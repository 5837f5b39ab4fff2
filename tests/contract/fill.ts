import type { Pool } from 'pg'

/** What stands in a staged store: the id under which each parameter of a path finds something. */
export type StoreIds = Readonly<Record<string, string>>

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly needed: boolean
  /** `table` this column's key leads to. */
  readonly leadsTo: string | null
}

/** Values a check constraint, or somebody who reads the row, insists on; everything else is made from the type. */
const given: Readonly<Record<string, unknown>> = {
  'customer_phone.number': '+861000000000',
  'visit.kind': 'maintenance',
  'task.programme': 'regular-service',
  'task.state': 'open',
  'task.cycle': '2026-05-01',
  'attempt.channel': 'call',
  'attempt.result': 'no-answer',
  'message.channel': 'sms',
  'message.state': 'queued',
  'message.purpose': 'reminder',
  'message.next_at': '2026-11-01T01:00:00Z',
  'message_try.result': 'accepted',
  'message_receipt.state': 'delivered',
  'script.programme': 'regular-service',
  'plan_run.programme': 'regular-service',
  'timeline_event.kind': 'customer.created',
  'import_job.kind': 'visits',
  'import_job.state': 'done',
  'import_job.headers': '[]',
  'import_job.sample': '[]',
  'import_job.format': 'csv',
  'import_mapping.kind': 'visits',
  'store_setting.area': 'staged',
  'saved_view.page': 'customers',
  'api_key.role': 'marketing',
  'webhook.url': 'https://hooks.example.com/changhui',
  'webhook.events': '{task.closed}',
  'phone_dial.state': 'by-hand',
  'store_call_rate.part': 'morning',
  'insurance_audit.month': '2026-10',
  'webhook_delivery.state': 'waiting',
  'odometer_reading.source': 'staff',
  'merge_record.changes': '[]',
  'booking_register.entries': '[]',
  'weather_alert.source': 'hand',
  'weather_alert.level': 'yellow',
  'weather_alert.status': 'issued',
  'new_car_step.step': 'ordered',
  'channel_account.provider': 'wecom',
  'channel_account.channel': 'wecom',
  'channel_account.settings': '{"provider":"wecom","corpId":"staged","agentId":1,"endpoint":""}',
  'channel_address.channel': 'wechat',
  'wechat_credit.kind': 'granted',
  'message_template.key': 'welcome',
  'message_template.channel': 'sms',
  'message_template.purpose': 'greeting',
  'message_test.template_key': 'welcome',
  'message_test.channel': 'sms',
  'message_test.state': 'accepted',
  'audience_send.template_key': 'notice',
  'audience_send.channel': 'sms',
  'audience_send.purpose': 'reminder',
  'audience_send.state': 'done',
}
/** Columns filled although nothing forces them, so that pages have something to show. */
const alsoFilled = ['task.vehicle_id', 'appointment.vehicle_id', 'vehicle.plate', 'timeline_event.vehicle_id']

/** The parameter of a path → the table its id stands in. */
const parameters: Readonly<Record<string, string>> = {
  customerId: 'customer',
  phoneId: 'customer_phone',
  vehicleId: 'vehicle',
  taskId: 'task',
  appointmentId: 'appointment',
  importId: 'import_job',
  viewId: 'saved_view',
  keyId: 'api_key',
  webhookId: 'webhook',
  callId: 'phone_call',
  auditId: 'insurance_audit',
  attemptId: 'attempt',
  channelId: 'channel_account',
  mergeId: 'merge_record',
  alertId: 'weather_alert',
  orderId: 'new_car_order',
  classId: 'owner_class',
  audienceId: 'audience_send',
  messageId: 'message',
}

/** The tables that belong to a store, parents first. */
export async function storeTables(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string; parents: string[] }>(
    `SELECT c.relname AS name, array_remove(array_agg(DISTINCT p.relname::text), NULL) AS parents
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'store_id' AND NOT a.attisdropped
     LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid
     LEFT JOIN pg_class p ON p.oid = k.confrelid
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
     GROUP BY c.relname ORDER BY c.relname`,
  )
  const ordered: string[] = []
  const waiting = new Map(rows.map((row) => [row.name, row.parents.filter((one) => rows.some((r) => r.name === one))]))
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, parents]) => parents.every((one) => !waiting.has(one))).map(([name]) => name)
    if (ready.length === 0)
      throw new Error(`tables that lead to one another in a ring: ${[...waiting.keys()].join(', ')}`)
    for (const name of ready) waiting.delete(name)
    ordered.push(...ready)
  }
  return ordered
}

/** One id for each (store, table), easily told apart from any other store's. */
const idOf = (code: string, table: string, position: number) => {
  const hex = Buffer.from(`${code}${table}`).toString('hex').padEnd(12, '0').slice(0, 12)
  return `00000000-${String(position).padStart(4, '0')}-7000-8000-${hex}`
}

/** Puts one row into every table of a store, whatever tables there are. Texts begin with the store's code. */
export async function fillStore(pool: Pool, storeId: string, code: string, userId: string): Promise<StoreIds> {
  const tables = (await storeTables(pool)).filter((table) => table !== 'staff_role')
  const idIn = new Map(tables.map((table, position) => [table, idOf(code, table, position)]))
  const columns = await columnsOf(pool)
  for (const table of tables) {
    const row: Record<string, unknown> = { store_id: storeId }
    for (const column of columns.filter((one) => one.table === table && one.name !== 'store_id')) {
      const name = `${table}.${column.name}`
      if (!column.needed && !alsoFilled.includes(name) && !(name in given)) continue
      if (name in given) row[column.name] = given[name]
      else if (column.name === 'id') row[column.name] = idIn.get(table)
      else if (column.name === 'user_id') row[column.name] = userId
      else if (column.type === 'uuid')
        row[column.name] = idIn.get(column.leadsTo ?? named(column.name)) ?? idIn.get(table)
      else row[column.name] = madeUp(column, code)
    }
    const names = Object.keys(row)
    const places = names.map((_, at) => `$${at + 1}`)
    await pool.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(row))
  }
  const ids = Object.fromEntries(Object.entries(parameters).map(([name, table]) => [name, idIn.get(table) ?? '']))
  return { ...ids, storeId, userId }
}

const named = (column: string) =>
  ({ customer_id: 'customer', task_id: 'task', vehicle_id: 'vehicle' })[column] ?? column

function madeUp({ name, type }: Column, code: string): unknown {
  if (type.endsWith('[]')) return '{}'
  if (type === 'jsonb') return '{}'
  if (type === 'boolean') return false
  if (type === 'date') return '2026-11-01'
  if (type.startsWith('time with')) return '09:00'
  if (type.startsWith('timestamp')) return '2026-11-01T01:00:00Z'
  if (['integer', 'smallint', 'bigint', 'double precision'].includes(type)) return 1
  return `${code} ${name}`
}

async function columnsOf(pool: Pool): Promise<Column[]> {
  const { rows } = await pool.query<Column>(
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AND NOT a.atthasdef AS needed,
       (SELECT p.relname FROM pg_constraint k JOIN pg_class p ON p.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conkey[array_upper(k.conkey, 1)] = a.attnum
          AND p.relname <> 'store' LIMIT 1) AS "leadsTo"
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
     ORDER BY c.relname, a.attnum`,
  )
  return rows
}
