import type { Role } from '@changhui/rules/permissions'

/** The one password of everybody who can sign in to the demo store. */
export const demoPassword = 'demo-changhui-2026'

/** Everybody who can sign in to the demo store: made with it, and offered on the sign-in page. */
export const demoStaff = [
  { name: '演示客服小林', username: 'agent1', roles: ['care-agent'] },
  { name: '演示客服小周', username: 'agent2', roles: ['care-agent'] },
  { name: '演示客服经理', username: 'manager', roles: ['care-manager'] },
  { name: '演示服务顾问', username: 'advisor', roles: ['advisor'] },
  { name: '演示续保专员', username: 'insurance', roles: ['insurance-specialist'] },
  { name: '演示信息员', username: 'clerk', roles: ['information-clerk'] },
  { name: '演示总经理', username: 'gm', roles: ['general-manager'] },
  { name: '演示管理员', username: 'admin', roles: ['administrator'] },
] as const satisfies readonly { name: string; username: string; roles: readonly Role[] }[]
