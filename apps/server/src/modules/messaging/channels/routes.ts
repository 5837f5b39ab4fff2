import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { addAccount, changeAccount, listAccounts, removeAccount } from './accounts.ts'
import { followCode, linkAddress, linksOf, unlinkAddress } from './links.ts'
import { tryOut } from './try-out.ts'

const ok = { ok: true as const }

export const channelsRoutes = {
  list: os.channels.list.handler(({ context }) =>
    inStore(context, (scope) => listAccounts(scope, context.platform.config)),
  ),
  add: os.channels.add.handler(({ input, context }) =>
    inStore(context, (scope) => addAccount(scope, context.platform.config, input)),
  ),
  change: os.channels.change.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await changeAccount(scope, context.platform.config, input.channelId, input.version, input)
      return ok
    }),
  ),
  remove: os.channels.remove.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await removeAccount(scope, input.channelId)
      return ok
    }),
  ),
  links: os.channels.links.handler(({ input, context }) =>
    inStore(context, (scope) => linksOf(scope, input.customerId)),
  ),
  followCode: os.channels.followCode.handler(({ input, context }) =>
    inStore(context, (scope) => followCode(scope, context.platform, input.customerId)),
  ),
  link: os.channels.link.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await linkAddress(scope, input)
      return ok
    }),
  ),
  unlink: os.channels.unlink.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await unlinkAddress(scope, input)
      return ok
    }),
  ),
  test: os.channels.test.handler(({ input, context }) =>
    inStore(context, (scope) => tryOut(scope, context.platform, input)),
  ),
}
