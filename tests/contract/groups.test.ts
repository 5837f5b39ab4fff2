import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGroupStaff, setGroup, setGroupRoles } from '../../apps/server/src/modules/staff/groups.ts'
import { addGroup } from '../../apps/server/src/modules/stores/groups.ts'
import { findStore } from '../../apps/server/src/modules/stores/service.ts'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { ask, openStage, password, type Stage, signIn } from './stage.ts'

/** A group's people see its stores and no other (ORG-01). */
const { connection } = await testDatabase()
let stage: Stage
beforeAll(async () => {
  stage = await openStage(connection)
})
afterAll(() => stage.close())

const storeOf = async (code: string) => {
  const store = await findStore(stage.platform.db, code)
  if (!store) throw new Error(code)
  return store
}

it('a role in a group opens each of its stores for as long as the store is in it', async () => {
  const { platform, app, a, b } = stage
  const group = await addGroup(platform.db, '长河集团', platform.clock.now())
  if (!group) throw new Error('taken')
  const [storeA, storeB] = [(await storeOf('AAA')).id, (await storeOf('BBB')).id]
  await setGroup(platform, storeA, group)
  await createGroupStaff(platform, group, { name: '总部', username: 'office', password, roles: ['group-manager'] })
  let cookie = ''
  // signed in anew: what another process changed is seen in an old session within seconds only
  const stores = async () => {
    cookie = await signIn(app, 'office')
    return (await ask(app, 'GET', '/api/v1/me', { cookie })).body.stores.map(
      (one: { code: string; roles: string[] }) => `${one.code} ${one.roles}`,
    )
  }
  const list = (storeId: string) => ask(app, 'GET', `/api/v1/stores/${storeId}/customers`, { cookie })

  expect(await stores()).toEqual(['AAA group-manager'])
  expect([(await list(a.id)).status, (await list(b.id)).status]).toEqual([200, 403])
  await setGroup(platform, storeB, group)
  expect(await stores()).toEqual(['AAA group-manager', 'BBB group-manager'])
  expect([(await list(a.id)).status, (await list(b.id)).status]).toEqual([200, 200])

  // in the list of each store, out of the reach of its administrator
  const administrator = await a.cookie('administrator')
  const staff = await ask(app, 'GET', `/api/v1/stores/${a.id}/staff`, { cookie: administrator })
  const office = staff.body.find((one: { username: string }) => one.username === 'office')
  expect(office).toMatchObject({ roles: [], groupRoles: ['group-manager'] })
  const path = `/api/v1/stores/${a.id}/staff/${office.userId}`
  const reset = { cookie: administrator, body: { password: 'taken over 12345' } }
  expect((await ask(app, 'POST', `${path}/password`, reset)).body.data.problem).toBe('staff.of-several-stores')
  await setGroup(platform, storeB, null)
  expect(await stores()).toEqual(['AAA group-manager'])
  // the only store of the group still does not own its people
  expect((await ask(app, 'POST', `${path}/password`, reset)).body.data.problem).toBe('staff.of-several-stores')
  const off = { cookie: administrator, body: { disabled: true } }
  expect((await ask(app, 'PATCH', path, off)).body.data.problem).toBe('staff.of-several-stores')

  await setGroupRoles(platform, group, 'office', [])
  expect(await stores()).toEqual([])
  expect((await list(a.id)).status).toBe(403)
  const { rows } = await stage.pool.query<{ detail: unknown }>(
    `SELECT detail FROM audit_entry WHERE store_id = $1 AND action = 'store.group' ORDER BY id`,
    [b.id],
  )
  expect(rows.map(({ detail }) => detail)).toEqual([
    { group: '长河集团', people: [office.userId] },
    { left: '长河集团', people: [office.userId] },
  ])
})

