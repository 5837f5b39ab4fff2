import { type RawBuilder, sql } from 'kysely'
import { programmes } from '../programmes/all.ts'

const spokenOf = programmes
  .filter(({ work, purpose, subject }) => subject === 'vehicle' && purpose === 'reminder' && work !== 'message')
  .map((one) => one.key)

/**
 * What the reception speaks of when the car of an appointment `a` is there: its reminders still open (CARE-03) and the third-service
 * lock (CARE-02), as programme keys. Nothing for a visit that was called off.
 */
export const receptionFlags: RawBuilder<string[]> = sql<string[]>`ARRAY(
  SELECT DISTINCT t.programme FROM task t
  WHERE t.store_id = a.store_id AND t.vehicle_id = a.vehicle_id AND t.state IN ('open', 'attempting')
    AND t.programme = ANY (${spokenOf}::text[]) AND a.state <> 'cancelled'
  ORDER BY t.programme)`
