import { TEXT_DECISIONS, TEXT_STATES } from '@changhui/rules/textVersions'
import { z } from 'zod'
import { day, done, ofStore, route, text } from './meta.ts'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const span = z.object({ from: clock, to: clock })
/** Seven entries, Monday first; null = closed that weekday. */
export const storeHours = z.object({
  week: z.array(span.nullable()).length(7),
  closedOnHolidays: z.boolean(),
  parts: z.array(span).length(3),
})
export const storeSettings = z.object({
  name: z.string(),
  phone: z.string().nullable(),
  address: z.string().nullable(),
  timeZone: z.string(),
  hours: storeHours,
  version: z.number(),
})
export const closure = z.object({ day, reason: z.string() })
/** One value a programme declares: the page draws its form from this. */
export const programmeValue = z.object({
  key: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]),
  default: z.union([z.number(), z.boolean(), z.string()]),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: z.string().optional(),
  options: z.array(z.object({ value: z.string(), zh: z.string(), en: z.string() })).optional(),
  zh: z.string(),
  en: z.string(),
  source: z.string(),
})
export const programmeSettings = z.object({
  programme: z.string(),
  zh: z.string(),
  en: z.string(),
  /** Where the page lists it: reminders of a car's dates, what keeps the relation warm, what other work leaves to do. */
  group: z.enum(['reminders', 'relation', 'follow-up']),
  enabled: z.boolean(),
  values: z.array(programmeValue),
  version: z.number(),
})
export const scriptRow = z.object({
  programme: z.string(),
  version: z.number(),
  body: z.string(),
  /** null: the script that ships with the programme (version 0). */
  createdAt: z.string().nullable(),
  createdByName: z.string().nullable(),
  state: z.enum(TEXT_STATES),
  decidedAt: z.string().nullable(),
  decidedByName: z.string().nullable(),
  preview: z.string(),
})

export const settingsContract = {
  store: route('GET', '/stores/{storeId}/settings/store', 'setting.read', 'Store, opening hours and parts of the day')
    .input(ofStore({}))
    .output(storeSettings),
  updateStore: route(
    'PUT',
    '/stores/{storeId}/settings/store',
    'setting.edit',
    'Change store, opening hours and parts of the day',
  )
    .input(
      ofStore({
        name: text(80).min(1),
        phone: text(40).nullable(),
        address: text(200).nullable(),
        hours: storeHours,
        version: z.number().int().min(0),
      }),
    )
    .output(storeSettings),
  closures: route(
    'GET',
    '/stores/{storeId}/settings/closures',
    'setting.read',
    'Own closures, and the statutory calendar of a year',
  )
    .input(ofStore({ year: z.coerce.number().int().min(2000).max(2100) }))
    .output(
      z.object({
        closures: z.array(closure),
        calendar: z.object({
          published: z.boolean(),
          days: z.array(z.object({ day, kind: z.enum(['holiday', 'make-up']), name: z.string() })),
        }),
      }),
    ),
  addClosure: route('POST', '/stores/{storeId}/settings/closures', 'setting.edit', 'Add a closure')
    .input(ofStore({ day, reason: text(80).min(1) }))
    .output(done),
  removeClosure: route('DELETE', '/stores/{storeId}/settings/closures/{day}', 'setting.edit', 'Take a closure back')
    .input(ofStore({ day }))
    .output(done),
  programmes: route(
    'GET',
    '/stores/{storeId}/settings/programmes',
    'setting.read',
    'Programmes with the store’s values',
  )
    .input(ofStore({}))
    .output(z.array(programmeSettings)),
  updateProgramme: route(
    'PUT',
    '/stores/{storeId}/settings/programmes/{programme}',
    'setting.edit',
    'Change a programme’s values',
  )
    .input(
      ofStore({
        programme: z.string().max(60),
        enabled: z.boolean(),
        values: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
        version: z.number().int().min(0),
      }),
    )
    .output(programmeSettings),
  scriptDrafts: route(
    'GET',
    '/stores/{storeId}/settings/scripts',
    'setting.read',
    'Scripts with versions that wait for approval, by programme',
  )
    .input(ofStore({}))
    .output(z.array(z.object({ programme: z.string(), drafts: z.number() }))),
  scripts: route(
    'GET',
    '/stores/{storeId}/settings/scripts/{programme}',
    'setting.read',
    'Versions of a programme’s script, newest first',
  )
    .input(ofStore({ programme: z.string().max(60) }))
    .output(
      z.object({
        versions: z.array(scriptRow),
        /** The version beside the call: the newest approved one. */
        inUse: z.number(),
        variables: z.array(z.object({ name: z.string(), zh: z.string(), en: z.string(), sample: z.string() })),
      }),
    ),
  saveScript: route(
    'POST',
    '/stores/{storeId}/settings/scripts/{programme}',
    'script.edit',
    'Save a new version of a script; a draft',
  )
    .input(ofStore({ programme: z.string().max(60), body: text(4000).min(1) }))
    .output(scriptRow),
  decideScript: route(
    'POST',
    '/stores/{storeId}/settings/scripts/{programme}/{version}/decision',
    'script.approve',
    'Approve a version of a script or withdraw it; the newest approved one is shown beside the call (CARE-16)',
  )
    .input(
      ofStore({
        programme: z.string().max(60),
        version: z.coerce.number().int().min(1),
        /** As the page saw it. */
        state: z.enum(TEXT_STATES),
        decision: z.enum(TEXT_DECISIONS),
      }),
    )
    .output(scriptRow),
}
