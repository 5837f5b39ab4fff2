import { type ChannelProvider, channelProviders } from '@changhui/contract/channels'
import type { Seal } from '../../../platform/auth/seal.ts'

/** Whose account a callback is for. */
export interface CallbackPlace {
  readonly provider: ChannelProvider
  readonly storeId: string
  readonly accountId: string
}

export const callbackPrefix = '/api/callbacks/'

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex')
const uuidOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const textOf = ({ provider, storeId, accountId }: CallbackPlace) => `callback|${provider}|${storeId}|${accountId}`

/**
 * The address a provider reports to. It names store and account and carries 24 bytes only this installation can make, so a guessed
 * one is turned away without a look at the database. An account that is removed takes its address along.
 */
export function callbackPath(seal: Seal, place: CallbackPlace): string {
  const token = Buffer.concat([bytesOf(place.storeId), bytesOf(place.accountId), seal.mark(textOf(place))])
  return `${callbackPrefix}${place.provider}/${token.toString('base64url')}`
}

/** Reads the path of a callback; undefined for one this installation did not make. `rest` is what stands behind the token. */
export function readCallbackPath(seal: Seal, path: string): (CallbackPlace & { rest: string }) | undefined {
  const [, given, token, rest = ''] = /^\/api\/callbacks\/([a-z]+)\/([A-Za-z0-9_-]{75})(\/[a-z]+)?$/.exec(path) ?? []
  const provider = channelProviders.find((one) => one === given)
  if (!provider || !token) return undefined
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 56) return undefined
  const place = { provider, storeId: uuidOf(bytes.subarray(0, 16)), accountId: uuidOf(bytes.subarray(16, 32)) }
  return seal.isMark(textOf(place), bytes.subarray(32)) ? { ...place, rest } : undefined
}

const leaveText = (storeId: string, address: string) => `leave|${storeId}|${address}`

/** Proves that a link to leave was sent to this address. */
export const leaveMark = (seal: Seal, storeId: string, address: string): string =>
  seal.mark(leaveText(storeId, address)).toString('base64url')

export const isLeaveMark = (seal: Seal, storeId: string, address: string, mark: string): boolean =>
  seal.isMark(leaveText(storeId, address), Buffer.from(mark, 'base64url'))
