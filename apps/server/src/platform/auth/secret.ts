import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * The secret that signs session cookies: `given` when the operator set one (at least 32 characters; needed when several
 * machines serve together), else one kept in the data folder, made at the first start and readable by its owner only.
 */
export function sessionSecret(dataDir: string, given: string | undefined): string {
  if (given !== undefined) {
    if (given.length >= 32) return given
    throw new Error('CHANGHUI_SECRET 至少 32 个字符 / CHANGHUI_SECRET needs at least 32 characters')
  }
  const path = resolve(dataDir, 'session-secret')
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true })
    const mine = `${path}.${process.pid}`
    writeFileSync(mine, randomBytes(32).toString('base64url'), { mode: 0o600 })
    try {
      // a link fails when another process was first, where a rename would throw that one's secret away
      linkSync(mine, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(mine, { force: true })
    }
  }
  return readFileSync(path, 'utf8').trim()
}
