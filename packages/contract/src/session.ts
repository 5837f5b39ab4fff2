import { permissions, roles } from '@changhui/rules/permissions'
import { z } from 'zod'
import { done, id, route, text } from './meta.ts'

export const storeSummary = z.object({
  id,
  code: z.string(),
  name: z.string(),
  timeZone: z.string(),
  demo: z.boolean(),
  today: z.string(),
})
export const me = z.object({
  user: z.object({ id, name: z.string(), username: z.string() }),
  stores: z.array(storeSummary.extend({ roles: z.array(z.enum(roles)), permissions: z.array(z.enum(permissions)) })),
})
export type Me = z.infer<typeof me>

export const sessionContract = {
  me: route('GET', '/me', 'signed-in', 'Who is signed in, in which stores, with which permissions').output(me),
  setupStatus: route('GET', '/setup', 'public', 'Whether the first-run wizard is still to be done').output(
    z.object({ needed: z.boolean(), demo: z.boolean() }),
  ),
  setup: route('POST', '/setup', 'public', 'First run: make the first store and its administrator')
    .input(
      z.object({
        storeCode: z.string().regex(/^[A-Z0-9][A-Z0-9_-]{0,31}$/),
        storeName: text(80).min(1),
        name: text(60).min(1),
        username: z.string().regex(/^[a-z0-9._-]{3,30}$/),
        password: z.string().min(10).max(128),
      }),
    )
    .output(done),
}
