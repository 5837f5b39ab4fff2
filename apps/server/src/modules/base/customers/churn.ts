import type { churnBands } from '@changhui/contract/customers'
import {
  type ChurnBand,
  type ChurnBands,
  churnBand,
  churnBandsProblem,
  DEFAULT_CHURN_BANDS,
} from '@changhui/rules/churn'
import type { z } from 'zod'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { saveSetting, settingOf } from '../../settings/service.ts'

const AREA = 'churn-bands'
type Settings = z.infer<typeof churnBands>

/** The store's churn bands (KEEP-01), in months since the last visit. */
export async function churnBandsOf(scope: Scope): Promise<ChurnBands> {
  return (await settingOf<Settings>(scope, AREA))?.value ?? DEFAULT_CHURN_BANDS
}

/** The band of a day of the last visit; null for one who never came. */
export const bandOf = (lastVisitOn: string | null, today: Temporal.PlainDate, bands: ChurnBands): ChurnBand | null =>
  churnBand(lastVisitOn === null ? null : Temporal.PlainDate.from(lastVisitOn), today, bands)

/** The store's bands with the version to change them by; 0 where the defaults are in force. */
export async function churnSettings(scope: Scope): Promise<Settings & { version: number }> {
  const setting = await settingOf<Settings>(scope, AREA)
  return { ...(setting?.value ?? DEFAULT_CHURN_BANDS), version: setting?.version ?? 0 }
}

/** Changes them. BAD_REQUEST `bands.not-rising` names the field, CONFLICT for an old version. */
export async function changeChurnBands(
  scope: Scope,
  { active, drifting, atRisk, lost, version }: Settings & { version: number },
): Promise<Settings & { version: number }> {
  const bands = { active, drifting, atRisk, lost }
  const field = churnBandsProblem(bands)
  if (field) throw new Problem('BAD_REQUEST', 'bands.not-rising', { field })
  await saveSetting(scope, AREA, bands, version)
  await recordAudit(scope, { action: 'setting.churn-bands', subjectKind: 'setting', subjectId: AREA, detail: bands })
  return churnSettings(scope)
}
