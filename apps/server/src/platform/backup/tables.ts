import type { Client } from 'pg'
import type { Manifest, TableEntry } from './archive.ts'

/** Kept by the migrations themselves. */
const bookkeeping = 'schema_migration'

/** One way of writing values, on every server: what COPY and the checksums print depends on these. */
export const plainOutput = `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET row_security = off; SET synchronize_seqscans = off`

/** The tables of the product with their stored columns, parents before children. Job queues live in a schema of their own. */
export async function productTables(client: Client): Promise<readonly Pick<TableEntry, 'name' | 'columns'>[]> {
  const tables = await client.query<{ name: string; columns: string[]; parents: string[] }>(
    `SELECT c.relname AS name,
       ARRAY(SELECT a.attname::text FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
       ARRAY(SELECT p.relname::text FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid
         WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS parents
     FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> $1
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname`,
    [bookkeeping],
  )
  const waiting = new Map(tables.rows.map((table) => [table.name, table]))
  const ordered: Pick<TableEntry, 'name' | 'columns'>[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((table) => !table.parents.some((parent) => waiting.has(parent)))
    if (ready.length === 0) throw new Error(`foreign keys go in a circle: ${[...waiting.keys()].join(', ')}`)
    for (const { name, columns } of ready) {
      ordered.push({ name, columns })
      waiting.delete(name)
    }
  }
  return ordered
}

/** Number of rows and a sum over them that does not depend on their order. */
export async function measure(client: Client, table: string): Promise<Pick<TableEntry, 'rows' | 'checksum'>> {
  const { rows } = await client.query<{ rows: string; checksum: string }>(
    `SELECT count(*)::text AS rows,
       coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text AS checksum
     FROM ${client.escapeIdentifier(table)} t`,
  )
  return { rows: Number(rows[0]?.rows), checksum: rows[0]?.checksum ?? '' }
}

export async function readSequences(client: Client): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string; value: string; called: boolean }>(
    `SELECT sequencename::text AS name, coalesce(last_value, start_value)::text AS value, last_value IS NOT NULL AS called
     FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
  )
  return rows
}

export async function hasRows(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM ${client.escapeIdentifier(table)}) AS found`,
  )
  return rows[0]?.found === true
}
