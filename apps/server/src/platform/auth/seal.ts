import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import { readHttpSettings } from '../http/settings.ts'
import { sessionSecret } from './secret.ts'

/** Keeps what must be read again by this installation and by nobody else: secrets of providers, addresses nobody can guess. */
export interface Seal {
  /** AES-256-GCM. `place` (which row, which column) is bound in: a sealed text moved elsewhere does not open. */
  close(place: string, plain: string): string
  /** undefined when it was sealed with another key or for another place, or was changed. */
  open(place: string, sealed: string): string | undefined
  /** 24 bytes that only this installation can make for `text`. */
  mark(text: string): Buffer
  isMark(text: string, given: Buffer): boolean
}

/** A seal with keys derived from `secret` by HKDF, apart from the one that signs cookies. */
export function createSeal(secret: string): Seal {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', secret, 'changhui', use, 32))
  const key = derive('seal v1')
  const markKey = derive('mark v1')
  const mark = (text: string) => createHmac('sha256', markKey).update(text).digest().subarray(0, 24)
  return {
    close: (place, plain) => {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open: (place, sealed) => {
      const bytes = Buffer.from(sealed.slice(3), 'base64url')
      if (!sealed.startsWith('v1.') || bytes.length < 28) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(12, 28))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
      } catch {
        // the tag does not fit: another key or place, or a changed text; the caller says which way out there is
        return undefined
      }
    },
    mark,
    isMark: (text, given) => given.length === 24 && timingSafeEqual(mark(text), given),
  }
}

const seals = new Map<string, Seal>()

/**
 * The seal of this installation: from CHANGHUI_SECRET, else from the secret in the data folder. Several machines on one
 * database need the same CHANGHUI_SECRET, or one cannot open what another sealed.
 */
export function sealOf(config: Config): Seal {
  const secret = sessionSecret(config.dataDir, readHttpSettings(config.root).secret)
  const known = seals.get(secret)
  if (known) return known
  const made = createSeal(secret)
  seals.set(secret, made)
  return made
}
