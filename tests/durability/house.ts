import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { vinCheckDigit } from '@changhui/rules/vin'
import { connectTo, password, type Server } from './server.ts'

const program = resolve(import.meta.dirname, '../../scripts/changhui.mjs')

/** A store in a data folder of its own, run by the real programs, for being killed. */
export interface House {
  readonly dataDir: string
  run(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }>
  spawn(args: readonly string[]): ChildProcess
  serve(): Promise<Server>
  remove(): void
}

/** A time zone in which it is ten in the morning: nobody is called in a closed store, and these rounds run at any hour. */
export function zoneAtTen(now: Temporal.Instant): string {
  const east = 10 - now.toZonedDateTimeISO('UTC').hour
  const hours = east < -12 ? east + 24 : east
  // the signs of these names are the other way round
  return hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
}

export async function buildHouse(timeZone: string): Promise<House> {
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-durability-'))
  const dataDir = resolve(folder, 'data')
  mkdirSync(dataDir, { mode: 0o711 })
  const limits = { CHANGHUI_RATE_LIMIT: '0', CHANGHUI_SIGN_IN_LIMIT: '0', CHANGHUI_LOG_LEVEL: 'error' }
  const data = { CHANGHUI_DATA: dataDir, DATABASE_URL: '', CHANGHUI_PASSWORD: password }
  const env = { ...process.env, ...data, ...limits }
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const run: House['run'] = async (args) => {
    const child = start(args)
    const text = collect(child)
    const code = await new Promise<number | null>((done) => child.once('close', done))
    return { code, ...text }
  }
  const store = await must(run(['store', 'add', 'DUR', '--time-zone', timeZone, '--json']))
  await must(run(['user', 'add', 'caller', '--store', 'DUR', '--role', 'care-manager', '--json']))
  const { id } = JSON.parse(store) as { id: string }
  return {
    dataDir,
    run,
    spawn: start,
    serve: () => serve(start(['serve', '--port', '0', '--json']), id),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A file of visits for import; returns its path. Each row is its own vehicle, visited half a year ago, so its care is due. */
export function visitsFile(house: House, name: string, from: number, count: number, today: Temporal.PlainDate): string {
  const lines = ['工单号,车架号,车牌号,客户姓名,手机号,进厂日期,里程,维修类型']
  for (let index = from; index < from + count; index += 1) {
    const serial = `${index}`.padStart(6, '0')
    const day = today.subtract({ days: 178 + (index % 8) })
    const plain = `LSVAA4180E2${serial}`
    const vin = plain.slice(0, 8) + vinCheckDigit(plain) + plain.slice(9)
    const car = `${vin},沪${'ABCDEFGHJK'[Number(serial[0])]}${serial.slice(1)}`
    const person = `客户${serial},1990${`${index}`.padStart(7, '0')}`
    lines.push(`RO${serial},${car},${person},${day},${10_000 + index},保养`)
  }
  const path = resolve(house.dataDir, '..', name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

async function serve(child: ChildProcess, storeId: string): Promise<Server> {
  const text = collect(child)
  const port = await new Promise<number>((done, failed) => {
    child.once('exit', (code) => failed(new Error(`serve ended with ${code}: ${text.err}`)))
    child.stdout?.on('data', () => {
      const found = /\{"port":(\d+)\}/.exec(text.out)
      if (found) done(Number(found[1]))
    })
  })
  return connectTo(`http://localhost:${port}`, storeId, child)
}

/** Everything the program says, as it comes; of its stderr the end. */
export function collect(child: ChildProcess): { out: string; err: string } {
  const text = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    text.out += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    text.err = (text.err + chunk.toString()).slice(-4_000)
  })
  return text
}

async function must(answer: ReturnType<House['run']>): Promise<string> {
  const { code, out, err } = await answer
  if (code !== 0) throw new Error(`exit ${code}: ${err}`)
  return out
}
