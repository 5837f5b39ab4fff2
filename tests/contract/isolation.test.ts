import { type ContractRoute, contractRoutes } from '@changhui/contract/routes'
import { may, type Role, roles } from '@changhui/rules/permissions'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { storeTables } from './fill.ts'
import { inputSchema, requestOf, sample } from './requests.ts'
import { openStage, type Stage, type StagedStore } from './stage.ts'

const routes = contractRoutes()
const storeRoutes = routes.filter((route) => route.path.includes('{storeId}'))
const { connection } = await testDatabase()
let stage: Stage
let offences: string[] = []

beforeAll(async () => {
  stage = await openStage(connection)
})
beforeEach(() => {
  offences = []
})
afterAll(() => stage.close())

/** The least a route takes, pointing at what stands in `target`. */
function inputFor(route: ContractRoute, target: StagedStore, storeId = target.id): Record<string, unknown> {
  const input = sample(inputSchema(route)) as Record<string, unknown>
  for (const name of Object.keys(input)) if (target.ids[name]) input[name] = target.ids[name]
  return { ...input, storeId }
}

async function ask(route: ContractRoute, input: Record<string, unknown>, role: Role) {
  const answer = await stage.app.fetch(requestOf(route, input, { cookie: await stage.a.cookie(role) }))
  return { status: answer.status, text: await answer.text() }
}

/** Every row of a store, table by table, as one text each. */
async function contents(storeId: string): Promise<Record<string, string>> {
  const tables: Record<string, string> = {}
  for (const table of await storeTables(stage.pool)) {
    const { rows } = await stage.pool.query<{ all: string }>(
      `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS all FROM ${table} t WHERE store_id = $1`,
      [storeId],
    )
    tables[table] = rows[0]?.all ?? ''
  }
  return tables
}

describe('another store', () => {
  it('is closed to every role on every route, and nothing in it changes', async () => {
    const before = await contents(stage.b.id)
    for (const route of storeRoutes) {
      for (const role of roles) {
        const { status, text } = await ask(route, inputFor(route, stage.b), role)
        const closed = status === 403 && text.includes('store.not-yours') && !text.includes('BBB')
        if (!closed) offences.push(`${route.name} as ${role}: ${status}`)
      }
    }
    expect(offences).toEqual([])
    expect(await contents(stage.b.id)).toEqual(before)
  })

  it('cannot be reached through its ids under one’s own store', async () => {
    const before = await contents(stage.b.id)
    for (const route of storeRoutes) {
      const { status, text } = await ask(route, inputFor(route, stage.b, stage.a.id), 'administrator')
      if (status >= 500) offences.push(`${route.name}: ${status}`)
      if (text.includes('BBB')) offences.push(`${route.name}: ${status} tells of the other store`)
      const others = Object.keys(inputFor(route, stage.b)).filter((name) => name !== 'storeId' && stage.b.ids[name])
      // a route that names something of the other store must not find it
      const found = status < 300 && !/^(\[\]|\{"(rows|hits)":\[\])/.test(text)
      if (found && others.some((name) => route.path.includes(`{${name}}`)))
        offences.push(`${route.name}: ${status} ${text}`)
    }
    expect(offences).toEqual([])
    expect(await contents(stage.b.id)).toEqual(before)
  })
})

describe('one’s own store', () => {
  it('lets exactly the roles in that the permission table names', async () => {
    for (const route of storeRoutes) {
      for (const role of roles) {
        // something that is not there: what is asked is only who may ask
        const input = { ...inputFor(route, stage.a), ...missing(route) }
        const { status, text } = await ask(route, input, role)
        const allowed = route.needs !== 'public' && route.needs !== 'signed-in' && may([role], route.needs)
        const refused = status === 403 && text.includes('permission.missing')
        if (refused === allowed || status >= 500) offences.push(`${route.name} as ${role}: ${status}`)
      }
    }
    expect(offences).toEqual([])
  }, 120_000)

  it('is closed to people who are not signed in', async () => {
    for (const route of routes.filter((one) => one.needs !== 'public')) {
      const answer = await stage.app.fetch(requestOf(route, inputFor(route, stage.a)))
      if (answer.status !== 401) offences.push(`${route.name}: ${answer.status}`)
    }
    expect(offences).toEqual([])
  })

  it('answers every reading route of the contract with what stands in it', async () => {
    for (const route of storeRoutes.filter((one) => one.method === 'GET')) {
      const { status, text } = await ask(route, inputFor(route, stage.a), 'administrator')
      if (status !== 200) offences.push(`${route.name}: ${status} ${text}`)
    }
    expect(offences).toEqual([])
    expect(stage.failures).toEqual([])
  })
})

/** For routes that change something: ids nothing has. */
function missing(route: ContractRoute): Record<string, string> {
  if (route.method === 'GET') return {}
  const names = [...route.path.matchAll(/\{(\w+Id)\}/g)].map((match) => match[1] ?? '')
  const ids = names.filter((name) => name !== 'storeId').map((name) => [name, '00000000-0000-7000-8000-0000000000ff'])
  return Object.fromEntries(ids)
}
