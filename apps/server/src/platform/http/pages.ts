import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
const packs = (type: string) => /^text\/|json|javascript|svg/.test(type)

interface Page {
  readonly type: string
  readonly etag: string
  readonly body: Uint8Array<ArrayBuffer>
  /** Named by its content, so it may be kept for ever. */
  readonly immutable: boolean
  readonly packed: Map<string, Promise<Uint8Array<ArrayBuffer>>>
}

const unbuilt = `<!doctype html><meta charset="utf-8"><title>Changhui</title>
<p>页面尚未构建，请在项目目录运行 <code>npm run build</code> 后刷新。</p>
<p>The pages are not built yet. Run <code>npm run build</code> in the project folder, then reload.</p>`

const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
const pack = {
  br: (body: Uint8Array) => promisify(brotliCompress)(body, brotliOptions),
  gzip: (body: Uint8Array) => promisify(gzip)(body, { level: 8 }),
}

/**
 * The built console out of memory: a few megabytes, packed once on first request. Any path without a file extension that is
 * no file is a page of the console itself and gets index.html.
 */
export function createPages(folder: string): (request: Request) => Promise<Response> {
  let loading: Promise<ReadonlyMap<string, Page>> | undefined

  async function pages() {
    loading ??= loadPages(folder)
    const loaded = await loading
    // built after the start: look again
    if (!loaded.has('/index.html')) loading = undefined
    return loaded
  }

  return async (request) => {
    const path = decodedPath(request.url)
    const loaded = await pages()
    const page = loaded.get(path) ?? (extname(path) === '' ? loaded.get('/index.html') : undefined)
    if (!page) {
      const missing = !loaded.has('/index.html') && extname(path) === ''
      const headers = { 'content-type': missing ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8' }
      return new Response(missing ? unbuilt : 'not found', { status: missing ? 503 : 404, headers })
    }
    const headers = new Headers({
      'content-type': page.type,
      etag: page.etag,
      'cache-control': page.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
    })
    if (request.headers.get('if-none-match')?.includes(page.etag)) return new Response(null, { status: 304, headers })
    const encoding = packs(page.type) ? encodingFor(request.headers.get('accept-encoding')) : undefined
    if (!encoding) return new Response(page.body, { headers })
    headers.set('content-encoding', encoding)
    return new Response(await packed(page, encoding), { headers })
  }
}

function packed(page: Page, encoding: 'br' | 'gzip'): Promise<Uint8Array<ArrayBuffer>> {
  const found = page.packed.get(encoding)
  if (found) return found
  const made = pack[encoding](page.body).then((body) => new Uint8Array(body))
  page.packed.set(encoding, made)
  return made
}

function encodingFor(accepted: string | null): 'br' | 'gzip' | undefined {
  if (accepted === null) return undefined
  const offers = accepted.split(',').filter((one) => !/;\s*q=0(\.0*)?\s*$/.test(one))
  const has = (name: string) => offers.some((one) => one.split(';')[0]?.trim() === name)
  return has('br') ? 'br' : has('gzip') ? 'gzip' : undefined
}

function decodedPath(url: string): string {
  const { pathname } = new URL(url)
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}

async function loadPages(folder: string): Promise<ReadonlyMap<string, Page>> {
  const loaded = new Map<string, Page>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = resolve(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    const body = new Uint8Array(await readFile(file))
    loaded.set(path, {
      type: types[extname(path)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      body,
      immutable: path.startsWith('/assets/'),
      packed: new Map(),
    })
  }
  return loaded
}
