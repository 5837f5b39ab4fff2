import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionSecret } from '../../apps/server/src/platform/auth/secret.ts'
import { createLimiter } from '../../apps/server/src/platform/http/limiter.ts'
import { createPages } from '../../apps/server/src/platform/http/pages.ts'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { ask, openStage, type Stage } from './stage.ts'

const { connection } = await testDatabase()
const folder = mkdtempSync(resolve(tmpdir(), 'changhui-serving-'))
let stage: Stage
let port = 0
beforeAll(async () => {
  stage = await openStage(connection)
  port = await stage.app.start(0)
})
afterAll(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the pages', () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    createPages(resolve(folder, 'dist'))(new Request(`http://changhui.test${path}`, { headers }))

  it('say what to do while they are not built, and appear once they are', async () => {
    const pages = createPages(resolve(folder, 'later'))
    const ask = () => pages(new Request('http://changhui.test/'))
    const before = await ask()
    expect([before.status, (await before.text()).includes('npm run build')]).toEqual([503, true])
    mkdirSync(resolve(folder, 'later'))
    writeFileSync(resolve(folder, 'later/index.html'), 'built')
    expect(await (await ask()).text()).toBe('built')
  })

  it('are packed, keep for ever what is named by its content, and ask again for the rest', async () => {
    mkdirSync(resolve(folder, 'dist/assets'), { recursive: true })
    const script = `console.log(${JSON.stringify('x'.repeat(5_000))})`
    writeFileSync(resolve(folder, 'dist/index.html'), '<!doctype html><title>常回</title>')
    writeFileSync(resolve(folder, 'dist/assets/app-1a2b.js'), script)
    const packed = await get('/assets/app-1a2b.js', { 'accept-encoding': 'gzip, deflate, br' })
    expect(packed.headers.get('content-encoding')).toBe('br')
    expect(packed.headers.get('cache-control')).toContain('immutable')
    expect(brotliDecompressSync(new Uint8Array(await packed.arrayBuffer())).toString()).toBe(script)
    const zipped = await get('/assets/app-1a2b.js', { 'accept-encoding': 'gzip, br;q=0' })
    expect(gunzipSync(new Uint8Array(await zipped.arrayBuffer())).toString()).toBe(script)
    const plain = await get('/')
    expect([plain.headers.get('content-encoding'), plain.headers.get('cache-control')]).toEqual([null, 'no-cache'])
    const again = await get('/', { 'if-none-match': plain.headers.get('etag') ?? '' })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it('give the console for any address of its own, 404 for a file that is not there, and nothing outside their folder', async () => {
    writeFileSync(resolve(folder, 'secret.txt'), 'not for you')
    expect(await (await get('/s/DEMO/customers')).text()).toContain('常回')
    expect((await get('/assets/gone.js')).status).toBe(404)
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%E0%A4%A', '/%00'])
      expect(await (await get(path)).text()).not.toContain('not for you')
  })
})

describe('over a socket', () => {
  it('every answer carries the security headers and the id of the request', async () => {
    for (const path of ['/', '/api/v1/me', '/api/docs', '/health', '/assets/none.js']) {
      const { headers } = await fetch(`http://127.0.0.1:${port}${path}`)
      const policy = headers.get('content-security-policy') ?? ''
      expect([path, policy.includes("script-src 'self'"), policy.includes("frame-ancestors 'none'")]).toEqual([
        path,
        true,
        true,
      ])
      expect(policy).not.toMatch(/script-src[^;]*unsafe/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/)
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })

  it('what is no HTTP is refused without harm', async () => {
    const host = 'Host: x\r\n'
    const lines = [
      'GET / HTTP/1.1\r\n\r\n',
      `GET //evil HTTP/1.1\r\n${host}\r\n`,
      `GET http://[::bad/ HTTP/1.1\r\n${host}\r\n`,
      `GET /%zz%c0 HTTP/1.1\r\n${host}\r\n`,
      `GET /api/v1/me HTTP/1.1\r\nHost: a b@c:99999\r\n\r\n`,
      `GET /api/v1/me HTTP/1.1\r\n${host}Cookie: changhui.session_token=%00%ff\r\n\r\n`,
      `POST /api/v1/setup HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `POST /api/v1/setup HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{`,
      `BREW /pot HTTP/1.1\r\n${host}\r\n`,
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    ]
    for (const line of lines)
      expect([line.slice(0, 60), await raw(line)]).not.toEqual([
        line.slice(0, 60),
        expect.stringMatching(/^HTTP\/1\.1 5/),
      ])
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    expect(stage.failures).toEqual([])
  })

  it('says it is ready while the schema is its own, and not ready when it is older', async () => {
    expect((await ask(stage.app, 'GET', '/ready')).body).toEqual({ ready: true })
    const { rows } = await stage.pool.query(
      'DELETE FROM schema_migration WHERE name = (SELECT max(name) FROM schema_migration) RETURNING *',
    )
    expect((await ask(stage.app, 'GET', '/ready')).status).toBe(503)
    const { name, checksum, applied_at } = rows[0]
    await stage.pool.query('INSERT INTO schema_migration VALUES ($1, $2, $3)', [name, checksum, applied_at])
    expect((await ask(stage.app, 'GET', '/ready')).status).toBe(200)
  })

  it('stopping lets the request under way finish, takes no new one, and stops being ready', async () => {
    const client = await stage.pool.connect()
    await client.query('BEGIN')
    await client.query('LOCK TABLE saved_view IN ACCESS EXCLUSIVE MODE')
    const cookie = await stage.a.cookie('advisor')
    const underWay = fetch(`http://127.0.0.1:${port}/api/v1/stores/${stage.a.id}/views/customers`, {
      headers: { cookie },
    })
    await new Promise((done) => setTimeout(done, 300))
    const stopped = stage.app.stop()
    await new Promise((done) => setTimeout(done, 200))
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
    expect((await ask(stage.app, 'GET', '/ready')).status).toBe(503)
    await client.query('COMMIT')
    client.release()
    expect((await underWay).status).toBe(200)
    await stopped
  })
})

describe('the secret that signs cookies', () => {
  it('is made once, readable by its owner only, the same for two processes that start at once', () => {
    const data = resolve(folder, 'data')
    const made = sessionSecret(data, undefined)
    expect(made).toHaveLength(43)
    expect(sessionSecret(data, undefined)).toBe(made)
    expect(statSync(resolve(data, 'session-secret')).mode & 0o777).toBe(0o600)
    expect(readFileSync(resolve(data, 'session-secret'), 'utf8')).toBe(made)
  })

  it('given by the operator must be long', () => {
    expect(() => sessionSecret(folder, 'short')).toThrow(/CHANGHUI_SECRET/)
    expect(sessionSecret(folder, 'x'.repeat(32))).toBe('x'.repeat(32))
  })
})

describe('a limiter', () => {
  it('lets a burst through, then as many as flow in, each key on its own', () => {
    let now = 0
    const limiter = createLimiter(2, 5, () => now)
    expect(Array.from({ length: 7 }, () => limiter.take('a'))).toEqual([0, 0, 0, 0, 0, 1, 1])
    expect(limiter.take('b')).toBe(0)
    now += 500
    expect([limiter.wait('a'), limiter.take('a'), limiter.take('a')]).toEqual([0, 0, 1])
    now += 3_600_000
    expect(Array.from({ length: 6 }, () => limiter.take('a'))).toEqual([0, 0, 0, 0, 0, 1])
  })

  it('without a rate limits nothing, and a flood of made-up keys does not grow without end', () => {
    const open = createLimiter(0, 0)
    expect(Array.from({ length: 1_000 }, () => open.take('a')).every((wait) => wait === 0)).toBe(true)
    const small = createLimiter(1, 2, () => 0)
    for (let i = 0; i < 120_000; i++) small.take(`k${i}`)
    expect(small.take('fresh')).toBe(0)
  })
})

/** Sends bytes, gives the first line of the answer or what happened instead. */
function raw(bytes: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'))
    let answer = ''
    socket.setTimeout(3_000, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', (error) => done(error.message))
    socket.on('close', () => done(answer.split('\r\n')[0] ?? ''))
  })
}
