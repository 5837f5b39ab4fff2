import type { AuditAction } from '@changhui/contract/audit-actions'
import type { qualityContract } from '@changhui/contract/quality'
import { type DuplicateCandidate, duplicateCandidates, LIKELY_DUPLICATE, pairKey } from '@changhui/rules/duplicates'
import type { z } from 'zod'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { customerById } from '../customers/store.ts'
import { candidateIds, duplicateFacts, twoPeople } from './duplicates-store.ts'
import { proposedSurvivor, recordsOf } from './records.ts'

type Answer = z.infer<NonNullable<(typeof qualityContract)['duplicates']['~orpc']['outputSchema']>>
type Group = Answer['groups'][number]

/**
 * Groups of customers that may be one person, surest first (BASE-09), without the pairs somebody said are two people. `likely`: a
 * common name with something else in common; `possible`: the rest, of whom a phone alone tells. `total` groups were found,
 * `complete` = no more than these.
 */
export async function duplicates(
  scope: Scope,
  { level, limit }: { level: 'likely' | 'possible'; limit: number },
): Promise<Answer> {
  const { ids, complete } = await candidateIds(scope, level)
  const facts = await duplicateFacts(scope, ids)
  const apart = new Set((await twoPeople(scope, ids)).map(({ lowId, highId }) => pairKey(lowId, highId)))
  const pairs = duplicateCandidates(facts).filter(
    ({ a, b, score }) => score >= LIKELY_DUPLICATE === (level === 'likely') && !apart.has(pairKey(a, b)),
  )
  const groups = groupsOf(pairs)
  const shown = groups.slice(0, limit)
  const records = await recordsOf(
    scope,
    shown.flatMap((group) => group.ids),
  )
  return {
    groups: shown.map(({ ids: mine, pairs: own }) => ({
      ...groupOf(
        records.filter((one) => mine.includes(one.id)),
        own,
      ),
      score: own[0]?.score ?? 0,
    })),
    total: groups.length,
    complete,
  }
}

function groupOf(records: Group['records'], pairs: readonly DuplicateCandidate[]): Group {
  return {
    survivorId: found(proposedSurvivor(records)).id,
    score: pairs[0]?.score ?? 0,
    records,
    pairs: pairs.map(({ a, b, score, reasons }) => ({ a, b, score, reasons: [...reasons] })),
  }
}

/** Pairs that touch one another, as groups in the order of their surest pair. */
function groupsOf(pairs: readonly DuplicateCandidate[]): { ids: string[]; pairs: DuplicateCandidate[] }[] {
  const groups: { ids: Set<string>; pairs: DuplicateCandidate[] }[] = []
  const groupOfId = new Map<string, (typeof groups)[number]>()
  for (const pair of pairs) {
    const [one, other] = [groupOfId.get(pair.a), groupOfId.get(pair.b)]
    const group = one ?? other ?? { ids: new Set<string>(), pairs: [] }
    if (!one && !other) groups.push(group)
    if (one && other && one !== other) {
      for (const id of other.ids) one.ids.add(id)
      one.pairs.push(...other.pairs)
      groups.splice(groups.indexOf(other), 1)
    }
    group.ids.add(pair.a).add(pair.b)
    group.pairs.push(pair)
    for (const id of group.ids) groupOfId.set(id, group)
  }
  return groups.map(({ ids, pairs: own }) => ({ ids: [...ids], pairs: own.sort((x, y) => y.score - x.score) }))
}

/** Remembers that two records are two people; said twice it is once. */
export async function notSame(scope: Scope, oneId: string, otherId: string): Promise<void> {
  const [lowId = '', highId = ''] = [oneId, otherId].sort()
  if (lowId === highId) throw new Problem('BAD_REQUEST', 'merge.itself', { field: 'otherId' })
  for (const id of [lowId, highId]) found(await customerById(scope, id))
  const { storeId, now, actor } = scope
  const said = await scope.tx
    .insertInto('notDuplicate')
    .values({ storeId, lowId, highId, saidAt: now.toString(), saidBy: actor.id })
    .onConflict((on) => on.columns(['storeId', 'lowId', 'highId']).doNothing())
    .returning('lowId')
    .executeTakeFirst()
  if (said) await audit(scope, 'duplicate.not-same', lowId, highId)
}

/** Forgets that two records are two people. */
export async function sameAgain(scope: Scope, oneId: string, otherId: string): Promise<void> {
  const [lowId = '', highId = ''] = [oneId, otherId].sort()
  const gone = await scope.tx
    .deleteFrom('notDuplicate')
    .where('storeId', '=', scope.storeId)
    .where('lowId', '=', lowId)
    .where('highId', '=', highId)
    .returning('lowId')
    .executeTakeFirst()
  found(gone)
  await audit(scope, 'duplicate.same-again', lowId, highId)
}

const audit = (scope: Scope, action: AuditAction, lowId: string, highId: string) =>
  recordAudit(scope, { action, subjectKind: 'customer', subjectId: lowId, detail: { otherId: highId } })
