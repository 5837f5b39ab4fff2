import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { ask, openStage, origin, password, type Stage, signIn, usernameOf } from './stage.ts'

const { connection } = await testDatabase()
let stage: Stage
beforeAll(async () => {
  stage = await openStage(connection, { wrongPasswords: 5, metricsToken: 'let me see' })
})
afterAll(() => stage.close())

const attempt = (username: string, secret: string, headers: Record<string, string> = {}) =>
  ask(stage.app, 'POST', '/api/auth/sign-in/username', { body: { username, password: secret }, ...headers })
const me = (cookie: string) => ask(stage.app, 'GET', '/api/v1/me', { cookie })

describe('signing in', () => {
  it('gives a cookie scripts and other sites cannot use, marked Secure over https only', async () => {
    const plain = await attempt('aaa-advisor', password)
    const cookie = plain.headers.getSetCookie().find((one) => one.startsWith('changhui.session_token='))
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Lax/)
    expect(cookie).not.toMatch(/Secure/)
    const secret = await stage.app.fetch(
      new Request('https://changhui.test/api/auth/sign-in/username', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'aaa-advisor', password }),
      }),
    )
    for (const one of secret.headers.getSetCookie()) expect(one).toMatch(/; Secure/)
    expect(secret.headers.get('strict-transport-security')).toBeTruthy()
  })

  it('says the same of a wrong password and of a name nobody has', async () => {
    const wrong = await attempt('aaa-cashier', 'not the password')
    const nobody = await attempt('aaa-nobody', 'not the password')
    expect([wrong.status, nobody.status]).toEqual([401, 401])
    expect(wrong.body.data).toMatchObject({ problem: 'sign-in.refused', zh: expect.stringContaining('登录名或密码') })
    expect(nobody.body).toEqual(wrong.body)
  })

  it('stops guessing at one name without locking colleagues out, and says how long', async () => {
    for (let i = 0; i < 5; i++) expect((await attempt('aaa-technician', `guess number ${i}`)).status).toBe(401)
    const stopped = await attempt('aaa-technician', password)
    expect(stopped.status).toBe(429)
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(stopped.body.data.problem).toBe('rate.too-many')
    expect((await attempt('aaa-dispatcher', password)).status).toBe(200)
  })

  it('guesses sent all at once are counted too', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) => attempt('aaa-general-manager', `at once ${at} x`)),
    )
    expect(answers.map((one) => one.status).sort()).toEqual([...Array(5).fill(401), ...Array(7).fill(429)])
  })

  it('ends at once with signing out', async () => {
    const cookie = await signIn(stage.app, 'aaa-marketing')
    expect((await me(cookie)).status).toBe(200)
    expect((await ask(stage.app, 'POST', '/api/auth/sign-out', { body: {}, cookie, origin })).status).toBe(200)
    expect((await me(cookie)).status).toBe(401)
  })

  it('a made-up or altered cookie is nobody’s', async () => {
    const cookie = await stage.a.cookie('advisor')
    const altered = cookie.replace(/=(.)/, (_, first: string) => `=${first === 'x' ? 'y' : 'x'}`)
    for (const one of [altered, 'changhui.session_token=abc', 'changhui.session_token=abc.def'])
      expect((await me(one)).status).toBe(401)
  })

  it('opens nothing else of the sign-in library', async () => {
    for (const path of ['sign-up/email', 'is-username-available', 'update-user', 'list-sessions', 'delete-user', 'ok'])
      for (const method of ['GET', 'POST'])
        expect([path, (await ask(stage.app, method, `/api/auth/${path}`)).status]).toEqual([path, 404])
  })

  it('lets a person change the own password, which ends the other sessions when asked', async () => {
    const [here, there] = [await signIn(stage.app, 'aaa-parts-clerk'), await signIn(stage.app, 'aaa-parts-clerk')]
    const change = (currentPassword: string) =>
      ask(stage.app, 'POST', '/api/auth/change-password', {
        body: { currentPassword, newPassword: 'quite another one 2', revokeOtherSessions: true },
        cookie: here,
        origin,
      })
    const wrong = await change('not it at all')
    expect([wrong.status, wrong.body.data.problem]).toEqual([400, 'password.wrong'])
    expect((await change(password)).status).toBe(200)
    expect((await me(there)).status).toBe(401)
    expect((await attempt('aaa-parts-clerk', 'quite another one 2')).status).toBe(200)
  })
})

