import type { Role } from '@changhui/rules/permissions'

/** The sign-ins of the demo store, offered on the sign-in page while the database holds nothing but the demo. */
export const demoPassword = 'changhui-demo'
export const demoAccounts = [
  { username: 'agent', role: 'care-agent' },
  { username: 'manager', role: 'care-manager' },
  { username: 'clerk', role: 'information-clerk' },
  { username: 'gm', role: 'general-manager' },
  { username: 'admin', role: 'administrator' },
] as const satisfies readonly { username: string; role: Role }[]
