import { audiencesContract } from './audiences.ts'
import { auditContract } from './audit.ts'
import { baseAnalysisContract } from './base-analysis.ts'
import { callCentreContract } from './callcentre.ts'
import { careContract } from './care.ts'
import { channelsContract } from './channels.ts'
import { customersContract } from './customers.ts'
import { importsContract } from './imports.ts'
import { insuranceContract } from './insurance.ts'
import { integrationsContract } from './integrations.ts'
import { messagesContract } from './messages.ts'
import { newCarsContract } from './new-cars.ts'
import { qualityContract } from './quality.ts'
import { registerContract } from './register.ts'
import { sessionContract } from './session.ts'
import { settingsContract } from './settings.ts'
import { sharingContract } from './sharing.ts'
import { staffContract } from './staff.ts'
import { templatesContract } from './templates.ts'
import { vehiclesContract } from './vehicles.ts'
import { weatherContract } from './weather.ts'

/** The API as one object: handlers, typed client, OpenAPI document and the isolation tests all read it. */
export const contract = {
  session: sessionContract,
  customers: customersContract,
  vehicles: vehiclesContract,
  imports: importsContract,
  quality: qualityContract,
  sharing: sharingContract,
  baseAnalysis: baseAnalysisContract,
  care: careContract,
  callCentre: callCentreContract,
  insurance: insuranceContract,
  register: registerContract,
  newCars: newCarsContract,
  weather: weatherContract,
  messages: messagesContract,
  templates: templatesContract,
  audiences: audiencesContract,
  settings: settingsContract,
  staff: staffContract,
  audit: auditContract,
  integrations: integrationsContract,
  channels: channelsContract,
}
export type Contract = typeof contract
