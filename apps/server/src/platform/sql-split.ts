/**
 * Splits a migration file into its statements, without the closing semicolons and without empty ones.
 * Knows line and nested block comments, '…' with doubled quotes, E'…' with backslashes, "…" and $tag$…$tag$.
 * SQL-standard function bodies (BEGIN ATOMIC … END) are not known: write $$ bodies.
 */
export function splitStatements(sql: string): readonly string[] {
  const statements: string[] = []
  let start = 0
  let position = 0
  let meaningful = false
  const flush = (end: number): void => {
    if (meaningful) statements.push(sql.slice(start, end).trim())
    start = end + 1
    meaningful = false
  }
  while (position < sql.length) {
    if (sql[position] === ';') {
      flush(position)
      position += 1
      continue
    }
    const comment = endOfComment(sql, position)
    if (comment > position) {
      position = comment
      continue
    }
    if (!/\s/.test(sql[position] ?? '')) meaningful = true
    position = endOfToken(sql, position)
  }
  flush(sql.length)
  return statements
}

function endOfComment(sql: string, at: number): number {
  if (sql.startsWith('--', at)) {
    const line = sql.indexOf('\n', at)
    return line < 0 ? sql.length : line + 1
  }
  if (!sql.startsWith('/*', at)) return at
  let depth = 0
  for (let position = at; position < sql.length; position += 1) {
    if (sql.startsWith('/*', position)) {
      depth += 1
      position += 1
    } else if (sql.startsWith('*/', position)) {
      depth -= 1
      position += 1
      if (depth === 0) return position + 1
    }
  }
  throw new SyntaxError('a /* comment is not closed')
}

function endOfToken(sql: string, at: number): number {
  const rest = sql[at]
  if (rest === "'" || rest === '"') return endOfQuoted(sql, at, rest, false)
  if (rest === '$') {
    const tag = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(sql.slice(at, at + 70))?.[0]
    if (!tag) return at + 1
    const close = sql.indexOf(tag, at + tag.length)
    if (close < 0) throw new SyntaxError(`a ${tag} body is not closed`)
    return close + tag.length
  }
  // a whole word at once, so that a $ or E inside a name opens nothing
  const word = /^[\w\u0080-\uffff][\w$\u0080-\uffff]*/.exec(sql.slice(at, at + 200))?.[0]
  if (!word) return at + 1
  const next = at + word.length
  return /^e$/i.test(word) && sql[next] === "'" ? endOfQuoted(sql, next, "'", true) : next
}

function endOfQuoted(sql: string, at: number, quote: string, backslashes: boolean): number {
  for (let position = at + 1; position < sql.length; position += 1) {
    if (backslashes && sql[position] === '\\') position += 1
    else if (sql[position] === quote) {
      if (sql[position + 1] !== quote) return position + 1
      position += 1
    }
  }
  throw new SyntaxError(`a ${quote} quote is not closed`)
}
