import { contract } from '@changhui/contract/contract'
import { problemData, problems } from '@changhui/contract/problems'
import { contractRoutes } from '@changhui/contract/routes'
import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'

export type OpenApiDocument = Awaited<ReturnType<OpenAPIGenerator['generate']>>

/** The OpenAPI 3.1 document of the whole API. `x-needs` names the permission of each operation. */
export async function openApiDocument(version: string): Promise<OpenApiDocument> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const needsOf = new Map(contractRoutes().map((route) => [route.name, route.needs]))
  const document = await generator.generate(contract, {
    info: {
      title: 'Changhui 常回 API',
      version,
      description: [
        'Everything the pages do. Sign in with a session cookie, or use an API key (one role in one store).',
        'Unsafe store routes take `Idempotency-Key`: the same key with the same body is done once and answered alike for 24 hours.',
        'Lists page by cursor: pass `nextCursor` back as `cursor`. Days are `YYYY-MM-DD`, moments ISO 8601 in UTC, money whole fen.',
        `Errors carry one of these problems, with the sentence in Chinese and English: ${Object.keys(problems).join(', ')}.`,
      ].join('\n\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    commonSchemas: { Problem: { schema: problemData, strategy: 'output' } },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'changhui.session_token' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  })
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) {
      const one = operation as { operationId?: string; security?: unknown; 'x-needs'?: string }
      const needs = needsOf.get(one.operationId ?? '')
      if (!needs) continue
      one['x-needs'] = needs
      one.security =
        needs === 'public'
          ? []
          : needs === 'signed-in'
            ? [{ session: [] }]
            : [{ session: [] }, { apiKey: [] }, { bearer: [] }]
    }
  }
  return document
}
