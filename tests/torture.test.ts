import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { FileProblem, openTable } from '../apps/server/src/modules/base/imports/open-file.ts'
import { csv, importBench } from '../apps/server/src/modules/base/imports/testing.ts'
import { repositoryRoot } from '../apps/server/src/platform/config.ts'

vi.setConfig({ testTimeout: 180_000 })

// csv-spectrum (BSD-2), SheetJS test files (Apache-2.0), the big list of naughty strings (MIT)
const folder = resolve(repositoryRoot, '../shared/data/torture')
const here = existsSync(folder)
const names = (part: string) => (here ? readdirSync(resolve(folder, part)) : [])
const { store, write, bring, rows } = await importBench()

async function objects(path: string): Promise<Record<string, string>[]> {
  const table = await openTable(path)
  const read: Record<string, string>[] = []
  for await (const piece of table.rows())
    for (const { cells } of piece)
      read.push(Object.fromEntries(table.columns.map((name, at) => [name, cells[at] ?? ''])))
  return read
}

describe.skipIf(!here)('files made to break importers (../shared/data/torture)', () => {
  test.each(names('csv-spectrum/csvs'))('csv-spectrum %s gives what its .json says', async (name) => {
    const told = JSON.parse(readFileSync(resolve(folder, 'csv-spectrum/json', name.replace('.csv', '.json')), 'utf8'))
    // the collection's own number differs between the two files of this pair
    if (name === 'location_coordinates.csv') told['Contact Phone Number'] = '2095257564'
    expect(await objects(resolve(folder, 'csv-spectrum/csvs', name))).toEqual([told].flat())
  })

  const reasons: Record<string, string> = {
    'ErrorTypes.dif': 'other-format',
    'ErrorTypes.slk': 'other-format',
    'defined_names_unicode.xls': 'old-excel',
    'merge_cells.xls': 'old-excel',
    'number_format_vietnamese.xls': 'old-excel',
  }
  test.each(names('sheetjs'))('%s is read, or refused with its reason', async (name) => {
    const path = resolve(folder, 'sheetjs', name)
    const outcome = await openTable(path).catch((error: unknown) => error)
    if (name in reasons) {
      expect(outcome).toBeInstanceOf(FileProblem)
      expect((outcome as FileProblem).failure.code).toBe(reasons[name])
      return
    }
    expect((outcome as Awaited<ReturnType<typeof openTable>>).columns.length).toBeGreaterThan(0)
    const done = await bring({ store: await store(), kind: 'customers', path })
    // none of them is a list of customers but one, which has a column of that name
    if (done.state !== 'done') expect(done).toMatchObject({ state: 'rolled-back', failure: 'field-unmapped' })
    else
      expect(done.counts?.read).toBe(
        (done.counts?.created ?? 0) + (done.counts?.rejected ?? 0) + (done.counts?.unchanged ?? 0),
      )
  })

  test('days of the 1904 system are four years later than they seem', async () => {
    const table = await openTable(resolve(folder, 'sheetjs/1904.xlsx'))
    expect(table.date1904).toBe(true)
    expect(table.columns).toContain('1904-01-02')
  })

  test('naughty strings as names, plates and addresses: each row in or refused with a reason, twice the same', async () => {
    const strings = JSON.parse(readFileSync(resolve(folder, 'blns.json'), 'utf8')) as string[]
    const at = await store()
    const lines = strings.map((text, n) => [text, `138${String(10_000_000 + n)}`, text, text])
    const path = write('naughty.csv', csv(['姓名', '手机', '车牌号', '地址'], ...lines))
    const done = await bring({ store: at, kind: 'customers', path })
    expect(done.counts?.read).toBe(strings.length)
    expect(done.counts?.rejected).toBe(new Set(done.rejected.map((one) => one.row)).size)
    expect(done.rejected.every((one) => one.reason.startsWith('name.'))).toBe(true)
    const kept = await rows('SELECT name, address FROM customer WHERE store_id = $1', at.id)
    expect(kept.length).toBe(done.counts?.entities.customers)
    const script = strings.find((text) => text.startsWith('<script') && text.length < 60)
    expect(kept.some((one) => one.name === script && one.address === script)).toBe(true)
    const again = await bring({ store: at, kind: 'customers', path })
    expect(again.counts).toMatchObject({ created: 0, updated: 0, rejected: done.counts?.rejected })
  })
})
