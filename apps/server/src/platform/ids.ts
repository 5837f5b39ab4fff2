import { hash, randomFillSync } from 'node:crypto'

let lastMillisecond = 0
let sequence = 0

/**
 * A UUIDv7 for the moment `now`. Inside one millisecond, and when the clock steps back, a 26-bit counter keeps
 * the ids of this process ascending, so that rows inserted together stay together in their index.
 */
export function uuidv7(now: Temporal.Instant): string {
  const bytes = sixteenRandom()
  const millisecond = now.epochMilliseconds
  if (millisecond > lastMillisecond) {
    lastMillisecond = millisecond
    // starts in the lower half, so that the counter has room to rise
    sequence = bytes.readUInt32BE(0) & 0x1ffffff
  } else if (++sequence > 0x3ffffff) {
    lastMillisecond += 1
    sequence = 0
  }
  bytes.writeUIntBE(lastMillisecond, 0, 6)
  bytes.writeUInt16BE(0x7000 | (sequence >>> 14), 6)
  bytes.writeUInt16BE(0x8000 | (sequence & 0x3fff), 8)
  return dashed(bytes.toString('hex'))
}

// asking the system for sixteen bytes each time took more than half of making an id
const pool = Buffer.alloc(4096)
let taken = pool.length

function sixteenRandom(): Buffer {
  if (taken === pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  taken += 16
  return pool.subarray(taken - 16, taken)
}

/**
 * The id of a record that has a natural key: the same as `md5(concat_ws('|', …))::uuid` in SQL, so that a planning
 * statement and the app come to the same id. Null and undefined parts are left out, as `concat_ws` does.
 */
export function deriveId(...parts: readonly (string | number | bigint | null | undefined)[]): string {
  const key = parts.filter((part) => part !== null && part !== undefined).join('|')
  return dashed(hash('md5', key))
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
