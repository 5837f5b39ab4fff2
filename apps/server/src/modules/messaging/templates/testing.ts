import { may, permissions, type Role } from '@changhui/rules/permissions'
import { createRouterClient } from '@orpc/server'
import { loadConfig } from '../../../platform/config.ts'
import { openDb } from '../../../platform/db.ts'
import type { StoreRequest } from '../../../platform/http/context.ts'
import type { careStore } from '../../care/testing.ts'
import { settingsRoutes } from '../../settings/routes.ts'
import { audiencesRoutes } from '../audience/routes.ts'
import { templatesRoutes } from './routes.ts'

/** The routes of texts, scripts and notices as somebody in a role of a test store calls them. */
export function textClient(shop: Awaited<ReturnType<typeof careStore>>, role: Role, clock = shop.clock) {
  const context: StoreRequest = {
    platform: { config: loadConfig({}), pool: shop.pool, db: openDb(shop.pool), clock },
    headers: new Headers(),
    principal: {
      actor: shop.agent(role),
      username: role,
      stores: [
        {
          ...shop.store,
          code: 'TEXTS',
          name: 'TEXTS',
          demo: false,
          roles: [role],
          permissions: permissions.filter((permission) => may([role], permission)),
        },
      ],
    },
    store: undefined as never,
    trace: { requestId: 'test' },
  }
  return createRouterClient(
    { templates: templatesRoutes, settings: settingsRoutes, audiences: audiencesRoutes },
    { context },
  )
}
