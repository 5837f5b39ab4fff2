import type { scriptRow } from '@changhui/contract/settings'
import { fillScript, SCRIPT_VARIABLES, type ScriptVariable, unknownVariables } from '@changhui/rules/script'
import type { z } from 'zod'
import { sqlState } from '../../platform/db.ts'
import { Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { staffNames } from '../staff/service.ts'
import { requireProgramme } from './programmes.ts'

type ScriptRow = z.infer<typeof scriptRow>

/** What the settings page shows of each variable: its English name and a made-up value for the preview. */
const samples: Readonly<Record<ScriptVariable, readonly [en: string, sample: string]>> = {
  customerName: ['Customer name', '王小明'],
  honorific: ['Form of address', '王先生'],
  phone: ['Phone', '138****0000'],
  plate: ['Plate', '京A·D1234'],
  model: ['Model', '轩逸 1.6L'],
  brand: ['Brand', '东风'],
  vinTail: ['VIN, last six', '012345'],
  odometer: ['Odometer now', '32,000 公里'],
  lastVisitOn: ['Last visit', '5月18日'],
  lastServiceOn: ['Last service', '5月18日'],
  lastServiceKm: ['Odometer at last service', '25,000 公里'],
  dueOn: ['Due on', '11月28日'],
  dueBy: ['Why due', '距上次保养已满 6 个月'],
  dueKm: ['Due at', '30,000 公里'],
  serviceName: ['Service', '常规保养'],
  storeName: ['Store', '常回示范店'],
  storePhone: ['Store phone', '010-0000 0000'],
  storeAddress: ['Store address', '示范路 1 号'],
  openingHours: ['Opening hours', '08:30–17:30'],
  agentName: ['Agent', '李客服'],
  advisorName: ['Service advisor', '赵顾问'],
  today: ['Today', '11月20日'],
  memberLevel: ['Member level', '金卡'],
  deliveredOn: ['Delivered on', '2025年5月18日'],
  arrivesOn: ['Arrives on', '12月3日'],
  warrantyUntil: ['Warranty until', '2028年5月18日'],
  inspectionBy: ['Inspection by', '2027年5月31日'],
  policyEndsOn: ['Policy ends on', '12月18日'],
  insurer: ['Insurer', '示范保险'],
  festival: ['Festival', '春节'],
  weather: ['Weather', '今晚有大雪'],
  advice: ['Tip for use', '天气转冷，请检查防冻液'],
  appointmentAt: ['Appointment', '11月25日 10:00'],
  eventName: ['Event', '车主课堂'],
  eventOn: ['Event time', '12月5日 14:00'],
  eventPlace: ['Event place', '展厅二楼'],
}

const sampleValues = Object.fromEntries(Object.entries(samples).map(([name, [, sample]]) => [name, sample]))

/** Versions of a programme's script, newest first; the one that ships with it comes last as version 0. */
export async function scriptsOf(scope: Scope, programme: string) {
  const definition = requireProgramme(programme)
  const rows = await scope.tx
    .selectFrom('script')
    .select(['version', 'body', 'createdAt', 'createdBy'])
    .where('storeId', '=', scope.storeId)
    .where('programme', '=', programme)
    .orderBy('version', 'desc')
    .limit(100)
    .execute()
  const names = await staffNames(
    scope.tx,
    rows.map((row) => row.createdBy),
  )
  const saved = rows.map(({ createdBy, ...row }) => ({
    ...row,
    createdByName: (createdBy && names.get(createdBy)) ?? null,
  }))
  const shipped = { version: 0, body: definition.script, createdAt: null, createdByName: null }
  return {
    versions: [...saved, shipped].map((row) => ({ ...row, programme, preview: preview(row.body) })),
    variables: Object.entries(samples).map(([name, [en, sample]]) => ({
      name: SCRIPT_VARIABLES[name as ScriptVariable][0],
      zh: SCRIPT_VARIABLES[name as ScriptVariable][0],
      en,
      sample,
    })),
  }
}

/** Saves a new version. Throws BAD_REQUEST naming variables nobody knows, CONFLICT when two save at once. */
export async function saveScript(scope: Scope, programme: string, body: string): Promise<ScriptRow> {
  requireProgramme(programme)
  const unknown = unknownVariables(body)
  if (unknown.length > 0)
    throw new Problem('BAD_REQUEST', 'script.unknown-variable', {
      field: 'body',
      values: { names: unknown.join('、') },
    })
  const { tx, storeId, now, actor } = scope
  const newest = await tx
    .selectFrom('script')
    .select('version')
    .where('storeId', '=', storeId)
    .where('programme', '=', programme)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const version = (newest?.version ?? 0) + 1
  const createdAt = now.toString()
  try {
    await tx
      .insertInto('script')
      .values({ storeId, id: scope.newId(), programme, version, body, createdAt, createdBy: actor.id })
      .execute()
  } catch (error) {
    if (sqlState(error) === '23505') throw new Problem('CONFLICT', 'version.changed')
    throw error
  }
  await recordAudit(scope, { action: 'script.saved', subjectKind: 'script', subjectId: programme, detail: { version } })
  return { programme, version, body, createdAt, createdByName: actor.name, preview: preview(body) }
}

const preview = (body: string) => fillScript(body, sampleValues).text
