import { file } from '@changhui/contract/meta'
import { contractRoutes } from '@changhui/contract/routes'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { inputSchema, requestOf, sample } from './requests.ts'
import { openStage, type Stage } from './stage.ts'

const { connection } = await testDatabase()
let stage: Stage
beforeAll(async () => {
  stage = await openStage(connection)
})
afterAll(() => stage.close())

/** Files that hold nothing of a customer, each with the reason; none so far. */
const unlogged: Readonly<Record<string, string>> = {}

const files = contractRoutes().filter(({ procedure }) => procedure['~orpc'].outputSchema === file)

it('whatever leaves the house as a file is in the audit log, once and with who took it (SEC-01)', async () => {
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['customers.export', 'customers.vcard', 'imports.rejects', 'care.callsExport']),
  )
  expect(Object.keys(unlogged).filter((name) => !files.some((one) => one.name === name))).toEqual([])
  const cookie = await stage.a.cookie('administrator')
  const entries = async () => {
    const { rows } = await stage.pool.query<{ id: string; actorName: string | null }>(
      'SELECT id, actor_name AS "actorName" FROM audit_entry WHERE store_id = $1',
      [stage.a.id],
    )
    return rows
  }
  const offences: string[] = []
  for (const route of files.filter(({ name }) => !(name in unlogged))) {
    const input = sample(inputSchema(route)) as Record<string, unknown>
    for (const name of Object.keys(input)) if (stage.a.ids[name]) input[name] = stage.a.ids[name]
    const before = new Set((await entries()).map(({ id }) => id))
    const answer = await stage.app.fetch(requestOf(route, { ...input, storeId: stage.a.id }, { cookie }))
    await answer.arrayBuffer()
    const added = (await entries()).filter(({ id }) => !before.has(id))
    if (answer.status !== 200 || !answer.headers.get('content-disposition'))
      offences.push(`${route.name}: ${answer.status}, no file`)
    else if (added.length !== 1 || added[0]?.actorName !== 'AAA administrator')
      offences.push(`${route.name}: ${added.length} entries`)
  }
  expect(offences).toEqual([])
})
