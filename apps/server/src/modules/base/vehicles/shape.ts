import type { Vehicle, visit } from '@changhui/contract/vehicles'
import { normalisePlate } from '@changhui/rules/plate'
import { normaliseVin } from '@changhui/rules/vin'
import type { z } from 'zod'
import type { ReadingRow } from './facts-store.ts'
import type { VehicleRow, VisitRow } from './store.ts'

/** A vehicle as pages get it; readings newest first. */
export function toVehicle(row: VehicleRow, readings: readonly ReadingRow[], due: Vehicle['due']): Vehicle {
  const vin = row.vin === null ? null : normaliseVin(row.vin)
  const plate = row.plate === null ? null : normalisePlate(row.plate)
  return {
    id: row.id,
    ownerId: row.ownerId,
    driverId: row.driverId,
    senderId: row.senderId,
    vin: row.vin,
    vinWarning: vin !== null && (!vin.ok || vin.warnings.length > 0),
    plate: row.plate,
    plateWarning: plate !== null && (!plate.ok || plate.warnings.length > 0),
    brand: row.brand,
    series: row.series,
    model: row.model,
    energy: row.energy as Vehicle['energy'],
    purpose: row.purpose as Vehicle['purpose'],
    state: row.state as Vehicle['state'],
    deliveredOn: row.deliveredOn,
    intervalMonths: row.intervalMonths,
    intervalKm: row.intervalKm,
    warrantyEndOn: row.warrantyEndOn,
    warrantyEndKm: row.warrantyEndKm,
    inspectionDueOn: row.inspectionDueOn,
    registeredOn: row.registeredOn,
    madeOn: row.madeOn,
    inspectedOn: row.inspectedOn,
    seats: row.seats,
    inspectionCategory: row.inspectionCategory as Vehicle['inspectionCategory'],
    inspectionException: row.inspectionException as Vehicle['inspectionException'],
    compulsoryInsurer: row.compulsoryInsurer,
    compulsoryExpiryOn: row.compulsoryExpiryOn,
    commercialInsurer: row.commercialInsurer,
    commercialExpiryOn: row.commercialExpiryOn,
    odometerKm: row.odometerKm,
    odometerOn: row.odometerOn,
    lastVisitOn: row.lastVisitOn,
    readings: readings
      .map((one) => ({ id: one.id, readOn: one.readOn, km: one.km, source: one.source, refused: one.refused }))
      .reverse(),
    due,
    version: row.version,
  }
}

export function toVisit(row: VisitRow): z.infer<typeof visit> {
  return {
    id: row.id,
    vehicleId: row.vehicleId,
    orderNo: row.orderNo,
    arrivedOn: row.arrivedOn,
    completedOn: row.completedOn,
    kind: row.kind as z.infer<typeof visit>['kind'],
    mileageKm: row.mileageKm,
    advisor: row.advisor,
    technician: row.technician,
    lines: row.lines as z.infer<typeof visit>['lines'],
    totalFen: row.totalFen,
  }
}
