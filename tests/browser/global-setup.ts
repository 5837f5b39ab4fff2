import { buildConsole } from '../../apps/server/src/cli/build-console.ts'
import { repositoryRoot } from '../../apps/server/src/platform/config.ts'

/** The pages are built once, before the test files that use them run side by side. */
export default function setup(): Promise<void> {
  return buildConsole(repositoryRoot, () => undefined)
}
