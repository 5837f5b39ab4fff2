/**
 * Every role of a dealer (ORG-02); held in a group it is held in each of its stores (ORG-01). `call-centre` is the telephone system,
 * which holds a key and never signs in.
 */
export const roles = [
  'care-agent',
  'care-manager',
  'follow-up-caller',
  'advisor',
  'front-desk-supervisor',
  'insurance-specialist',
  'dispatcher',
  'technician',
  'quality-inspector',
  'parts-clerk',
  'cashier',
  'marketing',
  'general-manager',
  'group-manager',
  'information-clerk',
  'administrator',
  'call-centre',
] as const
export type Role = (typeof roles)[number]

/** What a route may ask for. One word a duty; a route names exactly one. */
export const permissions = [
  'customer.read',
  'customer.edit',
  'customer.export',
  'customer.share',
  'phone.unmask',
  'phone-call.push',
  'recording.listen',
  'import.run',
  'task.work',
  'task.supervise',
  'appointment.read',
  'appointment.edit',
  'message.read',
  'analysis.read',
  'setting.read',
  'setting.edit',
  'script.edit',
  'script.approve',
  'message.send',
  'staff.manage',
  'audit.read',
  'integration.manage',
  'store.manage',
] as const
export type Permission = (typeof permissions)[number]

const read: readonly Permission[] = ['customer.read', 'appointment.read', 'setting.read']
const caller: readonly Permission[] = [
  ...read,
  'customer.edit',
  'phone.unmask',
  'task.work',
  'appointment.edit',
  'message.read',
]
const manager: readonly Permission[] = [
  ...caller,
  'recording.listen',
  'customer.export',
  'customer.share',
  'import.run',
  'task.supervise',
  'analysis.read',
  'setting.edit',
  'script.edit',
  'script.approve',
  'message.send',
  'audit.read',
]

/** The one table of who may do what. Least privilege: what is not listed is refused (SEC-01). */
export const grants: Readonly<Record<Role, readonly Permission[]>> = {
  // a draft changes nothing a customer hears: the care manager approves it (CARE-16)
  'care-agent': [...caller, 'script.edit'],
  'care-manager': manager,
  'follow-up-caller': caller,
  advisor: caller,
  'front-desk-supervisor': [...caller, 'task.supervise', 'analysis.read'],
  'insurance-specialist': caller,
  dispatcher: read,
  technician: ['setting.read'],
  'quality-inspector': read,
  'parts-clerk': ['setting.read', 'appointment.read'],
  cashier: read,
  marketing: [...read, 'customer.export', 'analysis.read', 'message.read'],
  'general-manager': [...manager, 'staff.manage'],
  'group-manager': [...read, 'task.supervise', 'analysis.read', 'audit.read'],
  'information-clerk': [...read, 'customer.edit', 'customer.export', 'customer.share', 'import.run'],
  administrator: [...permissions],
  'call-centre': ['phone-call.push'],
}

/** Whether any of the roles a person holds in a store carries the permission. */
export function may(held: readonly Role[], permission: Permission): boolean {
  return held.some((role) => grants[role].includes(permission))
}

/** The roles a person can hold: the telephone system's is for keys alone. */
export const staffRoles = roles.filter((role): role is Exclude<Role, 'call-centre'> => role !== 'call-centre')

export type LandingPage = 'calls' | 'board' | 'customers' | 'imports' | 'analysis' | 'settings' | 'appointments'

/** The page a role starts its day on (ORG-02): one it may open. */
export function landingPage(held: readonly Role[]): LandingPage {
  const first = (...wanted: Role[]) => wanted.some((role) => held.includes(role))
  if (first('care-manager', 'front-desk-supervisor')) return 'board'
  if (first('general-manager', 'group-manager', 'marketing')) return 'analysis'
  if (first('care-agent', 'follow-up-caller', 'insurance-specialist', 'advisor')) return 'calls'
  if (first('information-clerk')) return 'imports'
  if (first('administrator')) return 'settings'
  if (first('dispatcher', 'quality-inspector', 'parts-clerk', 'cashier')) return 'appointments'
  return may(held, 'customer.read') ? 'customers' : 'settings'
}
