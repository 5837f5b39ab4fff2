import { createHash } from 'node:crypto'
import { closeSync, createReadStream, createWriteStream, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'

/**
 * The archive: one zstd stream. A line of JSON each for the manifest, the head of a table, its foot and the end; between head and
 * foot the rows as COPY text in blocks, each led by its length in bytes (decimal, newline), closed by a block of length 0.
 */
const format = 'changhui-backup-1'

/** Bytes. A damaged length must not make the reader gather the whole file. */
const largestBlock = 1_048_576

export interface TableEntry {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: number
  /** Order-free sum over the rows, computed by the database. */
  readonly checksum: string
}

export interface Manifest {
  readonly format: typeof format
  readonly createdAt: string
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[]
  /** Parents before children. */
  readonly tables: readonly TableEntry[]
  readonly sequences: readonly { readonly name: string; readonly value: string; readonly called: boolean }[]
}

/** The file is no whole, unharmed archive, or not for this program or database. Nothing was changed. zh and en. */
export class BackupError extends Error {
  override name = 'BackupError'
}

export function damaged(detail: string): BackupError {
  return new BackupError(
    `备份文件不完整或已损坏（${detail}），未作任何改动，请换一份备份 / The backup file is cut off or damaged (${detail}). Nothing was changed: use another backup`,
  )
}

/** Writes an archive beside its place and moves it there when it is whole and on disk. `rows` gives a table's COPY text. */
export async function writeArchive(
  path: string,
  manifest: Omit<Manifest, 'format'>,
  rows: (table: TableEntry) => Readable,
): Promise<void> {
  const partial = `${path}.partial`
  const options = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } }
  try {
    await pipeline(
      frames({ format, ...manifest }, rows),
      createZstdCompress(options),
      createWriteStream(partial, { mode: 0o600, flags: 'w' }),
    )
    sync(partial)
    renameSync(partial, path)
    sync(dirname(path))
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

async function* frames(manifest: Manifest, rows: (table: TableEntry) => Readable): AsyncGenerator<Buffer> {
  yield line(manifest)
  for (const table of manifest.tables) {
    yield line({ table: table.name })
    const hash = createHash('sha256')
    for await (const block of rows(table) as AsyncIterable<Buffer>) {
      hash.update(block)
      for (let start = 0; start < block.length; start += largestBlock) {
        const piece = block.subarray(start, start + largestBlock)
        yield Buffer.from(`${piece.length}\n`)
        yield piece
      }
    }
    yield Buffer.from('0\n')
    yield line({ sha256: hash.digest('hex') })
  }
  yield line({ end: manifest.tables.length })
}

/** Reads an archive from front to back: `manifest()` once, then `blocks(table)` for each table in order, then `end()`. */
export interface ArchiveReader {
  manifest(): Promise<Manifest>
  blocks(table: TableEntry): AsyncGenerator<Buffer>
  end(): Promise<void>
  close(): void
}

export function readArchive(path: string): ArchiveReader {
  const file = createReadStream(path)
  const plain = createZstdDecompress()
  const piped = pipeline(file, plain)
  // the reader meets the error at its next read
  piped.catch(() => undefined)
  const source = new ByteSource(plain)
  return {
    manifest: async () => {
      const found = (await source.json()) as Manifest
      if (found.format !== format) throw damaged('format')
      return found
    },
    blocks: (table) => tableBlocks(source, table),
    end: async () => {
      const foot = (await source.json()) as { end?: number }
      if (foot.end === undefined) throw damaged('end')
    },
    close: () => {
      file.destroy()
      plain.destroy()
    },
  }
}

async function* tableBlocks(source: ByteSource, table: TableEntry): AsyncGenerator<Buffer> {
  const head = (await source.json()) as { table?: string }
  if (head.table !== table.name) throw damaged(table.name)
  const hash = createHash('sha256')
  for (;;) {
    const length = Number(await source.line())
    if (!Number.isSafeInteger(length) || length < 0 || length > largestBlock) throw damaged(table.name)
    if (length === 0) break
    const block = await source.bytes(length)
    hash.update(block)
    yield block
  }
  const foot = (await source.json()) as { sha256?: string }
  if (foot.sha256 !== hash.digest('hex')) throw damaged(table.name)
}

class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>
  #pending: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next().catch((error: Error) => {
      throw damaged(error.message)
    })
    if (next.done) throw damaged('end of file')
    this.#pending = this.#pending.length === 0 ? next.value : Buffer.concat([this.#pending, next.value])
  }

  async bytes(length: number): Promise<Buffer> {
    while (this.#pending.length < length) await this.#more()
    const taken = this.#pending.subarray(0, length)
    this.#pending = this.#pending.subarray(length)
    return taken
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#pending.indexOf(10)
      if (end >= 0) return (await this.bytes(end + 1)).toString('utf8').trimEnd()
      // the longest line is the manifest
      if (this.#pending.length > 16 * largestBlock) throw damaged('line')
      await this.#more()
    }
  }

  async json(): Promise<unknown> {
    try {
      return JSON.parse(await this.line())
    } catch (error) {
      throw error instanceof BackupError ? error : damaged('JSON')
    }
  }
}

function line(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

function sync(path: string): void {
  const handle = openSync(path, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
