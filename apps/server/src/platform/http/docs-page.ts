import type { OpenApiDocument } from './openapi.ts'

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: unknown }[]
  readonly requestBody?: { content?: Record<string, { schema?: unknown }> }
  readonly responses?: Record<string, { content?: Record<string, { schema?: unknown }> }>
  readonly 'x-needs'?: string
}

/** The API document as one page a person can read: no script, nothing fetched from elsewhere. */
export function docsPage(document: OpenApiDocument): string {
  const byTag = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, one] of Object.entries(methods ?? {})) {
      const operation = one as Operation
      const tag = operation.tags?.[0] ?? 'other'
      byTag.set(tag, [...(byTag.get(tag) ?? []), describeOperation(method, path, operation)])
    }
  }
  const tags = [...byTag.keys()].sort()
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(document.info.title)}</title><style>${style}</style></head><body>
<nav aria-label="Areas">${tags.map((tag) => `<a href="#${text(tag)}">${text(tag)}</a>`).join('')}</nav>
<main><h1>${text(document.info.title)}</h1>
${(document.info.description ?? '')
  .split('\n\n')
  .map((paragraph) => `<p>${text(paragraph)}</p>`)
  .join('')}
<p><a href="/api/openapi.json">openapi.json</a> · OpenAPI ${text(document.openapi)} · ${text(document.info.version)}</p>
${tags.map((tag) => `<section id="${text(tag)}"><h2>${text(tag)}</h2>${byTag.get(tag)?.join('') ?? ''}</section>`).join('')}
</main></body></html>`
}

function describeOperation(method: string, path: string, operation: Operation): string {
  const rows = (operation.parameters ?? []).map(
    (one) =>
      `<tr><td><code>${text(one.name)}</code>${one.required ? ' *' : ''}</td><td>${text(one.in)}</td><td><code>${text(brief(one.schema))}</code></td></tr>`,
  )
  const body = Object.entries(operation.requestBody?.content ?? {})
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status < '300')
  return `<details id="${text(operation.operationId ?? '')}"><summary><b class="${method}">${method.toUpperCase()}</b> <code>${text(path)}</code> <span>${text(operation.summary ?? '')}</span></summary>
<p>Needs <code>${text(operation['x-needs'] ?? '')}</code></p>
${rows.length > 0 ? `<table><thead><tr><th>Parameter</th><th>In</th><th>Type</th></tr></thead><tbody>${rows.join('')}</tbody></table>` : ''}
${body.map(([type, one]) => schemaBlock(`Body, ${type}`, one.schema)).join('')}
${answers.flatMap(([status, one]) => Object.entries(one.content ?? {}).map(([type, answer]) => schemaBlock(`${status}, ${type}`, answer.schema))).join('')}
</details>`
}

function schemaBlock(title: string, schema: unknown): string {
  return `<h3>${text(title)}</h3><pre tabindex="0">${text(brief(schema, '  '))}</pre>`
}

/** A schema in the short form programmers read: `{ id: string, km?: integer 0..2000000 }`. */
function brief(schema: unknown, indent = ''): string {
  if (typeof schema !== 'object' || schema === null) return 'any'
  const one = schema as Record<string, unknown>
  const options = (one.anyOf ?? one.oneOf ?? one.allOf) as unknown[] | undefined
  if (options) return options.map((option) => brief(option, indent)).join(' | ')
  if (typeof one.$ref === 'string') return one.$ref.split('/').at(-1) ?? 'any'
  if (one.const !== undefined) return JSON.stringify(one.const)
  if (Array.isArray(one.enum)) return one.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (one.type === 'array') return `[${brief(one.items, indent)}]`
  if (one.type === 'object' && one.properties) {
    const required = (one.required as string[] | undefined) ?? []
    const fields = Object.entries(one.properties as Record<string, unknown>).map(
      ([name, field]) =>
        `${indent}${name}${required.includes(name) ? '' : '?'}: ${brief(field, indent && `${indent}  `)}`,
    )
    return indent ? `{\n${fields.join('\n')}\n${indent.slice(2)}}` : `{ ${fields.join(', ')} }`
  }
  const bounds = [one.minimum ?? one.minLength, one.maximum ?? one.maxLength]
  const range = bounds.some((bound) => bound !== undefined) ? ` ${bounds[0] ?? ''}..${bounds[1] ?? ''}` : ''
  return `${String(one.format ?? one.type ?? 'any')}${range}`
}

function text(plain: string): string {
  return plain.replace(
    /[&<>"]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? '',
  )
}

const style = `:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent)}
body{margin:0;font:15px/1.55 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;display:grid;grid-template-columns:13rem 1fr}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.5rem 1rem;border-right:1px solid var(--line);box-sizing:border-box}
nav a{display:block;padding:.2rem 0;color:inherit;text-decoration:none}main{padding:1rem 2rem 4rem;max-width:60rem}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}summary{cursor:pointer}
summary b{display:inline-block;min-width:4.2em}summary span{opacity:.75}.get{color:#2f7d4f}.post{color:#b06000}.delete{color:#b3261e}.put,.patch{color:#3b5bdb}
@media(prefers-color-scheme:dark){.get{color:#7fd3a0}.post{color:#f0b35a}.delete{color:#ff8f85}.put,.patch{color:#9db2ff}}
table{border-collapse:collapse}td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}
pre{overflow:auto;background:color-mix(in srgb,currentColor 6%,transparent);padding:.7rem;border-radius:6px}h3{font-size:1em;margin:.8rem 0 .2rem}
@media(max-width:50rem){body{grid-template-columns:1fr}nav{position:static;height:auto;border:0}}`
