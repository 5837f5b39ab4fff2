import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import iconv from 'iconv-lite'
import { expect, test, vi } from 'vitest'
import { fixedClock } from '../../../platform/clock.ts'
import type { Config } from '../../../platform/config.ts'
import { openDb } from '../../../platform/db.ts'
import { type Scope, type StoreContext, systemActor, withStore } from '../../../platform/scope.ts'
import { holdAbandoned } from './abandoned-store.ts'
import { goOnWithImports, importsSettled, uploadPath } from './jobs.ts'
import { rejectsFile } from './rejects.ts'
import {
  beginWork,
  cancelImport,
  getImport,
  listImports,
  mapColumns,
  startCheck,
  startRun,
  uploadFile,
} from './service.ts'
import { updateJob } from './store.ts'
import { csv, importBench } from './testing.ts'
import { executeInThread } from './thread.ts'

vi.setConfig({ testTimeout: 60_000 })

const { store, pool, clock, folder, write, bring, rows } = await importBench()
const platform = { config: { dataDir: folder } as Config, pool, db: openDb(pool), clock }
const actor = { id: null, name: '信息员' }

const inStoreOf = <T>(at: StoreContext, work: (scope: Scope) => Promise<T>) =>
  withStore(pool, clock, at, systemActor, work)
const upload = (at: StoreContext, content: string | Buffer, name = '客户.csv') =>
  uploadFile(platform, at, actor, 'customers', new File([content as string], name))

async function worked(at: StoreContext, id: string, start: (scope: Scope, id: string) => Promise<unknown>) {
  await inStoreOf(at, (scope) => start(scope, id))
  beginWork(platform, at, id)
  await importsSettled()
  return inStoreOf(at, (scope) => getImport(scope, id))
}

const head = ['客户名称', '电话', '牌照', '地址']

test('upload, dry run, run, rejected rows corrected and imported again', async () => {
  const at = await store()
  const gbk = iconv.encode(
    csv(head, ['张三', '13800000001', '沪A12345', '=1+1'], ['', '13800000002', '沪A12346', '']),
    'gb18030',
  )
  const job = await upload(at, gbk)
  expect(job).toMatchObject({ state: 'mapped', encoding: 'gb18030', headers: head, createdByName: '信息员' })
  expect(job.mapping?.columns).toEqual({ 客户名称: 'name', 电话: 'phone', 牌照: 'plate', 地址: 'address' })

  const checked = await worked(at, job.id, startCheck)
  expect(checked).toMatchObject({ state: 'checked', counts: { read: 2, created: 1, rejected: 1 } })
  expect(checked.preview.map((row) => [row.row, row.action, row.values.name])).toEqual([
    [2, 'create', '张三'],
    [3, 'reject', undefined],
  ])
  expect(checked.problems).toEqual([{ row: 3, column: '客户名称', reason: 'name.missing', value: '' }])
  expect(await rows('SELECT 1 FROM customer WHERE store_id = $1', at.id)).toEqual([])

  const done = await worked(at, job.id, startRun)
  expect(done).toMatchObject({ state: 'done', counts: checked.counts, progress: null })
  // what the page shows no more is not kept: whole phone numbers stood in it
  expect(checked.sample[0]).toContain('13800000001')
  expect([done.headers, done.sample, done.preview, done.problems]).toEqual([head, [], [], checked.problems])
  expect(existsSync(uploadPath(platform, at.id, job.id))).toBe(false)

  const workbook = await inStoreOf(at, (scope) => rejectsFile(scope, job.id, 'xlsx'))
  const text = await (await inStoreOf(at, (scope) => rejectsFile(scope, job.id, 'csv'))).text()
  expect(text).toContain('客户名称,电话,牌照,地址,退回原因,Reason refused')
  expect(text).toContain('客户名称: 没有客户姓名')
  const logged =
    "SELECT subject_id, detail FROM audit_entry WHERE store_id = $1 AND action = 'import.rejects' ORDER BY id"
  expect(await rows(logged, at.id)).toEqual(
    ['xlsx', 'csv'].map((format) => ({ subject_id: job.id, detail: { kind: 'customers', format, rows: 1 } })),
  )
  for (const content of [Buffer.from(text.replace('\r\n,', '\r\n李四,')), Buffer.from(await workbook.arrayBuffer())]) {
    const back = await upload(at, content)
    expect(back.mapping?.columns).toEqual(job.mapping?.columns)
    const result = await worked(at, back.id, (scope, id) => startCheck(scope, id))
    expect(result.counts).toMatchObject({ read: 1 })
    await worked(at, back.id, startRun)
  }
  expect(await rows('SELECT name FROM customer WHERE store_id = $1 ORDER BY name', at.id)).toEqual([
    { name: '张三' },
    { name: '李四' },
  ])
  const list = await inStoreOf(at, (scope) => listImports(scope, 2, undefined))
  const rest = await inStoreOf(at, (scope) => listImports(scope, 2, list.nextCursor ?? undefined))
  expect([list.rows.length, rest.rows.length, rest.nextCursor]).toEqual([2, 1, null])
})

