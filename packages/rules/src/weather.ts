import { type AlertArea, parseArea } from './weatherArea.ts'

/** Warning colours, mildest first. */
export const ALERT_LEVELS = ['blue', 'yellow', 'orange', 'red'] as const
export type AlertLevel = (typeof ALERT_LEVELS)[number]
export type AlertStatus = 'issued' | 'updated' | 'lifted'

/** A weather warning, wherever it came from (CARE-08). `issuedAt` is `null` where the source does not say. */
export interface WeatherAlert {
  /** The source's own id, empty for one typed in by hand. */
  readonly id: string
  readonly area: AlertArea
  /** As the weather service calls it: 暴雨, 道路结冰 … */
  readonly kind: string
  readonly level: AlertLevel
  readonly issuedAt: Temporal.Instant | null
  readonly status: AlertStatus
  readonly title: string
}

const COLOURS: Readonly<Record<string, AlertLevel>> = { 蓝: 'blue', 黄: 'yellow', 橙: 'orange', 红: 'red' }
const VERBS: Readonly<Record<string, AlertStatus>> = {
  发布: 'issued',
  继续发布: 'updated',
  更新发布: 'updated',
  更新: 'updated',
  变更发布: 'updated',
  变更: 'updated',
  升级发布: 'updated',
  降级发布: 'updated',
  解除: 'lifted',
  取消: 'lifted',
}
const TITLE = new RegExp(
  `^(?<area>.{2,40}?)气象(?:台|局|服务中心|站)(?<time>\\d{4}年\\d{1,2}月\\d{1,2}日\\d{1,2}[时:]\\d{1,2}分?)?(?<verb>${Object.keys(VERBS).join('|')})(?<kind>[\\p{Script=Han}]{1,10}?)(?<colour>[蓝黄橙红])色预警(?:信号)?`,
  'u',
)
const TIME = /^(\d{4})年(\d{1,2})月(\d{1,2})日(\d{1,2})[时:](\d{1,2})/

/** Weather services write Beijing time everywhere in China. */
const ZONE = 'Asia/Shanghai'

function beijing(year: string, month: string, day: string, hour: string, minute: string): Temporal.Instant | null {
  try {
    return Temporal.ZonedDateTime.from(
      { timeZone: ZONE, year: +year, month: +month, day: +day, hour: +hour, minute: +minute },
      { overflow: 'reject' },
    ).toInstant()
  } catch (error) {
    // 31 February in a title: the warning holds all the same, its time is unknown.
    if (error instanceof RangeError) return null
    throw error
  }
}

/**
 * Reads the title of a warning as the China Meteorological Administration writes it: `北京市气象台2025年6月14日08时25分发布暴雨蓝色预警信号`, with
 * or without the time. `null` when area, kind or colour is missing.
 */
export function parseAlertTitle(raw: string): Omit<WeatherAlert, 'id'> | null {
  const title = raw.normalize('NFKC').replace(/\s+/g, '')
  const found = TITLE.exec(title)?.groups
  const level = COLOURS[found?.colour ?? '']
  const status = VERBS[found?.verb ?? '']
  const area = found?.area ? parseArea(found.area) : null
  if (!found?.kind || !level || !status || !area) return null
  const time = TIME.exec(found.time ?? '')
  const [, year = '', month = '', day = '', hour = '', minute = ''] = time ?? []
  const issuedAt = time ? beijing(year, month, day, hour, minute) : null
  return { area, kind: found.kind, level, issuedAt, status, title }
}

/** One entry of a provider's answer. CMA: `id`, `effective`; NMC: `alertid`, `issuetime`; QWeather v7: `id`, `pubTime`, `status`, `level`, `typeName`. */
export interface RawAlert {
  readonly title: string
  readonly id?: string
  readonly alertid?: string
  readonly effective?: string
  readonly issuetime?: string
  readonly pubTime?: string
  readonly status?: string
  readonly level?: string
  readonly severityColor?: string
  readonly typeName?: string
  readonly signaltype?: string
  readonly signallevel?: string
  readonly sender?: string
}

const SLASHED = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})[ T](\d{1,2}):(\d{1,2})(?::\d{1,2})?$/

function momentOf(text: string | undefined): Temporal.Instant | null {
  if (!text) return null
  const local = SLASHED.exec(text.trim())
  if (local) return beijing(local[1] ?? '', local[2] ?? '', local[3] ?? '', local[4] ?? '', local[5] ?? '')
  try {
    return Temporal.Instant.from(text)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** The level a provider names in words of its own: `Blue`, `蓝色`, `BLUE`. */
function levelOf(text: string | undefined): AlertLevel | null {
  const plain = (text ?? '').trim().toLowerCase()
  return ALERT_LEVELS.find((level) => level === plain) ?? COLOURS[plain.slice(0, 1)] ?? null
}

/**
 * A provider's entry as one alert (CARE-08); `null` when neither its title nor its fields tell area, kind and level. Fields win over the title,
 * which may be older than the entry.
 */
export function normaliseAlert(raw: RawAlert): WeatherAlert | null {
  const told = parseAlertTitle(raw.title)
  const area = told?.area ?? parseArea((raw.sender ?? '').replace(/气象(?:台|局|服务中心|站)$/, ''))
  // QWeather names the kind in the language asked for; only Chinese names are comparable with the titles.
  const named = raw.signaltype ?? raw.typeName
  const kind = named && /^\p{Script=Han}+$/u.test(named) ? named : told?.kind
  const level = levelOf(raw.severityColor) ?? levelOf(raw.level) ?? levelOf(raw.signallevel) ?? told?.level
  if (!area || !kind || !level) return null
  const issuedAt = momentOf(raw.pubTime ?? raw.effective ?? raw.issuetime) ?? told?.issuedAt ?? null
  const status = raw.status === 'cancel' ? 'lifted' : raw.status === 'update' ? 'updated' : (told?.status ?? 'issued')
  return { id: raw.id ?? raw.alertid ?? '', area, kind, level, issuedAt, status, title: raw.title }
}

/** Warnings a driver should hear of, each with the mildest level worth a notice (CARE-08); a store may change them. */
export const NOTICE_KINDS: Readonly<Record<string, AlertLevel>> = {
  暴雨: 'yellow',
  暴雪: 'blue',
  台风: 'blue',
  寒潮: 'blue',
  道路结冰: 'yellow',
  冰雹: 'orange',
  高温: 'orange',
  大雾: 'orange',
  沙尘暴: 'yellow',
  霾: 'orange',
}

/** Whether a warning is worth a notice: in force, of a chosen kind, at least at its level (CARE-08). */
export function worthNotice(
  { kind, level, status }: Pick<WeatherAlert, 'kind' | 'level' | 'status'>,
  kinds: Readonly<Record<string, AlertLevel>> = NOTICE_KINDS,
): boolean {
  const least = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  return status !== 'lifted' && least !== undefined && ALERT_LEVELS.indexOf(level) >= ALERT_LEVELS.indexOf(least)
}
