import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ProviderRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
/** Status and body to answer with; `hang`: take the request and never answer. */
export type ProviderAnswer = { readonly status?: number; readonly body: unknown } | 'hang'

export interface ProviderServer {
  readonly url: string
  readonly host: string
  stop(): Promise<void>
}

/** A provider on this machine: speaks HTTP, answers JSON, and hangs up when told to stop. */
export async function startProvider(answer: (request: ProviderRequest) => ProviderAnswer): Promise<ProviderServer> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
      const body = Buffer.concat(parts).toString('utf8')
      const said = answer({ method: request.method ?? 'GET', url, headers: request.headers, body })
      if (said === 'hang') return
      response.writeHead(said.status ?? 200, { 'content-type': 'application/json' })
      response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