test('a corrected mapping is remembered for the same columns', async () => {
  const at = await store()
  const content = csv(['甲', '乙'], ['张三', '13800000001'])
  const first = await upload(at, content)
  expect(first.state).toBe('uploaded')
  await expect(inStoreOf(at, (scope) => startCheck(scope, first.id))).rejects.toMatchObject({
    data: { problem: 'mapping.column-missing' },
  })
  if (!first.mapping) throw new Error('no mapping')
  const mapping = { ...first.mapping, columns: { 甲: 'name', 乙: 'phone' } }
  expect((await inStoreOf(at, (scope) => mapColumns(scope, first.id, mapping))).state).toBe('mapped')
  expect(await upload(at, csv(['乙', '甲'], ['13800000002', '李四']))).toMatchObject({ state: 'mapped', mapping })
})

test('a file that is none is refused with the reason and not kept', async () => {
  const at = await store()
  await expect(upload(at, '%PDF-1.7')).rejects.toMatchObject({ data: { problem: 'file.unreadable', field: 'file' } })
  await expect(upload(at, '')).rejects.toMatchObject({ data: { problem: 'file.empty' } })
  await expect(upload(at, Buffer.from('504b0304', 'hex'))).rejects.toMatchObject({
    data: { problem: 'file.unreadable' },
  })
  expect(readdirSync(resolve(folder, 'imports', at.id))).toEqual([])
})

test('an import whose process died is taken up again; a cancelled one is not', async () => {
  const at = await store()
  const content = csv(head, ...Array.from({ length: 30 }, (_, n) => [`客户${n}`, `138${10_000_000 + n}`, '', '']))
  const job = await upload(at, content)
  await worked(at, job.id, startCheck)
  await inStoreOf(at, (scope) => startRun(scope, job.id))
  // as a process leaves it that was killed behind row 11 and holds its claim no more
  const counts = {
    read: 10,
    created: 10,
    updated: 0,
    unchanged: 0,
    rejected: 0,
    warnings: 0,
    entities: { customers: 10, vehicles: 0, visits: 0 },
  }
  await inStoreOf(at, (scope) =>
    updateJob(scope, job.id, { rowsDone: 11, counts, claimedUntil: '2026-11-20T01:59:00Z' }),
  )
  await goOnWithImports(platform, at, silent)
  expect(await inStoreOf(at, (scope) => getImport(scope, job.id))).toMatchObject({
    state: 'done',
    counts: { read: 30, created: 30 },
  })
  expect(await rows('SELECT count(*)::int AS n FROM customer WHERE store_id = $1', at.id)).toEqual([{ n: 20 }])

  const other = await upload(at, content)
  await worked(at, other.id, startCheck)
  await inStoreOf(at, (scope) => startRun(scope, other.id))
  await expect(inStoreOf(at, (scope) => startRun(scope, other.id))).rejects.toMatchObject({
    data: { problem: 'import.busy' },
  })
  await inStoreOf(at, (scope) => cancelImport(platform, scope, other.id))
  await goOnWithImports(platform, at, silent)
  expect(await inStoreOf(at, (scope) => getImport(scope, other.id))).toMatchObject({
    state: 'cancelled',
    sample: [],
    preview: [],
  })
  expect(existsSync(uploadPath(platform, at.id, other.id))).toBe(false)
})

