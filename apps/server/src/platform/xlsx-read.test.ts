import { execFile } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { XlsxStreamWriter } from 'hucre/xlsx'
import { afterAll, expect, test } from 'vitest'
import { openXlsx, XlsxError } from './xlsx-read.ts'
import { writeXlsx } from './xlsx-write.ts'
import { xmlScanner } from './xml-scan.ts'

const folder = mkdtempSync(resolve(tmpdir(), 'changhui-xlsx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string) => resolve(folder, name)

test('texts, numbers, days, moments and gaps come as the sheet shows them', async () => {
  const path = file('kinds.xlsx')
  const rows = [
    ['王 & <李> "赵"', 13800138000, new Date('2026-01-31T00:00:00Z'), true],
    [null, 0.1 + 0.2, new Date('2026-01-31T08:30:00Z'), '=1+1'],
    [null, null, null, null],
    ['最后', 1.5e-7, null, 'a\nb'],
  ]
  const columns = ['a', 'b', 'c', 'd'].map((header) => ({ header }))
  await writeFile(path, Buffer.from(await new Response(writeXlsx('单', columns, rows)).arrayBuffer()))
  const book = await openXlsx(path)
  expect(book.sheet).toBe('单')
  expect(await Array.fromAsync(book.rows())).toEqual([
    { row: 1, cells: ['a', 'b', 'c', 'd'] },
    { row: 2, cells: ['王 & <李> "赵"', '13800138000', '2026-01-31', 'TRUE'] },
    { row: 3, cells: ['', '0.3', '2026-01-31 08:30:00', '=1+1'] },
    { row: 5, cells: ['最后', '0.00000015', '', 'a\nb'] },
  ])
})

test('shared strings come back whole, also beyond one block of them', async () => {
  const path = file('shared.xlsx')
  const writer = new XlsxStreamWriter({ name: 's' })
  const text = (n: number) => `单号 ${n} ${'长'.repeat(n % 50)}`
  for (let n = 0; n < 20_000; n++) writer.addRow([text(n), text(n % 7)])
  await writeFile(path, await writer.finish())
  let n = 0
  for await (const { cells } of (await openXlsx(path)).rows()) {
    expect(cells).toEqual([text(n), text(n % 7)])
    n++
  }
  expect(n).toBe(20_000)
})

test('a tag, an entity or a character may be cut anywhere', () => {
  const xml = Buffer.from(
    '<?xml version="1.0"?><x:a b=\'1\'><!-- <c> --><c r="A1"/>车&amp;主<![CDATA[<&>]]>&#x8f66;&bad;</x:a>',
  )
  const heard = (size: number) => {
    let all = ''
    const scan = xmlScanner({
      open: (name) => {
        all += `(${name}`
      },
      close: (name) => {
        all += `${name})`
      },
      wantsText: () => true,
      text: (text) => {
        all += text
      },
    })
    for (let at = 0; at < xml.length; at += size) scan(xml.subarray(at, at + size))
    return all
  }
  for (let size = 1; size <= xml.length; size++) expect(heard(size)).toBe('(a(cc)车&主<&>车&bad;a)')
})

test('a workbook cut off, or a zip of something else, is told as such', async () => {
  const path = file('cut.xlsx')
  const whole = Buffer.from(await new Response(writeXlsx('s', [{ header: 'a' }], [['b']])).arrayBuffer())
  await writeFile(path, whole.subarray(0, whole.length - 30))
  await expect(openXlsx(path)).rejects.toEqual(new XlsxError('broken-zip'))
  await writeFile(path, Buffer.from('not a zip'))
  await expect(openXlsx(path)).rejects.toEqual(new XlsxError('broken-zip'))
})

test('a consumer slower than the reader holds a piece of rows, not the sheet', { timeout: 120_000 }, async () => {
  const path = file('long.xlsx')
  const cells = (n: number) => Array.from({ length: 13 }, (_, column) => `值 ${n} ${column} ${'x'.repeat(12)}`)
  const rows = function* () {
    for (let n = 0; n < 60_000; n++) yield cells(n)
  }
  const columns = Array.from({ length: 13 }, (_, n) => ({ header: `c${n}` }))
  await pipeline(Readable.fromWeb(writeXlsx('s', columns, rows()) as never), createWriteStream(path))
  const script = `
    import { openXlsx } from ${JSON.stringify(resolve(import.meta.dirname, 'xlsx-read.ts'))}
    const book = await openXlsx(${JSON.stringify(path)})
    let looked = 0
    for await (const _row of book.rows()) if (++looked === 30) break
    let read = 0
    let most = 0
    for await (const _row of book.rows()) {
      if (++read % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (read % 5000 !== 0) continue
      // as long as a batch takes in the database, with turns of the event loop for whoever reads ahead
      for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setTimeout(resolve, 10))
      globalThis.gc()
      most = Math.max(most, process.memoryUsage().heapUsed)
    }
    console.log(JSON.stringify({ read, mostMb: most / 1e6, peakMb: process.resourceUsage().maxRSS / 1024 }))`
  // measured: 13 MB live in a process of 120 MB; with rows that were read ahead 89 MB live in 254 MB
  const flags = ['--expose-gc', '--input-type=module-typescript', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  const { read, mostMb, peakMb } = JSON.parse(stdout)
  expect(read).toBe(60_001)
  expect(mostMb).toBeLessThan(30)
  expect(peakMb).toBeLessThan(230)
})
