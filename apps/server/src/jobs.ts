import { DEFAULT_HOURS, dayKind, momentAt } from '@changhui/rules/calendar'
import { forgetOldImports } from './modules/base/imports/forget.ts'
import { goOnWithImports } from './modules/base/imports/jobs.ts'
import { shareLastMonth } from './modules/base/sharing/service.ts'
import { workNotices } from './modules/care/notices/work.ts'
import { calendarOf, planStore, tasksStillOwed } from './modules/care/service.ts'
import { monthlyInsuranceWork } from './modules/insurance/service.ts'
import { deliverWebhooks } from './modules/integrations/deliver.ts'
import { forgetOld, handOverEvents } from './modules/integrations/service.ts'
import { goOnWithNotices } from './modules/messaging/audience/work.ts'
import { channelsOf, deliverDue } from './modules/messaging/service.ts'
import { listStaff } from './modules/staff/service.ts'
import { listStores, type StoreRow } from './modules/stores/service.ts'
import { pollWeather } from './modules/weather/service.ts'
import type { Platform } from './platform/http/context.ts'
import type { JobDefinition } from './platform/jobs.ts'
import { type Log, loggable } from './platform/log.ts'
import { type Scope, systemActor, withStore } from './platform/scope.ts'

/** What the server does by itself. */
export const jobs: readonly JobDefinition[] = [
  { name: 'care.plan', cron: '* * * * *', atStart: true, run: planWhatIsDue },
  { name: 'events.hand-over', cron: '* * * * *', atStart: true, run: handOverAndDeliver },
  { name: 'care.notices', cron: '* * * * *', atStart: true, run: goOnWithCareNotices },
  { name: 'weather.poll', cron: '*/10 * * * *', atStart: true, run: askForWeather },
  { name: 'messages.deliver', cron: '* * * * *', atStart: true, run: sendMessages },
  { name: 'imports.go-on', cron: '* * * * *', atStart: true, run: goOn },
  { name: 'audiences.go-on', cron: '* * * * *', atStart: true, run: queueNotices },
  { name: 'vehicles.share', cron: '11 * * * *', atStart: true, run: shareNewVehicles },
  { name: 'insurance.audit', cron: '23 * * * *', atStart: true, run: drawRenewalCalls },
  { name: 'tidy', cron: '17 18 * * *', run: tidy },
]

/** Keeps delivered events, and sessions nobody can use any more, for so many days. */
const keptDays = 30
/** Refused rows of an import are corrected within days; after so many nobody needs them. */
const importDays = 90

/** Does `work` store by store, `atOnce` at a time; one that fails is logged and tried again with the job, the others go on. */
async function eachStore(
  platform: Platform,
  log: Log,
  work: (store: StoreRow) => Promise<void>,
  atOnce = 1,
): Promise<void> {
  let failed: unknown
  const waiting = (await listStores(platform.db)).values()
  const next = async () => {
    for (const store of waiting) {
      try {
        await work(store)
      } catch (error) {
        log.error({ storeId: store.id, error: loggable(error) }, 'job failed in a store')
        failed = error
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (failed !== undefined) throw failed
}

const inStoreOf = <T>(platform: Platform, store: StoreRow, work: (scope: Scope) => Promise<T>) =>
  withStore(platform.pool, platform.clock, store, systemActor, work)

/**
 * Plans each store's day once its doors open there, or later when nothing ran at that time. Asked every minute, so that a
 * new store and changed hours need no schedule of their own.
 */
export function planWhatIsDue(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, (store) =>
    inStoreOf(platform, store, async (scope) => {
      const run = await scope.tx
        .selectFrom('planRun')
        .select('ranAt')
        .where('storeId', '=', scope.storeId)
        .where('day', '=', scope.today.toString())
        .limit(1)
        .executeTakeFirst()
      if (run) return
      const calendar = await calendarOf(scope)
      // a closed day is planned too: its tasks wait for the next open one
      const opens = dayKind(scope.today, calendar).hours?.from ?? DEFAULT_HOURS.week[0]?.from ?? '08:30'
      if (Temporal.Instant.compare(scope.now, momentAt(scope.today, opens, calendar)) < 0) return
      const counts = await planStore(scope, scope.today)
      log.info({ storeId: store.id, day: scope.today.toString(), counts }, 'day planned')
    }),
  )
}

/** Hands events over to webhooks and sends what is due. */
function handOverAndDeliver(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, async (store) => {
    while ((await inStoreOf(platform, store, handOverEvents)) > 0);
    while ((await deliverWebhooks(platform, store)) > 0);
  })
}

/** Turns care that is a message into messages, and lets its tasks follow what became of them. */
export function goOnWithCareNotices(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, async (store) => {
    const count = await workNotices(platform, store)
    if (Object.values(count).some((n) => n > 0)) log.info({ storeId: store.id, count }, 'notices worked on')
  })
}

/** Asks every store's weather provider; one that cannot be reached is noted on the page and asked again with the next run. */
function askForWeather(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, async (store) => {
    const problem = await pollWeather(platform, store)
    if (problem) log.warn({ storeId: store.id, problem }, 'weather provider not read')
  })
}

/** Sends the messages that are due. */
export function sendMessages(platform: Platform, log: Log): Promise<void> {
  const send = async (store: StoreRow) => {
    const adapters = await channelsOf(platform, store)
    const count = await deliverDue(platform, store, { adapters, stillOwed: tasksStillOwed })
    if (Object.values(count).some((n) => n > 0)) log.info({ storeId: store.id, count }, 'messages delivered')
  }
  // a store whose provider does not answer must not hold up the others
  return eachStore(platform, log, send, 4)
}

/** Imports that a process left behind. */
function goOn(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, (store) => goOnWithImports(platform, store, log))
}

/** One-off notices whose messages are not all queued. */
function queueNotices(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, (store) => goOnWithNotices(platform, store))
}

/** From the 1st on shares last month's new vehicles out, and every hour those whose delivery came in since. */
export function shareNewVehicles(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, async (store) => {
    const staff = await listStaff(platform, store.id)
    const done = await inStoreOf(platform, store, (scope) => shareLastMonth(scope, staff))
    if (done.given > 0) log.info({ storeId: store.id, ...done }, 'new vehicles shared out')
  })
}

/** Last month's renewal calls to be listened to, drawn on the 1st, or when a server that was down is there again (CARE-06). */
function drawRenewalCalls(platform: Platform, log: Log): Promise<void> {
  return eachStore(platform, log, async (store) => {
    if (await inStoreOf(platform, store, monthlyInsuranceWork)) log.info({ storeId: store.id }, 'renewal calls drawn')
  })
}

/** Throws away what nobody needs any more. */
export async function tidy(platform: Platform, log: Log): Promise<void> {
  const before = platform.clock
    .now()
    .subtract({ hours: keptDays * 24 })
    .toString()
  await platform.db.deleteFrom('authSession').where('expiresAt', '<', before).execute()
  await platform.db.deleteFrom('authVerification').where('expiresAt', '<', before).execute()
  await eachStore(platform, log, async (store) => {
    await inStoreOf(platform, store, (scope) => forgetOld(scope, keptDays))
    await forgetOldImports(platform, store, importDays)
  })
}
