import { inflateRawSync } from 'node:zlib'

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
      packed: data.readUInt32LE(at + 20),
      unpacked: data.readUInt32LE(at + 24),
      offset: data.readUInt32LE(at + 42),
    })
    at += 46 + name + extra + comment
  }
  return entries
}

/** The text of one small entry; undefined when it cannot be unpacked or is larger than `limit` bytes. */
export function zipText(data: Buffer, entry: ZipEntry, limit = 4_000_000): string | undefined {
  const start = entry.offset + 30 + data.readUInt16LE(entry.offset + 26) + data.readUInt16LE(entry.offset + 28)
  const packed = data.subarray(start, start + entry.packed)
  try {
    return (entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: limit })).toString('utf8')
  } catch {
    return undefined
  }
}
