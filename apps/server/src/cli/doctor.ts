import { existsSync, statfsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Client } from 'pg'
import { findBinaries } from '../platform/embedded/binaries.ts'
import { readRuntime } from '../platform/embedded/runtime.ts'
import { appliedMigrations, checkHistory, readMigrations } from '../platform/migrate.ts'
import { openDatabase } from '../platform/open-database.ts'
import { type CliContext, CliError } from './context.ts'

interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
}

export function register(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('say which settings are in force and whether everything needed is there')
    .action(async () => {
      const findings = [settings(context), runtime(), folder(context), ...(await database(context))]
      const ok = findings.every((finding) => finding.ok)
      const { config } = context
      const inForce = {
        PORT: { value: config.port, from: config.sources.PORT },
        CHANGHUI_DATA: { value: config.dataDir, from: config.sources.CHANGHUI_DATA },
        DATABASE_URL: { value: withoutPassword(config.databaseUrl), from: config.sources.DATABASE_URL },
      }
      const lines = findings.map(({ what, ok: good, detail }) => `${good ? '✓' : '✗'} ${what}: ${detail}`)
      context.print({ ok, settings: inForce, findings }, lines.join('\n'))
      if (!ok) process.exitCode = 1
    })
}

function settings({ config }: CliContext): Finding {
  const { sources } = config
  const detail = [
    `PORT=${config.port} (${sources.PORT})`,
    `CHANGHUI_DATA=${config.dataDir} (${sources.CHANGHUI_DATA})`,
    `DATABASE_URL=${withoutPassword(config.databaseUrl) ?? '–'} (${sources.DATABASE_URL})`,
  ]
  return { what: '设置 / settings', ok: true, detail: detail.join(', ') }
}

function runtime(): Finding {
  const ok = Number(process.versions.node.split('.')[0]) >= 26
  return { what: 'Node', ok, detail: `${process.version}, ${process.platform}-${process.arch}` }
}

function folder({ config }: CliContext): Finding {
  const what = '数据目录 / data folder'
  if (!existsSync(config.dataDir)) return { what, ok: true, detail: `${config.dataDir} 尚未创建 / not made yet` }
  const { bavail, bsize } = statfsSync(config.dataDir)
  const free = Math.floor((bavail * bsize) / 1_000_000)
  const detail = `${config.dataDir}, ${free} MB 可用 / free`
  return {
    what,
    ok: free > 500,
    detail: free > 500 ? detail : `${detail}：空间不足 500 MB，请清理 / below 500 MB: make room`,
  }
}

async function database(context: CliContext): Promise<readonly Finding[]> {
  const what = '数据库 / database'
  const { config } = context
  try {
    const running = !config.databaseUrl && readRuntime(config.dataDir) !== undefined
    const programs = config.databaseUrl ? '' : `, ${resolve(findBinaries().folder, 'bin')}`
    const opened = await openDatabase(config)
    try {
      const client = new Client(opened.connection)
      await client.connect()
      const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`)
      const applied = await appliedMigrations(client)
      await client.end()
      const known = readMigrations()
      checkHistory(applied, known)
      const waiting = known.length - applied.size
      const state = running ? '运行中 / in use' : '可启动 / starts'
      return [
        {
          what,
          ok: true,
          detail: `${opened.kind}, PostgreSQL ${rows[0]?.version}, ${config.databaseUrl ? '已连接 / connected' : state}${programs}`,
        },
        { what: '结构 / schema', ok: true, detail: `${applied.size} 已执行 / applied, ${waiting} 待执行 / waiting` },
      ]
    } finally {
      await opened.close()
    }
  } catch (error) {
    if (error instanceof CliError) throw error
    return [{ what, ok: false, detail: (error as Error).message }]
  }
}

function withoutPassword(url: string | undefined): string | undefined {
  return url?.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:***@')
}