it('an administrator of the group may reset the password of its people; one who is only of a store may not', async () => {
  const { platform, app, a } = stage
  const group = await addGroup(platform.db, '山前集团', platform.clock.now())
  if (!group) throw new Error('taken')
  await setGroup(platform, (await storeOf('AAA')).id, group)
  await createGroupStaff(platform, group, { name: '总部', username: 'hills', password, roles: ['group-manager'] })
  await setGroupRoles(platform, group, 'aaa-administrator', ['administrator'])
  const cookie = await signIn(app, 'aaa-administrator')
  const staff = await ask(app, 'GET', `/api/v1/stores/${a.id}/staff`, { cookie })
  const own = staff.body.find((one: { username: string }) => one.username === 'aaa-administrator')
  expect(own).toMatchObject({ roles: ['administrator'], groupRoles: ['administrator'] })
  const { userId } = staff.body.find((one: { username: string }) => one.username === 'hills')
  // whoever holds a role by the group can be given calls as one of the store
  await setGroupRoles(platform, group, 'hills', ['insurance-specialist'])
  const { people } = (await ask(app, 'GET', `/api/v1/stores/${a.id}/workload`, { cookie })).body
  expect(people).toContainEqual({ userId, name: '总部', roles: ['insurance-specialist'] })
  const reset = { cookie, body: { password: 'given by the group 7' } }
  expect((await ask(app, 'POST', `/api/v1/stores/${a.id}/staff/${userId}/password`, reset)).status).toBe(200)
})

it('people of a group without a store are protected all the same', async () => {
  const { platform, app, a } = stage
  const group = await addGroup(platform.db, '空集团', platform.clock.now())
  if (!group) throw new Error('taken')
  await setGroupRoles(platform, group, 'aaa-technician', ['group-manager'])
  const cookie = await a.cookie('general-manager')
  const staff = await ask(app, 'GET', `/api/v1/stores/${a.id}/staff`, { cookie })
  const { userId, manageable } = staff.body.find((one: { username: string }) => one.username === 'aaa-technician')
  expect(manageable).toBe(false)
  const reset = { cookie, body: { password: 'taken over 12345' } }
  const answer = await ask(app, 'POST', `/api/v1/stores/${a.id}/staff/${userId}/password`, reset)
  expect([answer.status, answer.body.data.problem]).toEqual([403, 'staff.of-several-stores'])
})

it('a store keeps an administrator, whoever leaves the group or is taken out of it', async () => {
  const { platform, app, b } = stage
  const group = await addGroup(platform.db, '两岸集团', platform.clock.now())
  if (!group) throw new Error('taken')
  await createGroupStaff(platform, group, { name: '总部', username: 'banks', password, roles: ['administrator'] })
  await setGroup(platform, b.id, group)
  const cookie = await signIn(app, 'banks')
  const staff = await ask(app, 'GET', `/api/v1/stores/${b.id}/staff`, { cookie })
  const { userId } = staff.body.find((one: { username: string }) => one.username === 'bbb-administrator')
  const demote = { cookie, body: { roles: ['advisor'] } }
  expect((await ask(app, 'PATCH', `/api/v1/stores/${b.id}/staff/${userId}`, demote)).status).toBe(200)
  const last = { data: { problem: 'staff.last-administrator' } }
  await expect(setGroup(platform, b.id, null)).rejects.toMatchObject(last)
  await expect(setGroupRoles(platform, group, 'banks', [])).rejects.toMatchObject(last)
  await expect(setGroupRoles(platform, group, 'banks', ['group-manager'])).rejects.toMatchObject(last)
})

it('nobody gives more rights than he has, nor takes over an account that has them', async () => {
  const { app, a } = stage
  const cookie = await a.cookie('general-manager')
  const staff = await ask(app, 'GET', `/api/v1/stores/${a.id}/staff`, { cookie })
  const of = (username: string) => staff.body.find((one: { username: string }) => one.username === username)
  const path = (username: string) => `/api/v1/stores/${a.id}/staff/${of(username).userId}`
  const problem = async (method: string, at: string, body: unknown) =>
    (await ask(app, method, at, { cookie, body })).body.data?.problem
  expect([of('aaa-administrator').manageable, of('aaa-advisor').manageable]).toEqual([false, true])
  expect(await problem('PATCH', path('aaa-general-manager'), { roles: ['administrator'] })).toBe('staff.beyond-own')
  expect(await problem('PATCH', path('aaa-advisor'), { roles: ['advisor', 'administrator'] })).toBe('staff.beyond-own')
  expect(await problem('POST', `${path('aaa-administrator')}/password`, { password: 'taken over 12345' })).toBe(
    'staff.beyond-own',
  )
  const made = { name: '某人', username: 'climber', password: 'long enough 5', roles: ['administrator'] }
  expect(await problem('POST', `/api/v1/stores/${a.id}/staff`, made)).toBe('staff.beyond-own')
  expect(await problem('PATCH', path('aaa-advisor'), { roles: ['care-manager'] })).toBe(undefined)
})
