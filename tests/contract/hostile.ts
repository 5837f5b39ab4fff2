import type { ContractRoute } from '@changhui/contract/routes'
import { inputSchema, type Schema, sample } from './requests.ts'
import { origin } from './stage.ts'

/** Random numbers of a seed (mulberry32): the same requests every time. */
export function randomOf(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const upTo = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    upTo,
    chance: (share: number) => next() < share,
    pick: <T>(from: readonly T[]): T => from[upTo(from.length)] as T,
  }
}
export type Random = ReturnType<typeof randomOf>

/** What has broken servers before. */
const strings: readonly string[] = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '\ufffe',
    '\uffff',
    '\u202e 王',
    '👩‍👩‍👧‍👦',
    'é'.normalize('NFD'),
    '　全角　',
  ],
  ...[
    "'; DROP TABLE customer; --",
    '" OR 1=1',
    '%',
    '_',
    '\\',
    '%%%%%%%%%%',
    `$\{7*7}`,
    '{{客户姓名}}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
  ],
  ...[
    '2026-02-30',
    '2026-13-01',
    '0000-00-00',
    '-271821-04-20',
    '+275760-09-13',
    '9999-12-31',
    '0001-01-01',
    '2026-11-21T25:00:00Z',
    '24:00',
  ],
  ...[
    'NaN',
    'Infinity',
    '-0',
    '1e309',
    '99999999999999999999',
    '-9223372036854775809',
    '0x10',
    '1,000',
    '１２３',
    'true',
    'null',
    'undefined',
    '[object Object]',
  ],
  ...[
    '京A12345',
    '+86 138 0000 0000',
    '=1+1',
    '@SUM(A1)',
    'a'.repeat(5_000),
    '王'.repeat(2_000),
    '((((((((((a+)+)+)+)+)+',
    '__proto__',
    'constructor',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    'not-a-uuid',
    'W10',
    Buffer.from('["2026-01-01",null]').toString('base64url'),
  ],
]
const others: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, -1e308, Number.MIN_VALUE],
  ...[
    [],
    [[]],
    [null],
    {},
    { a: 1 },
    { __proto__: { admin: true } },
    { constructor: { prototype: {} } },
    { toString: 1 },
    [1, 'a', {}],
  ],
]

/** Anything at all. */
export function hostileValue(random: Random): unknown {
  if (random.chance(0.6)) return random.pick(strings)
  if (random.chance(0.7)) return random.pick(others)
  if (random.chance(0.5)) return Array.from({ length: random.upTo(300) }, () => random.pick(strings))
  return Object.fromEntries(
    Array.from({ length: random.upTo(50) }, (_, at) => [random.pick(strings) || `k${at}`, random.pick(others)]),
  )
}

/** A value near what the schema takes: right, at an edge, just beyond it, or something else altogether. */
export function nearValue(
  schema: Schema,
  name: string,
  random: Random,
  ids: Readonly<Record<string, string>>,
): unknown {
  if (random.chance(0.12)) return hostileValue(random)
  if (ids[name] && random.chance(0.8)) return ids[name]
  if (schema.anyOf) return nearValue(random.pick(schema.anyOf), name, random, ids)
  if (schema.enum) return random.pick(schema.enum)
  if (schema.type === 'object' || schema.properties) {
    const value: Record<string, unknown> = {}
    for (const [key, part] of Object.entries(schema.properties ?? {}))
      if (random.chance(schema.required?.includes(key) ? 0.95 : 0.4)) value[key] = nearValue(part, key, random, ids)
    const more = schema.additionalProperties
    if (typeof more === 'object')
      for (let left = random.upTo(4); left > 0; left--) value[random.pick(strings)] = nearValue(more, '', random, ids)
    if (random.chance(0.05)) value[random.pick(strings)] = hostileValue(random)
    return value
  }
  if (schema.type === 'array') {
    const length = random.chance(0.05) ? 400 : (schema.minItems ?? 0) + random.upTo(4)
    return Array.from({ length }, () => nearValue(schema.items ?? {}, '', random, ids))
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum = -5, maximum = 1e9 } = schema
    return random.pick([minimum, maximum, minimum - 1, maximum + 1, minimum + random.upTo(100), 1, 2.5])
  }
  if (schema.type === 'boolean') return random.chance(0.5)
  if (schema.format === 'date')
    return random.pick(['2026-11-21', '2024-02-29', '0001-01-01', '9999-12-31', '2026-02-30', '0000-01-01'])
  if (schema.type === 'string') return random.chance(0.5) ? sample(schema, name) : random.pick(strings)
  return sample(schema, name)
}

