import type { gateSettings } from '@changhui/contract/messages'
import { gateProblems } from '@changhui/rules/gatePolicy'
import type { z } from 'zod'
import { Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { saveSetting } from '../settings/service.ts'
import { gatePolicy } from './gate-facts.ts'

type Settings = z.infer<typeof gateSettings>

/** The gate's settings in force; version 0 where nothing is set. */
export async function gateSettingsOf(scope: Scope): Promise<Settings & { version: number }> {
  const row = await scope.tx
    .selectFrom('storeSetting')
    .select('version')
    .where('storeId', '=', scope.storeId)
    .where('area', '=', 'gate')
    .executeTakeFirst()
  return { ...(structuredClone(await gatePolicy(scope)) as Settings), version: row?.version ?? 0 }
}

/** Changes them for calls, messages and surveys alike. Throws BAD_REQUEST naming the field, CONFLICT for an old version. */
export async function changeGate(scope: Scope, { version, ...settings }: Settings & { version: number }) {
  const [problem] = gateProblems(settings)
  if (problem) {
    const field =
      problem.field === 'caps'
        ? `caps.${problem.index}`
        : problem.field === 'coolDownHours'
          ? `coolDownHours.${problem.purpose}`
          : problem.field
    throw new Problem('BAD_REQUEST', problem.reason === 'out-of-range' ? 'gate.out-of-range' : 'gate.hours', { field })
  }
  await saveSetting(scope, 'gate', settings, version)
  await recordAudit(scope, {
    action: 'setting.gate',
    subjectKind: 'setting',
    subjectId: 'gate',
    detail: { ...settings },
  })
  return gateSettingsOf(scope)
}
