import type { AttemptPolicy } from '@changhui/rules/attemptPolicy'
import type { Channel } from '@changhui/rules/gate'
import type { ProgrammeValue, ProgrammeValues } from '../engine/programme.ts'

const via = (key: string, on: boolean, zh: string, en: string): ProgrammeValue => ({
  key,
  default: on,
  zh,
  en,
  source: 'MSG-01',
})

/** By which ways a programme's messages go, the same in every programme that sends some. */
export const channelValues: readonly ProgrammeValue[] = [
  via('viaWechat', true, '先发微信', 'WeChat first'),
  via('viaSms', true, '微信不通时发短信', 'SMS where WeChat does not reach'),
  via('viaEmail', false, '再发邮件', 'Then e-mail'),
]

/** The ways in order of preference: each is tried when the one before did not reach the customer. */
export function messageChannels(values: ProgrammeValues): readonly Channel[] {
  const ways = [
    ['viaWechat', 'wechat'],
    ['viaSms', 'sms'],
    ['viaEmail', 'email'],
  ] as const
  return ways.filter(([key]) => values[key] === true).map(([, channel]) => channel)
}

/** Nobody calls. */
export const noCalls = (): AttemptPolicy => ({
  tries: 1,
  withinDays: 1,
  dayCount: 'calendar',
  distinctParts: false,
  fallback: 'none',
})

/** How many days a round stays in a due query after its window, so that a task left open ends as too late and not as never owed. */
export const LOOK_BACK_DAYS = 14
