import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testDatabase } from '../apps/server/src/platform/testing/test-database.ts'

/**
 * The rules that keep the schema ready to be spread over several machines by store, read from the catalogue: a new table,
 * key, default or function that breaks one fails here.
 */
const { pool } = await testDatabase()

/** Reference rows and sign-in: no store_id, or (staff_role) read across stores at sign-in. Never distributed. */
const undistributed = [
  'dealer_group',
  'store',
  'schema_migration',
  'staff_role',
  'group_role',
  'auth_user',
  'auth_session',
  'auth_account',
  'auth_verification',
]

async function names(text: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(text, [undistributed])
  return rows.map((row) => row.name)
}

const inPublic = "c.relnamespace = 'public'::regnamespace AND NOT c.relname = ANY ($1::text[])"

describe('every store table', () => {
  it('the list of tables is not empty, so that the rest means something', async () => {
    expect(
      (await names(`SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND ${inPublic}`)).length,
    ).toBeGreaterThan(15)
  })

  it('1: has store_id uuid NOT NULL', async () => {
    const without = await names(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND ${inPublic} AND NOT EXISTS (
         SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'store_id' AND a.atttypid = 'uuid'::regtype AND a.attnotnull)`,
    )
    expect(without).toEqual([])
  })

  it('1: has a primary key, and store_id comes first in every primary, unique, foreign and exclusion key', async () => {
    const keys = await names(
      `SELECT c.relname || '.' || k.conname AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE k.contype IN ('p', 'u', 'f', 'x') AND ${inPublic}
         AND (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = k.conkey[1]) <> 'store_id'`,
    )
    const indexes = await names(
      `SELECT c.relname || '.' || i.indexrelid::regclass AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       WHERE i.indisunique AND ${inPublic}
         AND (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0]) IS DISTINCT FROM 'store_id'`,
    )
    const keyless = await names(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND ${inPublic}
         AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')`,
    )
    expect({ keys, indexes, keyless }).toEqual({ keys: [], indexes: [], keyless: [] })
  })

  it('1: foreign keys between store tables carry store_id over to store_id', async () => {
    const crossing = await names(
      `SELECT c.relname || '.' || k.conname AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
       WHERE k.contype = 'f' AND ${inPublic} AND p.relname <> 'store'
         AND (SELECT attname FROM pg_attribute WHERE attrelid = p.oid AND attnum = k.confkey[1]) <> 'store_id'`,
    )
    expect(crossing).toEqual([])
  })

  it('1: no key is deferrable and none sets null on delete or on update', async () => {
    const loose = await names(
      `SELECT c.relname || '.' || k.conname AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE ${inPublic} AND (k.condeferrable OR k.confdeltype IN ('n', 'd') OR k.confupdtype IN ('n', 'd', 'c'))`,
    )
    expect(loose).toEqual([])
  })

  it('3: has no volatile default, identity or sequence: ids are made by the app or derived', async () => {
    const volatile = await names(
      `SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE ${inPublic} AND a.attnum > 0 AND NOT a.attisdropped AND (a.attidentity <> ''
         OR pg_get_expr(d.adbin, d.adrelid) ~* '(now|random|clock_timestamp|statement_timestamp|nextval|uuid|current_)'
         OR EXISTS (SELECT FROM pg_depend x JOIN pg_proc f ON f.oid = x.refobjid
                    WHERE x.objid = d.oid AND x.refclassid = 'pg_proc'::regclass AND f.provolatile <> 'i'))`,
    )
    const sequences = await names(`SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'S' AND ${inPublic}`)
    expect({ volatile, sequences }).toEqual({ volatile: [], sequences: [] })
  })

  it('4: is under row security with one policy of scope, and the plain role is no superuser and owns nothing', async () => {
    const open = await names(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND ${inPublic} AND (NOT c.relrowsecurity OR (
         SELECT count(*) FROM pg_policy y WHERE y.polrelid = c.oid AND pg_get_expr(y.polqual, c.oid) LIKE '%changhui_stores()%'
           AND pg_get_expr(y.polwithcheck, c.oid) LIKE '%changhui_stores()%') <> 1)`,
    )
    const extra = await names(
      `SELECT c.relname || '.' || y.polname AS name FROM pg_policy y JOIN pg_class c ON c.oid = y.polrelid
       WHERE ${inPublic} AND y.polname <> c.relname || '_scope'`,
    )
    const { rows } = await pool.query(
      `SELECT rolsuper OR rolbypassrls OR rolcreaterole OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS mighty
       FROM pg_roles r WHERE rolname = 'changhui_app'`,
    )
    expect({ open, extra, role: rows }).toEqual({ open: [], extra: [], role: [{ mighty: false }] })
  })

  it('4: the scope is set by SET LOCAL inside a function, which reaches every machine', async () => {
    const { rows } = await pool.query<{ body: string }>(
      "SELECT prosrc AS body FROM pg_proc WHERE proname = 'changhui_scope'",
    )
    expect(rows[0]?.body).toMatch(/SET LOCAL changhui\.stores/)
    expect(rows[0]?.body).toMatch(/SET LOCAL ROLE changhui_app/)
    expect(rows[0]?.body).not.toMatch(/set_config/)
  })

  it('6 and 9: outbox, timeline, audit log and attempts are store tables; what is append-only has lost UPDATE and DELETE', async () => {
    const appendOnly = ['audit_entry', 'timeline_event', 'attempt']
    const writable = await pool.query<{ name: string }>(
      `SELECT t AS name FROM unnest($1::text[]) t
       WHERE has_table_privilege('changhui_app', t, 'UPDATE') OR has_table_privilege('changhui_app', t, 'DELETE')`,
      [appendOnly],
    )
    expect(writable.rows).toEqual([])
    const tables = await names(`SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND ${inPublic}`)
    expect(tables).toEqual(expect.arrayContaining([...appendOnly, 'outbox_event']))
  })

  it('8: every key is named by its migration, not by the database', async () => {
    const unnamed = await names(
      `SELECT c.relname || '.' || k.conname AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE ${inPublic} AND k.contype IN ('p', 'u', 'f', 'x', 'c') AND (k.conname ~ '_(pkey|fkey|check|excl)[0-9]*$'
         OR k.conname = c.relname || '_' || (SELECT string_agg(a.attname, '_' ORDER BY o.n) FROM unnest(k.conkey) WITH ORDINALITY o (num, n)
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.num) || '_key')`,
    )
    expect(unnamed).toEqual([])
  })

  it('9: no table has a trigger or a rule', async () => {
    const triggers = await names(
      `SELECT c.relname || '.' || t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND ${inPublic}`,
    )
    const rules = await names(
      `SELECT c.relname || '.' || r.rulename AS name FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relkind = 'r' AND ${inPublic}`,
    )
    expect({ triggers, rules }).toEqual({ triggers: [], rules: [] })
  })
})

describe('every function', () => {
  it('3: used in planning is immutable or stable; only the scope and the schema helpers may change anything', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND provolatile = 'v'
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e') ORDER BY proname`,
    )
    // schema helper, scope of a transaction, ANALYZE of grown tables
    const mayChange = ['changhui_protect', 'changhui_scope', 'changhui_search_in', 'changhui_keep_statistics']
    expect(rows.map((row) => row.name).filter((name) => !mayChange.includes(name))).toEqual([])
  })

  it('4: that runs with its owner’s rights names where it looks things up, and not everybody may call it', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT proname AS name FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prosecdef
         AND (NOT coalesce(array_to_string(proconfig, ',') LIKE '%search_path=%', false)
           OR EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0))
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`,
    )
    expect(rows).toEqual([])
  })
})

describe('the server’s SQL', () => {
  const root = resolve(import.meta.dirname, '..')
  const sources = filesUnder(resolve(root, 'apps/server/src'), /(?<!\.test|\.gen)\.ts$/).filter(
    (path) => !/\/(testing|embedded)\/|platform\/migrate\.ts$/.test(path),
  )
  const migrations = filesUnder(resolve(root, 'apps/server/migrations'), /\.sql$/)
  /** Files with a piece of text in them, comments aside. */
  const withText = (files: readonly string[], form: RegExp) =>
    files
      .filter((path) => form.test(withoutComments(readFileSync(path, 'utf8'))))
      .map((path) => path.slice(root.length + 1))

  it('is found at all', () => {
    expect(sources.length).toBeGreaterThan(40)
    expect(migrations.length).toBeGreaterThan(4)
  })

  it('3: reads no clock of the database: the moment and the day are passed in', () => {
    const clocks =
      /\b(now|statement_timestamp|clock_timestamp|transaction_timestamp|localtimestamp|timeofday)\(\)\s*(?![;.)]?\s*(\}|=>))/i
    const inSql = (path: string) =>
      templates(readFileSync(path, 'utf8')).some(
        (text) => clocks.test(text) || /\bcurrent_(date|timestamp|time)\b/i.test(text),
      )
    expect(sources.filter(inSql).map((path) => path.slice(root.length + 1))).toEqual([])
    expect(withText(migrations, /\b(now|clock_timestamp|statement_timestamp)\(\)|current_(date|timestamp)/i)).toEqual(
      [],
    )
  })

  it('3: has no MERGE', () => {
    expect(withText([...sources, ...migrations], /\bMERGE INTO\b/)).toEqual([])
  })

  it('2 and 5: names a store wherever it locks rows, joins laterally or recurses', () => {
    const offences: string[] = []
    for (const path of [...sources, ...migrations]) {
      const text = readFileSync(path, 'utf8')
      const statements = path.endsWith('.sql') ? text.split(/;\s*\n/) : templates(text)
      for (const statement of statements.map(withoutComments))
        if (
          /\bFOR (NO KEY )?(UPDATE|SHARE)\b|\bLATERAL\b|\bWITH RECURSIVE\b/i.test(statement) &&
          !namesStore(statement, text)
        )
          offences.push(`${path.slice(root.length + 1)}: ${statement.trim().slice(0, 80)}`)
    }
    expect(offences).toEqual([])
  })

  it('7: tells errors apart by SQLSTATE, never by the name of a constraint', () => {
    expect(withText(sources, /\.constraint\b/)).toEqual([])
  })

  it('8: is one statement a call: a migration holds no block of several', () => {
    const blocks = migrations.filter((path) => {
      const text = readFileSync(path, 'utf8')
      return /^\s*DO \$/im.test(text) || /^\s*(BEGIN|COMMIT)\b/im.test(text.replace(/\$\$[\s\S]*?\$\$/g, ''))
    })
    expect(blocks).toEqual([])
  })
})

/** A condition kept in a variable stands elsewhere in the same file. */
function namesStore(statement: string, file: string): boolean {
  return /store_id/.test(statement) || (statement.includes('?') && /store_id = \$\{/.test(file))
}

function filesUnder(folder: string, form: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => form.test(name))
    .map((name) => resolve(folder, name))
}

/** The template and quoted strings of a source file that look like SQL. */
function templates(text: string): string[] {
  const strings = withoutComments(text).match(/`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g) ?? []
  return strings.filter((one) => /\b(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(one)).map(withoutInterpolations)
}

/** Code inside `${…}` is no SQL: `${scope.now.toString()}` reads no clock of the database. */
function withoutInterpolations(text: string): string {
  return text.replace(/\$\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '?')
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(\/\/|--).*$/gm, '')
}
