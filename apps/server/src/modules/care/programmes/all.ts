import type { Programme } from '../engine/programme.ts'
import { birthday } from './birthday.ts'
import { birthdayMessage } from './birthday-message.ts'
import { complaint } from './complaint.ts'
import { festival } from './festival.ts'
import { firstService } from './first-service.ts'
import { inspection } from './inspection.ts'
import { insuranceRenewal } from './insurance-renewal.ts'
import { newCarInvitation } from './new-car-invitation.ts'
import { numberCorrection } from './number-correction.ts'
import { ownerClass } from './owner-class.ts'
import { proactiveBooking } from './proactive-booking.ts'
import { regularService } from './regular-service.ts'
import { secondService } from './second-service.ts'
import { thirdServiceLock } from './third-service-lock.ts'
import { useTips } from './use-tips.ts'
import { waitingNewCar } from './waiting-new-car.ts'
import { warrantyExpiry } from './warranty-expiry.ts'
import { weather } from './weather.ts'
import { welcome } from './welcome.ts'

/** Every kind of care there is, in the order of planning. Adding one = adding one file and its line here. */
export const programmes: readonly Programme[] = [
  firstService,
  secondService,
  thirdServiceLock,
  // before the programme whose rounds it shares
  proactiveBooking,
  regularService,
  warrantyExpiry,
  inspection,
  insuranceRenewal,
  birthday,
  birthdayMessage,
  festival,
  weather,
  useTips,
  waitingNewCar,
  newCarInvitation,
  welcome,
  ownerClass,
  numberCorrection,
  complaint,
]

/** The programme of a key; throws for a key no task can carry. */
export function programmeOf(key: string): Programme {
  const programme = programmes.find((one) => one.key === key)
  if (!programme) throw new Error(`no programme ${key}`)
  return programme
}

/** The programmes whose tasks are no calls. */
export const deskWork: readonly string[] = programmes.filter((one) => one.work !== 'call').map((one) => one.key)

/** The programmes whose tasks are flags for the reception. */
export const receptionWork: readonly string[] = programmes
  .filter((one) => one.work === 'reception')
  .map((one) => one.key)
