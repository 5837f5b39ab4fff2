import { auditContract } from './audit.ts'
import { careContract } from './care.ts'
import { customersContract } from './customers.ts'
import { importsContract } from './imports.ts'
import { integrationsContract } from './integrations.ts'
import { sessionContract } from './session.ts'
import { settingsContract } from './settings.ts'
import { staffContract } from './staff.ts'
import { vehiclesContract } from './vehicles.ts'

/** The API as one object: handlers, typed client, OpenAPI document and the isolation tests all read it. */
export const contract = {
  session: sessionContract,
  customers: customersContract,
  vehicles: vehiclesContract,
  imports: importsContract,
  care: careContract,
  settings: settingsContract,
  staff: staffContract,
  audit: auditContract,
  integrations: integrationsContract,
}
export type Contract = typeof contract
