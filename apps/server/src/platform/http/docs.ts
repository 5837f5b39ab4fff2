import { docsPage } from './docs-page.ts'
import type { Gateway } from './gateway.ts'
import { openApiDocument } from './openapi.ts'

/** `/api/openapi.json` and `/api/docs`, both made from the contract at the first request. */
export function addDocs(app: Gateway, version: string): void {
  let made: Promise<{ json: string; page: string }> | undefined
  const document = () => {
    made ??= openApiDocument(version).then((one) => ({ json: JSON.stringify(one), page: docsPage(one) }))
    return made
  }
  const kept = { 'cache-control': 'no-cache' }
  app.get('/api/openapi.json', async (c) =>
    c.body((await document()).json, 200, { 'content-type': 'application/json', ...kept }),
  )
  app.get('/api/docs', async (c) => c.html((await document()).page, 200, kept))
}
