import type { Mapping } from '@changhui/contract/imports'

/**
 * Job cards of a workshop, one service line a row: dates day-month-year, plates and names masked, no phone, no VIN. A
 * vehicle is what name, plate and model say together.
 */
export const jobcards: Mapping = {
  source: 'jobcards',
  columns: {
    invoice_date: 'completedOn',
    job_card_date: 'arrivedOn',
    business_partner_name: 'name',
    vehicle_no: 'plate',
    vehicle_model: 'model',
    current_km_reading: 'mileageKm',
    invoice_line_text: 'item',
  },
  dateOrder: 'dmy',
  odometerUnit: 'km',
  amountUnit: 'yuan',
  severalLinesPerVisit: true,
  visitKinds: [
    { contains: 'ENGINE OIL', kind: 'maintenance' },
    { contains: '3M OIL', kind: 'maintenance' },
    { contains: 'OIL FILTER', kind: 'maintenance' },
    { contains: 'SERVICE', kind: 'maintenance' },
    { contains: 'INSURANCE', kind: 'claim' },
    { contains: 'WASHING', kind: 'wash' },
    { contains: 'POLISH', kind: 'wash' },
  ],
  defaultVisitKind: 'repair',
  vehicleKey: ['business_partner_name', 'vehicle_no', 'vehicle_model'],
}