const silent = { info: () => undefined, error: () => undefined } as never

test('what a cancelled import had committed gets its facts all the same', async () => {
  const at = await store()
  const content = csv(
    ['客户名称', '电话', '牌照', '进厂日期', '维修类型'],
    ['张三', '13800000001', '沪A12345', '2026-05-20', '保养'],
  )
  const visits = () => uploadFile(platform, at, actor, 'visits', new File([content], '维修.csv'))
  const done = await worked(at, (await worked(at, (await visits()).id, startCheck)).id, startRun)
  expect(done.state).toBe('done')
  const anchors = () => rows('SELECT anchor_on FROM vehicle WHERE store_id = $1', at.id)
  expect(await anchors()).toEqual([{ anchor_on: '2026-05-20' }])
  // as it stands when the rows are in and the import is given up before their facts
  const { id } = await visits()
  await inStoreOf(at, (scope) => cancelImport(platform, scope, id))
  await rows('UPDATE vehicle SET anchor_on = NULL WHERE store_id = $1', at.id)
  await rows(
    'INSERT INTO import_touched (store_id, import_id, vehicle_id) SELECT store_id, $2, id FROM vehicle WHERE store_id = $1',
    at.id,
    id,
  )
  await goOnWithImports(platform, at, silent)
  expect(await anchors()).toEqual([{ anchor_on: '2026-05-20' }])
  expect(await rows('SELECT 1 FROM import_touched WHERE store_id = $1', at.id)).toEqual([])
})

test('a server leaves an import of the command line to its process', async () => {
  const at = await store()
  const lines = Array.from({ length: 600 }, (_, n) => [`客户${n}`, `138${10_000_000 + n}`, '', ''])
  const path = write('行.csv', csv(head, ...lines))
  for (let round = 0; round < 2; round++) {
    let over = false
    const brought = bring({ store: at, kind: 'customers', path }).finally(() => {
      over = true
    })
    while (!over) await goOnWithImports(platform, at, silent)
    expect(await brought).toMatchObject({ state: 'done', counts: { read: 600, created: round === 0 ? 600 : 0 } })
  }
})

test('an import whose command was killed says so, its facts are refreshed, and the command goes on', async () => {
  const at = await store()
  const head = ['客户名称', '电话', '牌照', '进厂日期', '维修类型']
  const lines = Array.from({ length: 4 }, (_, n) => [`客户${n}`, `1380000000${n}`, `沪A1234${n}`, '2026-05-20', '保养'])
  const path = write('断.csv', csv(head, ...lines))
  const killed = await bring({ store: at, kind: 'visits', path, batchRows: 2 })
  await rows('DELETE FROM visit WHERE store_id = $1', at.id)
  await rows('UPDATE vehicle SET anchor_on = NULL WHERE store_id = $1', at.id)
  await rows(
    'INSERT INTO import_touched (store_id, import_id, vehicle_id) SELECT store_id, $2, id FROM vehicle WHERE store_id = $1',
    at.id,
    killed.importId,
  )
  // as a process leaves it that was killed behind row 3
  const counts = { ...killed.counts, read: 2, created: 2 } as NonNullable<typeof killed.counts>
  await inStoreOf(at, (scope) =>
    updateJob(scope, killed.importId, {
      state: 'running',
      phase: 'rows',
      rowsDone: 3,
      counts,
      claimedUntil: '2026-11-20T01:59:00Z',
    }),
  )
  await goOnWithImports(platform, at, silent)
  const left = await inStoreOf(at, (scope) => getImport(scope, killed.importId))
  expect(left).toMatchObject({ state: 'failed', failure: { en: expect.stringContaining('import the file again') } })
  const touched = () => rows('SELECT 1 FROM import_touched WHERE store_id = $1', at.id)
  // the command is likely to be started again: its facts wait an hour for that
  expect(await touched()).toHaveLength(4)
  await goOnWithImports({ ...platform, clock: fixedClock('2026-11-20T03:00:01Z') }, at, silent)
  expect(await touched()).toEqual([])
  const notes: string[] = []
  const done = await bring({ store: at, kind: 'visits', path, note: (text) => notes.push(text) })
  expect(notes.join()).toContain('from row 4')
  expect(done).toMatchObject({ importId: killed.importId, state: 'done', counts: { read: 4 } })
  expect(await rows('SELECT count(*)::int AS n FROM visit WHERE store_id = $1', at.id)).toEqual([{ n: 2 }])
})

