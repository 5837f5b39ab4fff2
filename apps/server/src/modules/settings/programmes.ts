import type { programmeSettings } from '@changhui/contract/settings'
import type { z } from 'zod'
import { found, Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { factsChanged, planSome, programmeDefinitions } from '../care/service.ts'
import { selectSetting, writeSetting } from './store.ts'

type ProgrammeSettings = z.infer<typeof programmeSettings>
type Definition = ReturnType<typeof programmeDefinitions>[number]
type Value = number | boolean | string

interface Stored {
  readonly enabled?: boolean
  readonly values?: Readonly<Record<string, Value>>
}

const areaOf = (programme: string) => `programme:${programme}`

/** Every programme with the store's values over the defaults. */
export async function programmesOf(scope: Scope): Promise<ProgrammeSettings[]> {
  const settings: ProgrammeSettings[] = []
  for (const definition of programmeDefinitions()) settings.push(await programmeOf(scope, definition))
  return settings
}

async function programmeOf(scope: Scope, definition: Definition): Promise<ProgrammeSettings> {
  const stored = await selectSetting<Stored>(scope, areaOf(definition.key))
  return {
    programme: definition.key,
    zh: definition.zh,
    en: definition.en,
    group: groupOf(definition),
    enabled: stored?.value.enabled ?? true,
    values: definition.values.map(({ options, ...one }) => ({
      ...one,
      ...(options ? { options: [...options] } : {}),
      value: stored?.value.values?.[one.key] ?? one.default,
    })),
    version: stored?.version ?? 0,
  }
}

function groupOf({ work, subject, purpose }: Definition): ProgrammeSettings['group'] {
  if (work === 'desk' || purpose === 'complaint') return 'follow-up'
  return subject === 'vehicle' && purpose === 'reminder' && work !== 'message' ? 'reminders' : 'relation'
}

/** The definition of a programme. Throws NOT_FOUND. */
export function requireProgramme(key: string): Definition {
  return found(programmeDefinitions().find((one) => one.key === key))
}

export interface ProgrammeChange {
  readonly programme: string
  readonly enabled: boolean
  readonly values: Readonly<Record<string, Value>>
  readonly version: number
}

/**
 * Changes a programme's values, each inside its range. Throws BAD_REQUEST naming the value, CONFLICT for an old version. A programme switched
 * off leaves nothing to call or to send; switched on again, it takes up what is still owed.
 */
export async function changeProgramme(scope: Scope, change: ProgrammeChange): Promise<ProgrammeSettings> {
  const definition = requireProgramme(change.programme)
  for (const [key, value] of Object.entries(change.values)) requireValue(definition, key, value)
  const stored = await selectSetting<Stored>(scope, areaOf(change.programme))
  const values = { ...stored?.value.values, ...change.values }
  requireRising(definition, values)
  await writeSetting(scope, areaOf(change.programme), { enabled: change.enabled, values }, change.version)
  await factsChanged(scope)
  // what was left undone when it was switched off, and is still owed, is taken up at once
  if (change.enabled && stored?.value.enabled === false) await planSome(scope, [change.programme])
  await recordAudit(scope, {
    action: 'setting.programme',
    subjectKind: 'setting',
    subjectId: change.programme,
    detail: { enabled: change.enabled, values: change.values },
  })
  return programmeOf(scope, definition)
}

/** Of two values of which the first must be less, the first is named. */
function requireRising({ values: declared, rising = [] }: Definition, values: Readonly<Record<string, Value>>): void {
  const one = (key: string) => declared.find((value) => value.key === key)
  for (const [less, more] of rising) {
    const [low, high] = [values[less] ?? one(less)?.default, values[more] ?? one(more)?.default]
    if (typeof low !== 'number' || typeof high !== 'number' || low < high) continue
    const max = high - 1
    const { min = 0, zh = less } = one(less) ?? {}
    throw new Problem('BAD_REQUEST', 'setting.out-of-range', {
      field: `values.${less}`,
      values: { field: zh, min, max },
    })
  }
}

function requireValue(definition: Definition, key: string, value: Value): void {
  const declared = definition.values.find((one) => one.key === key)
  const field = `values.${key}`
  if (!declared || typeof value !== typeof declared.default)
    throw new Problem('BAD_REQUEST', 'input.invalid', { field })
  if (declared.options && !declared.options.some((one) => one.value === value))
    throw new Problem('BAD_REQUEST', 'input.invalid', { field })
  if (typeof value !== 'number') return
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, zh } = declared
  if (value >= min && value <= max) return
  throw new Problem('BAD_REQUEST', 'setting.out-of-range', { field, values: { field: zh, min, max } })
}
