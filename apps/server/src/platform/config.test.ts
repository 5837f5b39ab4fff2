import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ConfigError, loadConfig } from './config.ts'

const root = mkdtempSync(resolve(tmpdir(), 'changhui-config-'))
afterAll(() => rmSync(root, { recursive: true }))

test('without anything the defaults hold', () => {
  const config = loadConfig({}, resolve(root, 'nowhere'))
  expect(config).toMatchObject({ port: 3000, dataDir: resolve(root, 'nowhere/.data'), databaseUrl: undefined })
  expect(config.sources).toEqual({ PORT: 'default', CHANGHUI_DATA: 'default', DATABASE_URL: 'default' })
})

test('.env counts, the environment wins, and each value knows where it came from', () => {
  writeFileSync(
    resolve(root, '.env'),
    'PORT=4000\nCHANGHUI_DATA="data here"\nDATABASE_URL=postgresql://u:p@h/d # ours\n',
  )
  const config = loadConfig({ PORT: '4001' }, root)
  expect(config.port).toBe(4001)
  expect(config.dataDir).toBe(resolve(root, 'data here'))
  expect(config.databaseUrl).toBe('postgresql://u:p@h/d')
  expect(config.sources).toEqual({ PORT: 'environment', CHANGHUI_DATA: '.env', DATABASE_URL: '.env' })
})

test('an empty variable puts .env out of force', () => {
  const config = loadConfig({ DATABASE_URL: '' }, root)
  expect(config.databaseUrl).toBeUndefined()
  expect(config.sources.DATABASE_URL).toBe('default')
})

test.each(['http', '65536', '-1', '30.5', '1e3'])('PORT=%s is refused by name', (PORT) => {
  expect(() => loadConfig({ PORT }, resolve(root, 'nowhere'))).toThrow(ConfigError)
})

test('a DATABASE_URL of another kind is refused without repeating it', () => {
  const DATABASE_URL = 'mysql://root:secret@h/d'
  expect(() => loadConfig({ DATABASE_URL }, root)).toThrow(/DATABASE_URL/)
  expect(() => loadConfig({ DATABASE_URL }, root)).not.toThrow(/secret/)
})
