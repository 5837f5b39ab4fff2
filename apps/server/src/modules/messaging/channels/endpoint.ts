import { BlockList, isIP } from 'node:net'
import { Problem } from '../../../platform/problem.ts'

/** Where clouds answer their own machines with credentials: no private deployment of a provider lives there. */
const ofTheCloud = new BlockList()
ofTheCloud.addSubnet('169.254.0.0', 16, 'ipv4')
ofTheCloud.addSubnet('100.100.100.200', 32, 'ipv4')
ofTheCloud.addSubnet('fe80::', 10, 'ipv6')
ofTheCloud.addAddress('fd00:ec2::254', 'ipv6')

/** Host (with port) and protocol of an address, or of the provider's public one. */
export function endpointParts(given: string, otherwise: string): { host: string; protocol: 'http' | 'https' } {
  if (!given) return { host: otherwise, protocol: 'https' }
  const { host, protocol } = new URL(given)
  return { host, protocol: protocol === 'http:' ? 'http' : 'https' }
}

/** Throws BAD_REQUEST for an address a store must not make this machine call: no host of its own, a password in it, a cloud's inside. */
export function requireEndpoint(field: string, host: string): void {
  const plain = host.replace(/^\[|\]$/g, '').replace(/^::ffff:(?=\d+\.)/i, '')
  const kind = isIP(plain)
  if (kind > 0 && ofTheCloud.check(plain, kind === 4 ? 'ipv4' : 'ipv6'))
    throw new Problem('BAD_REQUEST', 'channel.endpoint-refused', { field })
}
