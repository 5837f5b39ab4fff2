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

/** Why a customer is called, as the plan noted it; only what is known is said. */
export interface Why {
  readonly by?: unknown
  readonly anchorOn?: unknown
  readonly anchorKind?: unknown
  readonly anchorKm?: unknown
  readonly intervalMonths?: unknown
  readonly intervalKm?: unknown
  readonly dailyKm?: unknown
  readonly dueByTimeOn?: unknown
  readonly dueByMileageOn?: unknown
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
  const programme = word(words.programme, task.programme)
  const anchorOn = text(why.anchorOn)
  if (!anchorOn)
    return zh ? `${programme}：${f.day(task.dueOn)} 到期。` : `${programme} is due on ${f.day(task.dueOn)}.`
  const anchor = word(words.anchor, text(why.anchorKind)) || words.anchor.maintenance
  const anchorKm = number(why.anchorKm)
  const since = anchorKm === null ? f.day(anchorOn) : `${f.day(anchorOn)}${zh ? '，' : ', '}${f.km(anchorKm)}`
  const daily = number(why.dailyKm)
  const km = number(why.intervalKm)
  const months = number(why.intervalMonths)
  if (why.by === 'mileage' && daily !== null && km !== null) {
    return zh
      ? `${anchor}（${since}）后每天约 ${f.number(daily)} 公里，预计 ${f.day(task.dueOn)} 满 ${f.km(km)}。`
      : `About ${f.number(daily)} km a day since the ${anchor} (${since}): ${f.km(km)} are reached on ${f.day(task.dueOn)}.`
  }
  if (months !== null) {
    return zh
      ? `${anchor}（${since}）满 ${months} 个月，${f.day(task.dueOn)} 到期。`
      : `${months} months after the ${anchor} (${since}): due on ${f.day(task.dueOn)}.`
  }
  return zh
    ? `${anchor}：${since}；${f.day(task.dueOn)} 到期。`
    : `The ${anchor} was on ${since}; ${programme.toLowerCase()} is due on ${f.day(task.dueOn)}.`
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown): number | null => {
  const plain = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof plain === 'number' && Number.isFinite(plain) ? plain : null
}
