import type { RawBuilder } from 'kysely'
import type { Scope } from '../../../../platform/scope.ts'
import type { Verdict } from './invariant.ts'

/** A verdict from two statements: one counts what is looked at, one selects what breaks the invariant. */
export async function counted(
  scope: Scope,
  checked: RawBuilder<unknown>,
  broken: RawBuilder<unknown>,
): Promise<Verdict> {
  const count = (await checked.execute(scope.tx)).rows[0] as { count: number | string } | undefined
  const { rows } = await broken.execute(scope.tx)
  return { checked: Number(count?.count ?? 0), broken: rows as Record<string, unknown>[] }
}