const contentTypes = [
  ...[
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'text/event-stream',
  ],
  ...['application/octet-stream', 'application/json; charset=utf-16', 'application/json;;;', 'image/png', '*/*', 'x'],
]
const brokenBodies = [
  '{',
  '{"a":',
  '[',
  '"',
  'nul',
  '{"a":1}}',
  '{"a":1,}',
  '\ufeff{}',
  '[[[[',
  '{"a":"\\ud800"}',
  '{"__proto__":{"x":1}}',
  '1',
  'null',
  '',
]

/** One request: mostly a route with a nearly right input, sometimes one that is wrong as HTTP. */
export function hostileRequest(
  routes: readonly ContractRoute[],
  ids: Readonly<Record<string, string>>,
  cookie: string,
  random: Random,
): Request {
  const route = random.pick(routes)
  const value = nearValue(inputSchema(route), '', random, ids)
  const input: Record<string, unknown> =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  let path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const given = random.chance(0.9) ? (ids[name] ?? input[name]) : hostileValue(random)
    delete input[name]
    return random.chance(0.97)
      ? encodeURIComponent(asText(given))
      : random.pick(['%', '%zz', '%c3%28', '..', '.', '%00', '%2f', ';', '//'])
  })
  if (random.chance(0.02)) path += random.pick(['/', '//', '/x', '?', '?storeId=1', '#x', '/%00'])
  const headers = new Headers(random.chance(0.93) ? { cookie } : {})
  oddHeaders(headers, random)
  const url = new URL(`${origin}/api/v1${path}`)
  if (route.method === 'GET') {
    for (const [name, one] of Object.entries(input)) addQuery(url, name, one, random)
    return new Request(url, { method: random.chance(0.02) ? 'HEAD' : 'GET', headers })
  }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return new Request(url, {
    method: random.chance(0.02) ? random.pick(['POST', 'PUT', 'PATCH', 'DELETE']) : route.method,
    headers,
    body: bodyOf(input, headers, random),
  })
}

function bodyOf(input: unknown, headers: Headers, random: Random): string | FormData {
  if (hasFile(input)) {
    headers.delete('content-type')
    const form = new FormData()
    for (const [name, one] of Object.entries(input as object))
      form.append(name, one instanceof File ? one : asText(one))
    return form
  }
  if (random.chance(0.04)) return random.pick(brokenBodies)
  if (random.chance(0.01)) return '['.repeat(20_000)
  if (random.chance(0.01)) return JSON.stringify({ a: 'x'.repeat(1_200_000) })
  return JSON.stringify(random.chance(0.03) ? hostileValue(random) : input)
}

const hasFile = (input: unknown) =>
  typeof input === 'object' && input !== null && Object.values(input).some((one) => one instanceof File)

function addQuery(url: URL, name: string, value: unknown, random: Random): void {
  const text = asText(value)
  const key = random.chance(0.03)
    ? `${name}${random.pick(['[]', '[a]', '[0]', '[99999999]', '[__proto__]', '[a][b][c]', '[', ']'])}`
    : name
  url.searchParams.append(key, text.slice(0, 8_000))
  if (random.chance(0.03)) url.searchParams.append(key, random.pick(strings).toWellFormed())
}

function oddHeaders(headers: Headers, random: Random): void {
  if (random.chance(0.02)) headers.set('content-type', random.pick(contentTypes))
  if (random.chance(0.02)) headers.set('idempotency-key', random.pick(['', 'k1', 'k1', ' x y ', 'k'.repeat(300), 'ü']))
  if (random.chance(0.01)) headers.set('content-disposition', 'attachment; filename="x"')
  if (random.chance(0.01)) headers.set('origin', random.pick(['null', 'https://evil.example', 'x', origin]))
  if (random.chance(0.01))
    headers.set(
      'authorization',
      random.pick(['Bearer', 'Bearer x', `Bearer chk_${'0'.repeat(32)}_${'A'.repeat(43)}`, 'Basic eDp5']),
    )
  if (random.chance(0.01)) headers.set('x-request-id', random.pick(['a', '../..', 'ok-ok-ok-ok']))
  if (random.chance(0.01)) headers.set('accept-encoding', random.pick(['br;q=0', '*', 'gzip, br', ';']))
  if (random.chance(0.01))
    headers.set(
      'cookie',
      random.pick(['changhui.session_token=x', 'changhui.session_token=%00.%', 'a=b; ;;=', 'changhui.session_token="']),
    )
  if (random.chance(0.01)) headers.set('content-length', random.pick(['99999999999', '-1', 'x', '0']))
}

/** As a header, a path or a form would carry it. */
const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed()
