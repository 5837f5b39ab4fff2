import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { factsChanged } from '../care/service.ts'
import type { Chance } from './chance.ts'

/** On a day so many of those who are being reminded have seen to it. */
const DAILY = { 'insurance-renewal': 0.03, inspection: 0.04 } as const

/** What owners do at insurers and test stations: policies move on by a year, inspections are passed, and the reminders end. */
export async function papersMove(scope: Scope, dice: Chance): Promise<void> {
  const open = await scope.tx
    .selectFrom('task')
    .select(['programme', 'vehicleId', 'dueOn'])
    .where('storeId', '=', scope.storeId)
    .where('programme', 'in', Object.keys(DAILY))
    .where('state', 'in', ['open', 'attempting'])
    .orderBy('id')
    .execute()
  const done = open.filter((one) => dice.yes(DAILY[one.programme as keyof typeof DAILY]))
  const cars = (programme: keyof typeof DAILY) =>
    done.flatMap((one) => (one.programme === programme && one.vehicleId ? [one.vehicleId] : []))
  const [renewed, inspected] = [cars('insurance-renewal'), cars('inspection')]
  if (renewed.length + inspected.length === 0) return
  const store = sql`store_id = ${scope.storeId}::uuid`
  await sql`
    UPDATE vehicle SET compulsory_expiry_on = (compulsory_expiry_on + interval '1 year')::date,
      commercial_expiry_on = (commercial_expiry_on + interval '1 year')::date
    WHERE ${store} AND id = ANY (${renewed}::uuid[])`.execute(scope.tx)
  await sql`UPDATE vehicle SET inspected_on = ${scope.today.toString()}::date WHERE ${store} AND id = ANY (${inspected}::uuid[])`.execute(
    scope.tx,
  )
  await factsChanged(scope, { vehicleIds: [...new Set([...renewed, ...inspected])] })
}
