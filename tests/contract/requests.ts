import type { ContractRoute } from '@changhui/contract/routes'
import { z } from 'zod'
import { origin } from './stage.ts'

/** The parts of JSON Schema that the contract's inputs come to. */
export interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
}

/** What a route takes, as JSON Schema. */
export function inputSchema(route: ContractRoute): Schema {
  const schema = route.procedure['~orpc'].inputSchema
  if (!schema) return { type: 'object' }
  return z.toJSONSchema(schema as unknown as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Schema
}

/** Names whose form the schema cannot tell. */
const byName: Readonly<Record<string, unknown>> = {
  username: 'new.person',
  password: 'staged and ready 2',
  plate: '京A12345',
  vin: 'LSVAA4187N2000001',
  number: '010-8000 0000',
  url: 'https://hooks.example.com/new',
  storeCode: 'NEW1',
  programme: 'regular-service',
  key: 'welcome',
}

/** A small value the schema takes: what must be there and nothing else, unless `all`. */
export function sample(schema: Schema, name = '', all = false): unknown {
  if (name in byName) return byName[name]
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return sample(schema.anyOf[0] ?? {}, name, all)
  if (schema.type === 'object' || schema.properties) {
    const names = Object.keys(schema.properties ?? {}).filter((one) => all || schema.required?.includes(one))
    return Object.fromEntries(names.map((one) => [one, sample(schema.properties?.[one] ?? {}, one, all)]))
  }
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, '', all))
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (schema.type === 'boolean') return true
  if (schema.type === 'null') return null
  if (schema.format === 'uuid') return '00000000-0000-7000-8000-00000000abcd'
  if (schema.format === 'date') return '2026-11-20'
  if (schema.format === 'date-time') return '2026-11-20T02:00:00Z'
  if (schema.format === 'email') return 'nobody@example.com'
  if (schema.format === 'binary') return new File(['车架号,姓名\n'], 'staged.csv', { type: 'text/csv' })
  if (schema.pattern?.includes('[0-5]')) return '08:30'
  return 'staged'
}

/** The request of a route with an input: path, query or JSON body as the method wants; a file goes as a form. */
export function requestOf(
  route: ContractRoute,
  input: Readonly<Record<string, unknown>>,
  headers: Record<string, string> = {},
): Request {
  const rest = { ...input }
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  const url = new URL(`${origin}/api/v1${path}`)
  const all = new Headers(headers)
  if (route.method === 'GET') {
    for (const [name, value] of Object.entries(rest)) if (value !== undefined) url.searchParams.set(name, String(value))
    return new Request(url, { headers: all })
  }
  all.set('origin', origin)
  if (Object.values(rest).some((value) => value instanceof File)) {
    const form = new FormData()
    for (const [name, value] of Object.entries(rest)) form.set(name, value instanceof File ? value : String(value))
    return new Request(url, { method: route.method, headers: all, body: form })
  }
  all.set('content-type', 'application/json')
  return new Request(url, { method: route.method, headers: all, body: JSON.stringify(rest) })
}
