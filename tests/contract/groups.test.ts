import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGroupStaff, setGroupRoles } from '../../apps/server/src/modules/staff/groups.ts'
import { addGroup, setGroup } from '../../apps/server/src/modules/stores/groups.ts'
import { findStore } from '../../apps/server/src/modules/stores/service.ts'
import { systemActor } from '../../apps/server/src/platform/scope.ts'
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
  const [storeA, storeB] = [await storeOf('AAA'), await storeOf('BBB')]
  await setGroup(platform, storeA, group, systemActor)
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
  await setGroup(platform, storeB, group, systemActor)
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
  await setGroup(platform, storeB, null, systemActor)
  expect(await stores()).toEqual(['AAA group-manager'])
  // the only store of the group still does not own its people
  expect((await ask(app, 'POST', `${path}/password`, reset)).body.data.problem).toBe('staff.of-several-stores')
  const off = { cookie: administrator, body: { disabled: true } }
  expect((await ask(app, 'PATCH', path, off)).body.data.problem).toBe('staff.of-several-stores')

  await setGroupRoles(platform, group, 'office', [])
  expect(await stores()).toEqual([])
  expect((await list(a.id)).status).toBe(403)
  const { rows } = await stage.pool.query<{ action: string; detail: { group: string | null } }>(
    `SELECT action, detail FROM audit_entry WHERE store_id = $1 AND detail ? 'group' ORDER BY id`,
    [b.id],
  )
  expect(rows.map(({ action, detail }) => [action, detail.group])).toEqual([
    ['store.group', '长河集团'],
    ['store.group', null],
  ])
})

it('an administrator of the group may reset the password of its people; one who is only of a store may not', async () => {
  const { platform, app, a } = stage
  const group = await addGroup(platform.db, '山前集团', platform.clock.now())
  if (!group) throw new Error('taken')
  await setGroup(platform, await storeOf('AAA'), group, systemActor)
  await createGroupStaff(platform, group, { name: '总部', username: 'hills', password, roles: ['group-manager'] })
  await setGroupRoles(platform, group, 'aaa-administrator', ['administrator'])
  const cookie = await signIn(app, 'aaa-administrator')
  const staff = await ask(app, 'GET', `/api/v1/stores/${a.id}/staff`, { cookie })
  const own = staff.body.find((one: { username: string }) => one.username === 'aaa-administrator')
  expect(own).toMatchObject({ roles: ['administrator'], groupRoles: ['administrator'] })
  const { userId } = staff.body.find((one: { username: string }) => one.username === 'hills')
  const reset = { cookie, body: { password: 'given by the group 7' } }
  expect((await ask(app, 'POST', `/api/v1/stores/${a.id}/staff/${userId}/password`, reset)).status).toBe(200)
})
