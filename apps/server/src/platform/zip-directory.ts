import { inflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly packed: number
  readonly unpacked: number
  readonly method: number
  readonly crc: number
  readonly offset: number
  readonly encrypted: boolean
}

const END = 0x06054b50
const ENTRY = 0x02014b50

/** What a zip archive holds, by its central directory; undefined when that is missing or cut off. */
export function zipDirectory(data: Buffer): ZipEntry[] | undefined {
  let end = data.length - 22
  const lowest = Math.max(0, data.length - 65_557)
  while (end >= lowest && data.readUInt32LE(end) !== END) end--
  if (end < lowest) return undefined
  const count = data.readUInt16LE(end + 10)
  let at = data.readUInt32LE(end + 16)
  const entries: ZipEntry[] = []
  for (let i = 0; i < count; i++) {
    if (at + 46 > data.length || data.readUInt32LE(at) !== ENTRY) return undefined
    const [name, extra, comment] = [data.readUInt16LE(at + 28), data.readUInt16LE(at + 30), data.readUInt16LE(at + 32)]
    entries.push({
      name: data.toString('utf8', at + 46, at + 46 + name),
      encrypted: (data.readUInt16LE(at + 8) & 1) === 1,
      method: data.readUInt16LE(at + 10),
      crc: data.readUInt32LE(at + 16),
      packed: data.readUInt32LE(at + 20),
      unpacked: data.readUInt32LE(at + 24),
      offset: data.readUInt32LE(at + 42),
    })
    at += 46 + name + extra + comment
  }
  return entries
}

/** An entry's packed bytes as they lie in the archive. */
function packedBytes(data: Buffer, entry: ZipEntry): Buffer {
  const start = entry.offset + 30 + data.readUInt16LE(entry.offset + 26) + data.readUInt16LE(entry.offset + 28)
  return data.subarray(start, start + entry.packed)
}

/** Entries as an archive to be read front to back: each with its sizes in its own header, which many writers leave out. */
export function* zipPieces(
  data: Buffer,
  entries: readonly ZipEntry[],
  size: number,
): Generator<Buffer, void, undefined> {
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8')
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50, 0)
    header.writeUInt16LE(20, 4)
    header.writeUInt16LE(0x0800, 6)
    header.writeUInt16LE(entry.method, 8)
    header.writeUInt32LE(entry.crc, 14)
    header.writeUInt32LE(entry.packed, 18)
    header.writeUInt32LE(entry.unpacked, 22)
    header.writeUInt16LE(name.length, 26)
    yield Buffer.concat([header, name])
    const bytes = packedBytes(data, entry)
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
}

/** The text of one small entry; undefined when it cannot be unpacked or is larger than `limit` bytes. */
export function zipText(data: Buffer, entry: ZipEntry, limit = 4_000_000): string | undefined {
  const packed = packedBytes(data, entry)
  try {
    return (entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: limit })).toString('utf8')
  } catch {
    return undefined
  }
}
