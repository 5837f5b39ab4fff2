import type { formats } from '../../app/format.ts'
import type { Widen } from '../../app/i18n.tsx'
import type { CallTexts } from './texts.ts'
import { type careWords, word } from './words.ts'

type Words = Widen<(typeof careWords)['zh']>
type Format = ReturnType<typeof formats>

/** The parts of a report's answer that its sentence is made of. */
export interface Followed {
  readonly decision: string
  readonly nextAt: string | null
  readonly sentMessage: boolean
  readonly correctionTaskId: string | null
  readonly task: { readonly outcome: string | null; readonly dueOn: string }
}

/** What the rules decided after a call, in one sentence for the agent. */
export function consequenceSentence(followed: Followed, t: CallTexts, words: Words, f: Format): string {
  const when = f.moment(followed.nextAt)
  const outcome = word(words.outcome, followed.task.outcome)
  const said = () => {
    switch (followed.decision) {
      case 'retry':
        return followed.nextAt ? t.said_retry({ when }) : t.said_saved
      case 'other-phone':
        return t.said_other_phone
      case 'message-and-fail':
        return followed.sentMessage ? t.said_message_and_fail : t.said_message_and_fail_silent
      case 'done':
        return outcome ? t.said_done({ outcome }) : t.said_saved
      case 'cancel':
        return outcome ? t.said_cancel({ outcome }) : t.said_saved
      case 'correct-number':
        return t.said_correct_number
      case 'wish':
        return followed.nextAt ? t.said_wish({ when }) : t.said_saved
      case 'flag-complaint':
        return t.said_flag_complaint
      case 'redate':
        return t.said_redate({ day: f.day(followed.task.dueOn) })
      default:
        return followed.nextAt ? t.said_retry({ when }) : t.said_saved
    }
  }
  const extra = followed.correctionTaskId && followed.decision !== 'correct-number' ? ` ${t.said_corrected}` : ''
  return `${said()}${extra}`
}

/** Why a customer is called, as the plan noted it and the card completed it; only what is known is said. */
export interface Why {
  readonly by?: unknown
  /** What the customer complained of. */
  readonly said?: unknown
  readonly anchorOn?: unknown
  readonly anchorKind?: unknown
  readonly anchorKm?: unknown
  readonly intervalMonths?: unknown
  readonly intervalKm?: unknown
  readonly dailyKm?: unknown
}

/** "Last service on …, six months are over on …": one sentence from the facts the plan kept. */
export function whySentence(
  why: Why,
  task: { readonly dueOn: string; readonly programme: string },
  locale: 'zh-CN' | 'en',
  words: Words,
  f: Format,
): string {
  const zh = locale === 'zh-CN'
  const due = f.day(task.dueOn)
  const anchorOn = text(why.anchorOn)
  const programme = word(words.programme, task.programme)
  const said = text(why.said)
  if (said) return zh ? `客户反映：“${said}”` : `The customer said: “${said}”`
  if (!anchorOn) return zh ? `${programme}：${due} 到期。` : `${programme} is due on ${due}.`
  const anchor = word(words.anchor, text(why.anchorKind)) || words.anchor.unknown
  const anchorKm = number(why.anchorKm)
  const since = `${f.day(anchorOn)}${anchorKm === null ? '' : `${zh ? '，' : ', '}${f.km(anchorKm)}`}`
  const months = number(why.intervalMonths)
  if (why.by === 'mileage') {
    const [daily, km] = [number(why.dailyKm), number(why.intervalKm)]
    if (daily !== null && km !== null) {
      return zh
        ? `${anchor}（${since}）后每天约 ${f.number(daily)} 公里，预计 ${due} 满 ${f.km(km)}。`
        : `About ${f.number(daily)} km a day since the ${anchor} (${since}): ${f.km(km)} are reached on ${due}.`
    }
    return zh
      ? `${anchor}（${since}）后按行驶里程推算，${due} 到期。`
      : `By the kilometres driven since the ${anchor} (${since}), it is due on ${due}.`
  }
  if (months !== null) {
    return zh
      ? `${anchor}（${since}）满 ${months} 个月，${due} 到期。`
      : `${months} months after the ${anchor} (${since}): due on ${due}.`
  }
  return zh
    ? `${anchor}（${since}）后按时间 ${due} 到期。`
    : `By the time since the ${anchor} (${since}), it is due on ${due}.`
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown): number | null => {
  const plain = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof plain === 'number' && Number.isFinite(plain) ? plain : null
}
