import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { repositoryRoot } from '../../../platform/config.ts'
import { shippedMappings } from './mappings/all.ts'
import { importBench } from './testing.ts'

vi.setConfig({ testTimeout: 180_000 })

const folder = resolve(repositoryRoot, '../shared/data/jobcards')
const file = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.csv')) : undefined
const { store, bring, rows } = await importBench()

test.skipIf(!file)(
  'the real job cards (../shared/data/jobcards): rows, visits, vehicles, and what is not used',
  async () => {
    const at = await store()
    const { jobcards: mapping } = shippedMappings
    if (!mapping || !file) throw new Error('no mapping')
    const given = { store: at, kind: 'visits', path: resolve(folder, file), mapping } as const
    const dry = await bring({ ...given, dryRun: true })
    const done = await bring(given)
    expect(done.counts).toEqual({
      read: 16_829,
      created: 16_654,
      updated: 0,
      unchanged: 175,
      rejected: 0,
      warnings: 155,
      entities: { customers: 1_714, vehicles: 1_714, visits: 2_711 },
    })
    expect(dry.counts).toEqual(done.counts)
    expect(dry.warnings).toEqual(done.warnings)
    const refused = await rows<{ refused: string; n: number }>(
      'SELECT refused, count(*)::int AS n FROM odometer_reading WHERE store_id = $1 GROUP BY refused ORDER BY refused NULLS FIRST',
      at.id,
    )
    expect(refused).toEqual([
      { refused: null, n: 2_556 },
      { refused: 'absurd', n: 11 },
      { refused: 'rollback', n: 31 },
      { refused: 'zero', n: 113 },
    ])
    const kinds = await rows(
      'SELECT kind, count(*)::int AS n FROM visit WHERE store_id = $1 GROUP BY kind ORDER BY kind',
      at.id,
    )
    expect(kinds).toEqual([
      { kind: 'claim', n: 1 },
      { kind: 'maintenance', n: 2_553 },
      { kind: 'repair', n: 157 },
    ])
    const [range] = await rows(
      'SELECT min(arrived_on) AS first, max(arrived_on) AS last FROM visit WHERE store_id = $1',
      at.id,
    )
    expect(range).toEqual({ first: '2017-05-30', last: '2018-06-30' })
    expect((await bring(given)).counts).toMatchObject({ created: 0, updated: 0, unchanged: 16_829 })
  },
)
