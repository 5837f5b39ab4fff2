import type { Programme } from '../engine/programme.ts'
import { complaint } from './complaint.ts'
import { numberCorrection } from './number-correction.ts'
import { regularService } from './regular-service.ts'

/** Every kind of care there is. Adding one = adding one file and its line here. */
export const programmes: readonly Programme[] = [regularService, numberCorrection, complaint]

/** The programme of a key; throws for a key no task can carry. */
export function programmeOf(key: string): Programme {
  const programme = programmes.find((one) => one.key === key)
  if (!programme) throw new Error(`no programme ${key}`)
  return programme
}

/** The programmes whose tasks are no calls. */
export const deskWork: readonly string[] = programmes.filter((one) => one.work !== 'call').map((one) => one.key)
