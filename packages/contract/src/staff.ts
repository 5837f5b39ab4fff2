import { roles, staffRoles } from '@changhui/rules/permissions'
import { z } from 'zod'
import { done, id, ofStore, route, text } from './meta.ts'

export const staffMember = z.object({
  userId: id,
  name: z.string(),
  username: z.string(),
  roles: z.array(z.enum(roles)),
  /** Held in the store's dealer group, and so in this store too (ORG-01). */
  groupRoles: z.array(z.enum(roles)),
  disabled: z.boolean(),
  lastSignInAt: z.string().nullable(),
})
const username = z.string().regex(/^[a-z0-9._-]{3,30}$/)
const password = z.string().min(10).max(128)
export const staffContract = {
  list: route('GET', '/stores/{storeId}/staff', 'setting.read', 'Staff of the store with their roles')
    .input(ofStore({}))
    .output(
      z.array(
        staffMember.extend({
          /** Whether the asker may change this account. */
          manageable: z.boolean(),
        }),
      ),
    ),
  create: route('POST', '/stores/{storeId}/staff', 'staff.manage', 'Add a member of staff')
    .input(ofStore({ name: text(60).min(1), username, password, roles: z.array(z.enum(staffRoles)).min(1) }))
    .output(staffMember),
  update: route(
    'PATCH',
    '/stores/{storeId}/staff/{userId}',
    'staff.manage',
    'Change name, roles, or switch an account off',
  )
    .input(
      ofStore({
        userId: id,
        name: text(60).min(1).optional(),
        roles: z.array(z.enum(staffRoles)).min(1).optional(),
        disabled: z.boolean().optional(),
      }),
    )
    .output(staffMember),
  resetPassword: route(
    'POST',
    '/stores/{storeId}/staff/{userId}/password',
    'staff.manage',
    'Set a new password; ends all sessions of that person',
  )
    .input(ofStore({ userId: id, password }))
    .output(done),
}
