import type { scriptRow } from '@changhui/contract/settings'
import { fillScript, unknownVariables } from '@changhui/rules/script'
import { sampleValues, variableList } from '@changhui/rules/scriptSamples'
import { decideText, type TextDecision, type TextState, textInUse } from '@changhui/rules/textVersions'
import { sql } from 'kysely'
import type { z } from 'zod'
import { sqlState } from '../../platform/db.ts'
import { found, Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { staffNames } from '../staff/service.ts'
import { requireProgramme } from './programmes.ts'

type ScriptRow = z.infer<typeof scriptRow>

interface VersionRow {
  readonly version: number
  readonly body: string
  readonly state: TextState
  readonly createdAt: string
  readonly createdBy: string | null
  readonly decidedAt: string | null
  readonly decidedBy: string | null
}

const preview = (body: string) => fillScript(body, sampleValues).text

function versionsOf({ tx, storeId }: Scope, programme: string, version?: number): Promise<VersionRow[]> {
  return tx
    .selectFrom('script')
    .select(['version', 'body', 'createdAt', 'createdBy', 'decidedAt', 'decidedBy'])
    .select(sql<TextState>`state`.as('state'))
    .where('storeId', '=', storeId)
    .where('programme', '=', programme)
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .orderBy('version', 'desc')
    .limit(100)
    .execute()
}

async function withNames(scope: Scope, programme: string, rows: readonly VersionRow[]): Promise<ScriptRow[]> {
  const names = await staffNames(
    scope.tx,
    rows.flatMap((row) => [row.createdBy, row.decidedBy]),
  )
  return rows.map(({ createdBy, decidedBy, ...row }) => ({
    ...row,
    programme,
    createdByName: (createdBy && names.get(createdBy)) ?? null,
    decidedByName: (decidedBy && names.get(decidedBy)) ?? null,
    preview: preview(row.body),
  }))
}

/** Versions of a programme's script, newest first; the one that ships with it comes last as version 0. */
export async function scriptsOf(scope: Scope, programme: string) {
  const definition = requireProgramme(programme)
  const saved = await withNames(scope, programme, await versionsOf(scope, programme))
  const shipped: ScriptRow = {
    programme,
    version: 0,
    body: definition.script,
    state: 'approved',
    createdAt: null,
    createdByName: null,
    decidedAt: null,
    decidedByName: null,
    preview: preview(definition.script),
  }
  return {
    versions: [...saved, shipped],
    inUse: textInUse(saved)?.version ?? 0,
    variables: variableList,
  }
}

/** How many versions wait for approval, by programme; those without any are left out. */
export async function scriptDrafts({ tx, storeId }: Scope): Promise<{ programme: string; drafts: number }[]> {
  return tx
    .selectFrom('script')
    .select((eb) => ['programme', eb.fn.countAll<number>().as('drafts')])
    .where('storeId', '=', storeId)
    .where('state', '=', 'draft')
    .groupBy('programme')
    .orderBy('programme')
    .execute()
}

/** Saves a new version, a draft. Throws BAD_REQUEST naming variables nobody knows, CONFLICT when two save at once. */
export async function saveScript(scope: Scope, programme: string, body: string): Promise<ScriptRow> {
  requireProgramme(programme)
  const unknown = unknownVariables(body)
  if (unknown.length > 0)
    throw new Problem('BAD_REQUEST', 'script.unknown-variable', {
      field: 'body',
      values: { names: unknown.join('、') },
    })
  const { tx, storeId, now, actor } = scope
  const [newest] = await versionsOf(scope, programme)
  const version = (newest?.version ?? 0) + 1
  const createdAt = now.toString()
  try {
    await tx
      .insertInto('script')
      .values({
        storeId,
        id: scope.newId(),
        programme,
        version,
        body,
        state: 'draft',
        createdAt,
        createdBy: actor.id,
      })
      .execute()
  } catch (error) {
    if (sqlState(error) === '23505') throw new Problem('CONFLICT', 'version.changed')
    throw error
  }
  await recordAudit(scope, { action: 'script.saved', subjectKind: 'script', subjectId: programme, detail: { version } })
  return oneVersion(scope, programme, version)
}

export interface ScriptDecision {
  readonly programme: string
  readonly version: number
  /** As the page saw it. */
  readonly state: TextState
  readonly decision: TextDecision
}

/** Approves a version or withdraws it (CARE-16). Throws NOT_FOUND, CONFLICT when somebody decided meanwhile. */
export async function decideScript(scope: Scope, { programme, version, state, decision }: ScriptDecision) {
  requireProgramme(programme)
  await oneVersion(scope, programme, version)
  const next = decideText(state, decision)
  const decided =
    next &&
    (await scope.tx
      .updateTable('script')
      .set({ state: next, decidedAt: scope.now.toString(), decidedBy: scope.actor.id })
      .where('storeId', '=', scope.storeId)
      .where('programme', '=', programme)
      .where('version', '=', version)
      .where('state', '=', state)
      .returning('version')
      .executeTakeFirst())
  if (!decided) throw new Problem('CONFLICT', 'version.changed')
  await recordAudit(scope, {
    action: decision === 'approve' ? 'script.approved' : 'script.withdrawn',
    subjectKind: 'script',
    subjectId: programme,
    detail: { version },
  })
  return oneVersion(scope, programme, version)
}

async function oneVersion(scope: Scope, programme: string, version: number): Promise<ScriptRow> {
  return found((await withNames(scope, programme, await versionsOf(scope, programme, version)))[0])
}
