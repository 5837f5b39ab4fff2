import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Prints what the browser must load before the first page can show: the entry and its static imports, gzipped. */
interface Chunk {
  file: string
  isEntry?: boolean
  imports?: string[]
  css?: string[]
}
const dist = join(import.meta.dirname, 'dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
const seen = new Set<string>()
const files = new Set<string>()
function take(key: string) {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return
  seen.add(key)
  files.add(chunk.file)
  for (const style of chunk.css ?? []) files.add(style)
  for (const next of chunk.imports ?? []) take(next)
}
for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) take(key)
const sizes = [...files].map((file) => ({ file, gz: gzipSync(readFileSync(join(dist, file)), { level: 9 }).length }))
const kb = (end: string) =>
  Math.round(sizes.filter((one) => one.file.endsWith(end)).reduce((sum, one) => sum + one.gz, 0) / 102.4) / 10
console.log(
  JSON.stringify({
    bench: 'console-size',
    firstLoadJsGzKb: kb('.js'),
    firstLoadCssGzKb: kb('.css'),
    files: sizes.length,
    aimKb: 350,
  }),
)
process.exitCode = kb('.js') <= 350 ? 0 : 1
