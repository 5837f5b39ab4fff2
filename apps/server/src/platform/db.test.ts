import { expect, test } from 'vitest'
import { openPool } from './db.ts'
import { testDatabase } from './testing/test-database.ts'

const database = await testDatabase()

test('a connection cut between two queries fails the next one and ends nothing else', async () => {
  const pool = openPool(database.connection, 2)
  const client = await pool.connect()
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  const gone = new Promise((done) => client.once('end', done))
  await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
  // without a listener of the pool's own the process would end here
  await gone
  expect(client.listenerCount('error')).toBeGreaterThan(0)
  await expect(client.query('SELECT 1')).rejects.toThrow()
  client.release(true)
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('so does one that is cut while it lies in the pool', async () => {
  const pool = openPool(database.connection, 1)
  const { rows } = await pool.query('SELECT pg_backend_pid() AS pid')
  const gone = new Promise((done) => pool.once('remove', done))
  await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
  await gone
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})
