import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createInflateRaw } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly packed: number
  readonly unpacked: number
  readonly method: number
  readonly offset: number
  readonly encrypted: boolean
}

const END = 0x06054b50
const ENTRY = 0x02014b50
const PIECE = 64 * 1024
/** A workbook has some dozens of parts; so many bytes name a hundred thousand. */
const MAX_DIRECTORY = 8_000_000

/** `length` bytes of a file from `from`, or as many as there are. */
async function readAt(path: string, from: number, length: number): Promise<Buffer> {
  const handle = await open(path)
  try {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await handle.read(bytes, 0, length, from)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** What a zip archive of `size` bytes holds, by its central directory; undefined when that is missing or cut off. */
export async function zipDirectory(path: string, size: number): Promise<ZipEntry[] | undefined> {
  const from = Math.max(0, size - 65_557)
  const tail = await readAt(path, from, size - from)
  let end = tail.length - 22
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--
  if (end < 0) return undefined
  const count = tail.readUInt16LE(end + 10)
  const length = tail.readUInt32LE(end + 12)
  if (length > MAX_DIRECTORY) return undefined
  const data = await readAt(path, tail.readUInt32LE(end + 16), length)
  const entries: ZipEntry[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > data.length || data.readUInt32LE(at) !== ENTRY) return undefined
    const [name, extra, comment] = [data.readUInt16LE(at + 28), data.readUInt16LE(at + 30), data.readUInt16LE(at + 32)]
    entries.push({
      name: data.toString('utf8', at + 46, at + 46 + name).replace(/^\//, ''),
      encrypted: (data.readUInt16LE(at + 8) & 1) === 1,
      method: data.readUInt16LE(at + 10),
      packed: data.readUInt32LE(at + 20),
      unpacked: data.readUInt32LE(at + 24),
      offset: data.readUInt32LE(at + 42),
    })
    at += 46 + name + extra + comment
  }
  return entries
}

/** An entry unpacked, a piece at a time as they are asked for. Throws when it is broken or longer than the directory says. */
export async function* zipPieces(path: string, entry: ZipEntry): AsyncGenerator<Buffer, void, undefined> {
  const header = await readAt(path, entry.offset, 30)
  if (header.length < 30) throw new RangeError('the archive ends before its entry')
  if (entry.packed === 0) return
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = createReadStream(path, { start, end: start + entry.packed - 1, highWaterMark: PIECE })
  const unpacked =
    entry.method === 0
      ? packed
      : // a failure of either stream comes out of the one that is read
        pipeline(packed, createInflateRaw({ chunkSize: PIECE }), () => undefined)
  let length = 0
  for await (const piece of unpacked) {
    length += piece.length
    if (length > entry.unpacked) throw new RangeError('an entry longer than its archive says')
    yield piece
  }
}

/** The text of one small entry. Throws when it cannot be unpacked. */
export async function zipText(path: string, entry: ZipEntry): Promise<string> {
  return Buffer.concat(await Array.fromAsync(zipPieces(path, entry))).toString('utf8')
}
