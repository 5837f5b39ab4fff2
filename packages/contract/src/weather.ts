import { ALERT_LEVELS } from '@changhui/rules/weather'
import { z } from 'zod'
import { flag, id, instant, ofStore, route, text } from './meta.ts'

const level = z.enum(ALERT_LEVELS)
export const weatherAlert = z.object({
  id,
  source: z.enum(['provider', 'hand']),
  area: z.string(),
  kind: z.string(),
  level,
  status: z.enum(['issued', 'updated', 'lifted']),
  title: z.string(),
  issuedAt: z.string(),
  endsAt: z.string(),
  liftedAt: z.string().nullable(),
  inForce: z.boolean(),
  /** Customers whose region it reaches. */
  touched: z.number(),
  /** Notices of it: planned in all, and sent. */
  notices: z.number(),
  sent: z.number(),
})
/** How the provider was last asked. */
export const weatherSource = z.object({
  provider: z.enum(['none', 'qweather']),
  checkedAt: z.string().nullable(),
  /** Why the last try failed; null = it worked. */
  problem: z.string().nullable(),
  /** Sources the provider wants named beside its data. */
  attributions: z.array(z.string()),
  /** The store's region is needed to tell whom a warning reaches. */
  regionKnown: z.boolean(),
})
export const weatherSettings = z.object({
  provider: z.enum(['none', 'qweather']),
  host: z.string(),
  /** The key itself never leaves the server. */
  keySet: z.boolean(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  region: z.string(),
  version: z.number(),
})

/** Festivals and weather of a month against the least number of notices (CARE-08). */
export const noticeMonth = z.object({
  month: z.string(),
  least: z.number(),
  /** Occasions of which somebody heard. */
  done: z.number(),
  /** Those and the ones still to come. */
  planned: z.number(),
  missing: z.number(),
  festivals: z.array(
    z.object({
      day: z.string(),
      zh: z.string(),
      en: z.string(),
      sent: z.number(),
      waiting: z.number(),
      state: z.enum(['sent', 'coming', 'missed']),
    }),
  ),
  weather: z.array(z.object({ kind: z.string(), day: z.string(), sent: z.number(), waiting: z.number() })),
})

export const weatherContract = {
  notices: route(
    'GET',
    '/stores/{storeId}/notices',
    'task.supervise',
    'Notices of a month: sent, planned, still needed',
  )
    .input(
      ofStore({
        month: z
          .string()
          .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
          .optional(),
      }),
    )
    .output(noticeMonth),
  alerts: route('GET', '/stores/{storeId}/weather/alerts', 'task.supervise', 'Weather warnings, newest first (CARE-08)')
    .input(ofStore({ all: flag.default(false) }))
    .output(z.object({ rows: z.array(weatherAlert), source: weatherSource })),
  addAlert: route(
    'POST',
    '/stores/{storeId}/weather/alerts',
    'task.supervise',
    'Enter a warning by hand and plan its notices',
  )
    .input(
      ofStore({
        area: text(60).min(2),
        kind: text(10).min(1),
        level,
        title: text(120).optional(),
        issuedAt: instant.optional(),
        endsAt: instant,
      }),
    )
    .output(weatherAlert),
  liftAlert: route(
    'POST',
    '/stores/{storeId}/weather/alerts/{alertId}/lift',
    'task.supervise',
    'Lift a warning: notices not sent yet are withdrawn',
  )
    .input(ofStore({ alertId: id }))
    .output(weatherAlert),
  check: route('POST', '/stores/{storeId}/weather/check', 'task.supervise', 'Ask the provider now')
    .input(ofStore({}))
    .output(weatherSource),
  settings: route(
    'GET',
    '/stores/{storeId}/weather/settings',
    'setting.read',
    'Weather provider and the store’s region',
  )
    .input(ofStore({}))
    .output(weatherSettings),
  updateSettings: route(
    'PUT',
    '/stores/{storeId}/weather/settings',
    'setting.edit',
    'Change the weather provider and the store’s region',
  )
    .input(
      ofStore({
        provider: z.enum(['none', 'qweather']),
        host: text(120),
        /** Missing: the key stays as it is. */
        key: text(200).min(8).optional(),
        latitude: z.number().min(-90).max(90).nullable(),
        longitude: z.number().min(-180).max(180).nullable(),
        region: text(60),
        version: z.number().int().min(0),
      }),
    )
    .output(weatherSettings),
}
