import type pg from 'pg'

/**
 * A start that was killed while it made the demo store leaves the store and its accounts without a single customer. They go, so
 * that the next start makes the demo anew. Nothing else is touched: a demo store that has customers stays.
 */
export async function forgetHalfDemo(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT s.id FROM store s WHERE s.demo AND NOT EXISTS (SELECT FROM customer c WHERE c.store_id = s.id)`,
  )
  for (const { id } of rows) {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await client.query('DELETE FROM audit_entry WHERE store_id = $1', [id])
      const people = await client.query<{ id: string }>(
        `DELETE FROM staff_role WHERE store_id = $1 RETURNING user_id AS id`,
        [id],
      )
      // sessions and passwords go with the account; one who works elsewhere too keeps it
      await client.query(
        `DELETE FROM auth_user u WHERE u.id = ANY ($1::uuid[]) AND NOT EXISTS (SELECT FROM staff_role r WHERE r.user_id = u.id)
           AND NOT EXISTS (SELECT FROM group_role r WHERE r.user_id = u.id)`,
        [people.rows.map((row) => row.id)],
      )
      await client.query('DELETE FROM store WHERE id = $1', [id])
      await client.query('COMMIT')
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined)
      throw error
    } finally {
      client.release()
    }
  }
}