test('a dry run whose command was killed leaves no place to go on from', async () => {
  const at = await store()
  const path = write('看.csv', csv(head, ['张三', '13800000001', '', ''], ['李四', '13800000002', '', '']))
  const looked = await bring({ store: at, kind: 'customers', path, dryRun: true })
  // as a process leaves it that was killed behind row 3
  const claimedUntil = '2026-11-20T01:59:00Z'
  await inStoreOf(at, (scope) => updateJob(scope, looked.importId, { state: 'checking', rowsDone: 3, claimedUntil }))
  await goOnWithImports(platform, at, silent)
  expect(await bring({ store: at, kind: 'customers', path })).toMatchObject({ state: 'done', counts: { created: 2 } })
})

test('who waits for an import that another process ends is told what it came to', async () => {
  const at = await store()
  const path = write('等.csv', csv(head, ['张三', '13800000001', '', '']))
  const first = await bring({ store: at, kind: 'customers', path })
  const ends = { state: 'done', claimedUntil: null } as const
  const held = { state: 'running', rowsDone: 2, claimedUntil: '2026-11-20T02:00:05Z' } as const
  await inStoreOf(at, (scope) => updateJob(scope, first.importId, held))
  const waiting = bring({
    store: at,
    kind: 'customers',
    path,
    note: () => void inStoreOf(at, (scope) => updateJob(scope, first.importId, ends)),
  })
  expect(await waiting).toMatchObject({ importId: first.importId, state: 'done', counts: { read: 1, created: 1 } })
})

test('facts of an import that was given up wait for nobody, and nobody goes on with it while they are refreshed', async () => {
  const at = await store()
  const job = await upload(at, csv(head, ['张三', '13800000001', '', '']))
  await worked(at, job.id, startCheck)
  await inStoreOf(at, (scope) => cancelImport(platform, scope, job.id))
  expect(await inStoreOf(at, (scope) => holdAbandoned(scope, job.id))).toBe(true)
  let taken = false
  await inStoreOf(at, async (scope) => {
    await holdAbandoned(scope, job.id)
    const other = inStoreOf(at, (next) => updateJob(next, job.id, { state: 'running' })).then(() => {
      taken = true
    })
    await sleep(300)
    expect(taken).toBe(false)
    void other
  })
  await vi.waitFor(() => expect(taken).toBe(true))
  expect(await inStoreOf(at, (scope) => holdAbandoned(scope, job.id))).toBe(false)
})

test('a thread that dies in a dry run leaves no place to go on from', async () => {
  const at = await store()
  const job = await upload(at, csv(head, ['张三', '13800000001', '', ''], ['李四', '13800000002', '', '']))
  await inStoreOf(at, (scope) => startCheck(scope, job.id))
  const claim = job.id
  await inStoreOf(at, (scope) => updateJob(scope, job.id, { claim, rowsDone: 3, bytesDone: 50 }))
  // a database it cannot reach ends it without an answer
  const unreachable = { ...pool.options, connectionString: undefined, host: '127.0.0.1', port: 1 }
  const lame = Object.create(pool, {
    options: { value: unreachable },
    connect: { value: pool.connect.bind(pool) },
  }) as typeof pool
  const path = uploadPath(platform, at.id, job.id)
  const died = await executeInThread({ pool: lame, clock, store: at, actor, path, importId: job.id, claim })
  expect(died).toMatchObject({ state: 'failed' })
  expect(await inStoreOf(at, (scope) => getImport(scope, job.id))).toMatchObject({ state: 'failed', progress: null })
  await worked(at, job.id, startCheck)
  const done = await worked(at, job.id, startRun)
  expect(done).toMatchObject({ state: 'done', counts: { read: 2, created: 2 } })
})