describe('staff', () => {
  const staff = (method: string, path: string, body?: unknown) => async () =>
    ask(stage.app, method, `/api/v1/stores/${stage.a.id}/staff${path}`, {
      body,
      cookie: await stage.a.cookie('administrator'),
    })
  const idOf = async (role: 'administrator' | 'insurance-specialist' | 'quality-inspector') => {
    const list = await staff('GET', '')()
    return list.body.find((one: { username: string }) => one.username === usernameOf('AAA', role)).userId as string
  }

  it('who is switched off is out at once and cannot come back', async () => {
    const cookie = await stage.a.cookie('quality-inspector')
    expect((await me(cookie)).status).toBe(200)
    const off = await staff('PATCH', `/${await idOf('quality-inspector')}`, { disabled: true })()
    expect(off.body).toMatchObject({ disabled: true })
    expect((await me(cookie)).status).toBe(401)
    const back = await attempt('aaa-quality-inspector', password)
    expect([back.status, back.body.data.problem]).toEqual([403, 'sign-in.disabled'])
  })

  it('another role counts from the next request on', async () => {
    const cookie = await stage.a.cookie('insurance-specialist')
    const audit = () => ask(stage.app, 'GET', `/api/v1/stores/${stage.a.id}/audit`, { cookie })
    expect((await audit()).status).toBe(403)
    await staff('PATCH', `/${await idOf('insurance-specialist')}`, { roles: ['care-manager'] })()
    expect((await audit()).status).toBe(200)
  })

  it('a new password ends every session of that person', async () => {
    const cookie = await stage.a.cookie('insurance-specialist')
    expect((await me(cookie)).status).toBe(200)
    const set = await staff('POST', `/${await idOf('insurance-specialist')}/password`, {
      password: 'given by the admin 3',
    })()
    expect(set.status).toBe(200)
    expect((await me(cookie)).status).toBe(401)
    expect((await attempt('aaa-insurance-specialist', 'given by the admin 3')).status).toBe(200)
  })

  it('the last administrator stays one, and stays switched on', async () => {
    const id = await idOf('administrator')
    for (const change of [{ roles: ['advisor'] }, { disabled: true }]) {
      const refused = await staff('PATCH', `/${id}`, change)()
      expect([refused.status, refused.body.data.problem]).toEqual([409, 'staff.last-administrator'])
    }
  })

  it('two administrators who take each other’s role at once leave one', async () => {
    const made = await staff('POST', '', {
      name: '二号',
      username: 'second.admin',
      password: 'second to none 4',
      roles: ['administrator'],
    })()
    const [first, second] = [await idOf('administrator'), made.body.userId as string]
    const demote = (id: string) => staff('PATCH', `/${id}`, { roles: ['advisor'] })()
    const answers = await Promise.all([demote(second), demote(first)])
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409])
    const { rows } = await stage.pool.query(
      `SELECT count(*)::int AS left FROM staff_role WHERE store_id = $1 AND role = 'administrator'`,
      [stage.a.id],
    )
    expect(rows).toEqual([{ left: 1 }])
  })

  it('a taken name, a weak password and a person of another store are refused with the reason', async () => {
    const cookie = await signIn(stage.app, 'bbb-administrator')
    const inB = (body: unknown) => ask(stage.app, 'POST', `/api/v1/stores/${stage.b.id}/staff`, { body, cookie })
    const person = { name: '某人', username: 'bbb-advisor', password: 'long enough 5', roles: ['advisor'] }
    expect((await inB(person)).body.data.problem).toBe('staff.username-taken')
    for (const weak of ['password123', 'aaaaaaaaaaaa', 'newcomer-2026'])
      expect((await inB({ ...person, username: 'newcomer', password: weak })).body.data.problem).toBe('password.weak')
    const ofA = await stage.pool.query(`SELECT id FROM auth_user WHERE username = 'aaa-advisor'`)
    const path = `/api/v1/stores/${stage.b.id}/staff/${ofA.rows[0].id}`
    expect(
      (await ask(stage.app, 'POST', `${path}/password`, { body: { password: 'taken over 12345' }, cookie })).status,
    ).toBe(404)
    expect((await ask(stage.app, 'PATCH', path, { body: { disabled: true }, cookie })).status).toBe(404)
  })
})

describe('what other people’s pages and the outside may do', () => {
  it('unsafe requests from another site are refused, whatever cookie comes with them', async () => {
    const cookie = await stage.a.cookie('advisor')
    const post = (headers: Record<string, string>) =>
      ask(stage.app, 'POST', `/api/v1/stores/${stage.a.id}/views/customers`, {
        body: { name: 'x', filters: {} },
        cookie,
        ...headers,
      })
    const foreign: Record<string, string>[] = [
      ...[{ origin: 'https://evil.example' }, { origin: 'null' }],
      ...[{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }],
    ]
    for (const headers of foreign) expect((await post(headers)).body.data.problem).toBe('origin.foreign')
    expect((await post({ origin })).status).toBe(200)
    const login = await attempt('aaa-advisor', password, { origin: 'https://evil.example' })
    expect(login.body.data.problem).toBe('origin.foreign')
  })

  it('figures are for this machine or for who has the token', async () => {
    expect((await ask(stage.app, 'GET', '/metrics')).status).toBe(200)
    expect((await ask(stage.app, 'GET', '/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(403)
    const token = { 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer let me see' }
    expect((await ask(stage.app, 'GET', '/metrics', token)).body).toContain('changhui_http_request_seconds_bucket')
    expect((await ask(stage.app, 'GET', '/metrics', { ...token, authorization: 'Bearer no' })).status).toBe(403)
  })

  it('the log names routes, stores and people by id, and holds no name, number or query', async () => {
    const cookie = await signIn(stage.app, 'bbb-advisor')
    await ask(
      stage.app,
      'GET',
      `/api/v1/stores/${stage.b.id}/customers/search?q=${encodeURIComponent('诸葛')}13800000000`,
      { cookie },
    )
    const log = stage.lines.join('')
    expect(log).toContain('"route":"customers.search"')
    expect(log).toContain(stage.b.id)
    for (const secret of ['诸葛', encodeURIComponent('诸葛'), '13800000000', 'bbb-advisor', password, 'session_token'])
      expect(log).not.toContain(secret)
  })
})
