import type { Payer, VisitKind } from '@changhui/rules/words'

// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL cannot hold NUL, and no page shows the others
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff\ufffe\uffff]/g
const NEEDS_CLEANING = /[^\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
/** The apostrophe that keeps a spreadsheet from computing a cell. */
const LED = /^'(?=[=+\-@])/
const NOTHING = /^(?:[-—–/\\.]+|无|暂无|未知|不详|null|nil|none|n\/a|#n\/a|#value!|#ref!|#name\?|#div\/0!)$/i

/** A cell without control characters and outer blanks. */
export function cleanText(raw: string): string {
  const text = NEEDS_CLEANING.test(raw) ? raw.toWellFormed().replace(CONTROL, '').trim() : raw.trim()
  return text.startsWith("'") ? text.replace(LED, '') : text
}

/** Whether a cell says in words that there is nothing: `无`, `-`, `N/A`. */
export const saysNothing = (text: string): boolean => text.length <= 8 && NOTHING.test(text)

/** A number as people write it: `1,234.5`, `５万`, `12.5 万`; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  const plain = /^\d{1,15}(?:\.\d+)?$/.test(text) ? text : text.normalize('NFKC').replace(/[\s,，]/g, '')
  const match = /^([+-]?\d{1,15}(?:\.\d*)?(?:e[+-]?\d{1,2})?)(万?)$/i.exec(plain)
  if (!match?.[1]) return undefined
  const value = Number(match[1]) * (match[2] ? 10_000 : 1)
  return Number.isFinite(value) ? value : undefined
}

const MILE_KM = 1.609344

/** An odometer reading in whole kilometres, its unit left out; undefined when it is no number or below zero. */
export function parseKm(text: string, unit: 'km' | 'mile'): number | undefined {
  const value = parseNumber(text.replace(/\s*(?:km|kms|公里|千米|里|miles?|英里|mi)\.?\s*$/i, ''))
  if (value === undefined || value < 0 || value > 2_000_000_000) return undefined
  return Math.round(unit === 'mile' ? value * MILE_KM : value)
}

/** Money in fen; undefined when it is no amount between 0 and ten billion yuan. */
export function parseFen(text: string, unit: 'yuan' | 'fen'): number | undefined {
  const value = parseNumber(text.replace(/^[¥￥]|^(?:rmb|cny)\s*|\s*元$/gi, ''))
  if (value === undefined || value < 0) return undefined
  const amount = Math.round(unit === 'fen' ? value : value * 100)
  return amount <= 1e12 ? amount : undefined
}

type Words<T extends string> = readonly (readonly [RegExp, T])[]

const pick =
  <T extends string>(words: Words<T>) =>
  (text: string): T | undefined =>
    words.find(([form]) => form.test(text))?.[1]

export const parseSex = pick<'male' | 'female'>([
  [/^(?:男|男性|先生|m|male|mr\.?|1)$/i, 'male'],
  [/^(?:女|女性|女士|小姐|f|female|mrs\.?|ms\.?|2|0)$/i, 'female'],
])
export const parseLocality = pick<'local' | 'out-of-town'>([
  [/^(?:本地|本市|是|local|y|yes|1)$/i, 'local'],
  [/^(?:外地|外埠|异地|否|out-?of-?town|n|no|0)$/i, 'out-of-town'],
])
export const parsePurpose = pick<'private' | 'commercial'>([
  [/非营运|家用|私家|自用|私人|个人|private|personal/i, 'private'],
  [/营运|出租|网约|租赁|货运|客运|公务|商用|commercial|taxi|hire|rental/i, 'commercial'],
])
export const parseEnergy = pick<'petrol' | 'diesel' | 'hybrid' | 'plug-in' | 'electric' | 'other'>([
  [/插电|插混|增程|phev|plug-?in|erev/i, 'plug-in'],
  [/混合|油电|混动|hev|hybrid/i, 'hybrid'],
  [/纯电|电动|^电$|bev|^ev$|electric/i, 'electric'],
  [/柴油|diesel/i, 'diesel'],
  [/汽油|petrol|gasoline|^gas$/i, 'petrol'],
  [/./, 'other'],
])
export const parsePayer = pick<Payer>([
  [/保修|索赔|质保|三包|warranty/i, 'warranty'],
  [/保险|理赔|insurance/i, 'insurance'],
  [/内部|内返|免费|赠送|internal/i, 'internal'],
  [/自费|客付|客户|现金|customer|cash|retail/i, 'customer'],
])
export const parseLineKind = pick<'labour' | 'part'>([
  [/工时|人工|工费|labou?r/i, 'labour'],
  [/配件|备件|材料|零件|辅料|part|material/i, 'part'],
])
/** What a visit was, from the words of its type or lines, where the mapping does not say. */
export const parseVisitKind = pick<VisitKind>([
  [
    /首保|二保|三保|定保|保养|养护|小保|大保|换机油|maintenance|regular service|general service|engine oil/i,
    'maintenance',
  ],
  [/索赔|保修|三包|召回|保险|事故|钣喷|理赔|warranty|claim|recall|accident/i, 'claim'],
  [/维修|修理|一般修理|机修|检修|返修|repair|overhaul/i, 'repair'],
  [/洗车|美容|打蜡|wash|detailing|polish/i, 'wash'],
  [/^(?:其他|其它|other)$/i, 'other'],
])
