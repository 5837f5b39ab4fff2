/**
 * What other areas may use of vehicles. It knows nothing of tasks: whoever changes facts tells the care area, which
 * itself recalculates vehicles through here.
 */
export { type RefusedReading, refreshVehicles } from './refresh.ts'
