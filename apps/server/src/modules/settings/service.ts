/** A store's settings, for the areas that keep their own there. */
export { type Setting, selectSetting, writeSetting } from './store.ts'
