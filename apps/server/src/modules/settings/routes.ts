import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { addClosure, changeStore, closuresOf, removeClosure, storeSettingsOf } from './hours.ts'
import { changeProgramme, programmesOf } from './programmes.ts'
import { decideScript, saveScript, scriptDrafts, scriptsOf } from './scripts.ts'

const ok = { ok: true as const }

export const settingsRoutes = {
  store: os.settings.store.handler(({ context }) => inStore(context, storeSettingsOf)),
  updateStore: os.settings.updateStore.handler(async ({ input, context }) => {
    const changed = await inStore(context, (scope) => changeStore(scope, input))
    // everybody's session remembers the store's name
    context.platform.sessions?.forget()
    return changed
  }),
  closures: os.settings.closures.handler(({ input, context }) =>
    inStore(context, (scope) => closuresOf(scope, input.year)),
  ),
  addClosure: os.settings.addClosure.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await addClosure(scope, input.day, input.reason)
      return ok
    }),
  ),
  removeClosure: os.settings.removeClosure.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await removeClosure(scope, input.day)
      return ok
    }),
  ),
  programmes: os.settings.programmes.handler(({ context }) => inStore(context, programmesOf)),
  updateProgramme: os.settings.updateProgramme.handler(({ input, context }) =>
    inStore(context, (scope) => changeProgramme(scope, input)),
  ),
  scriptDrafts: os.settings.scriptDrafts.handler(({ context }) => inStore(context, scriptDrafts)),
  scripts: os.settings.scripts.handler(({ input, context }) =>
    inStore(context, (scope) => scriptsOf(scope, input.programme)),
  ),
  saveScript: os.settings.saveScript.handler(({ input, context }) =>
    inStore(context, (scope) => saveScript(scope, input.programme, input.body)),
  ),
  decideScript: os.settings.decideScript.handler(({ input, context }) =>
    inStore(context, (scope) => decideScript(scope, input)),
  ),
}
