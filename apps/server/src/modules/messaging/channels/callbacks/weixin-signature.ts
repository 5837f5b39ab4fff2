import { createHash, timingSafeEqual } from 'node:crypto'
import { decrypt } from '@wecom/crypto'

/** Whether the signature is the SHA-1 of the parts in order, as WeChat and WeCom make it. */
export function isWeixinSigned(signature: string | null, ...parts: readonly string[]): boolean {
  const own = createHash('sha1')
    .update([...parts].sort().join(''))
    .digest()
  const given = Buffer.from(signature ?? '', 'hex')
  return given.length === own.length && timingSafeEqual(own, given)
}

/** The text inside an encrypted call; undefined when it was made with another key or is for somebody else than `receiver`. */
export function openWeixin(encodingAesKey: string, encrypted: string, receiver: string): string | undefined {
  try {
    const { message, id } = decrypt(encodingAesKey, encrypted)
    return id === receiver ? message : undefined
  } catch {
    // another key or a changed text: the library throws whatever comes out of it
    return undefined
  }
}
