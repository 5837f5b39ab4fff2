import { BlockList, isIP } from 'node:net'
import { Problem } from '../../platform/problem.ts'

/** Addresses that are not out on the internet: what a webhook must not reach through us. */
const inside = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(net, bits, 'ipv6')

/** Whether an address belongs to this machine or a private network. */
export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return inside.check(mapped, 'ipv4')
  const kind = isIP(address)
  return kind === 0 || inside.check(address, kind === 4 ? 'ipv4' : 'ipv6')
}

/** Throws unless the address is https, without a password in it, and does not name this machine or a private network. */
export function requireOutside(url: string, allowLoopback: boolean): void {
  const { protocol, hostname, username, password } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (allowLoopback && host === '127.0.0.1') return
  const named = /(^|\.)(localhost|local|internal|lan|home|intranet)\.?$/i.test(host) || !/[.:]/.test(host)
  if (protocol === 'https:' && !username && !password && !named && !(isIP(host) && isInside(host))) return
  throw new Problem('BAD_REQUEST', 'webhook.url-refused', { field: 'url' })
}
