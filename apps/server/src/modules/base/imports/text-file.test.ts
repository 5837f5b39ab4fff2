import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterAll, expect, test } from 'vitest'
import { openTable } from './open-file.ts'
import { csv } from './testing.ts'
import { CutOff, readText, type SourceRow } from './text-file.ts'

const folder = mkdtempSync(resolve(tmpdir(), 'changhui-text-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (content: string | Buffer) => {
  const path = resolve(folder, 'file.csv')
  writeFileSync(path, content)
  return path
}

async function rowsOf(content: string | Buffer): Promise<SourceRow[]> {
  const table = await openTable(file(content))
  const rows: SourceRow[] = []
  for await (const piece of table.rows()) rows.push(...piece)
  return rows
}

const cell = fc
  .string({ unit: fc.constantFrom('张', '三', 'a', '"', ',', '\n', '\r\n', '𠮷', '€', ' ', 'x') })
  .map((text) => `v${text}`)

test('whatever stands in the cells comes out again, in every encoding', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('utf8', 'bom', 'gb18030', 'utf16le'),
      async (rows, encoding) => {
        const text = csv(['姓名', '电话'], ...rows)
        const content =
          encoding === 'utf8'
            ? text
            : encoding === 'bom'
              ? `\ufeff${text}`
              : encoding === 'gb18030'
                ? iconv.encode(text, 'gb18030')
                : iconv.encode(text, 'utf16le', { addBOM: true })
        const read = await rowsOf(content)
        expect(read.map((row) => row.cells)).toEqual(rows)
        expect(read.map((row) => row.row)).toEqual(rows.map((_, at) => at + 2))
      },
    ),
    { numRuns: 60 },
  )
})

test('rows are numbered as a spreadsheet shows them: blank rows count, quoted line breaks do not', async () => {
  const rows = await rowsOf('姓名,电话\r\n"张\r\n三",1\r\n\r\n李四,2\r\n')
  expect(rows).toEqual([
    { row: 2, cells: ['张\r\n三', '1'] },
    { row: 4, cells: ['李四', '2'] },
  ])
})

test('separators and titles above the header are found', async () => {
  for (const sign of [';', '\t', '|'])
    expect((await rowsOf(`姓名${sign}电话\n张三${sign}1`))[0]?.cells).toEqual(['张三', '1'])
  expect((await rowsOf('sep=;\n姓名;电话\n张三;1'))[0]).toEqual({ row: 2, cells: ['张三', '1'] })
  const titled = await openTable(file('某店客户清单,,\n\n客户姓名,手机,车牌号\n张三,1,2'))
  expect(titled.headerRow).toBe(3)
  expect(titled.columns).toEqual(['客户姓名', '手机', '车牌号'])
})

test('a quote that never closes is a cut-off file; the rows before it are given', async () => {
  const path = file(`a,b\n1,2\n3,4\n5,"never`)
  const rows: SourceRow[] = []
  const reading = (async () => {
    for await (const piece of readText(path, 'utf-8')) rows.push(...piece)
  })()
  await expect(reading).rejects.toThrow(CutOff)
  expect(rows.map((row) => row.cells)).toEqual([
    ['a', 'b'],
    ['1', '2'],
    ['3', '4'],
  ])
  await expect(
    (async () => {
      for await (const _ of readText(file(`a,b\n1,"${'x'.repeat(1_500_000)}`), 'utf-8'));
    })(),
  ).rejects.toMatchObject({ row: 2 })
})
