import type { Scope } from '../../platform/scope.ts'
import { type Setting, selectSetting, writeSetting } from './store.ts'

/** A setting that another area keeps with the store's; undefined where the default is in force. */
export function settingOf<T>(scope: Scope, area: string): Promise<Setting<T> | undefined> {
  return selectSetting<T>(scope, area)
}

/** Writes it over the version that was read (0 = none yet). Throws CONFLICT when somebody was faster. */
export function saveSetting(scope: Scope, area: string, value: unknown, version: number): Promise<number> {
  return writeSetting(scope, area, value, version)
}
