/** What a validator says of one field, as far as a sentence needs it. */
export interface FieldIssue {
  readonly code?: string
  readonly origin?: string
  readonly format?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly message: string
}

interface Sentence {
  readonly zh: string
  readonly en: string
}

const forms: Readonly<Record<string, Sentence>> = {
  date: { zh: '日期不存在，请按 年-月-日 填写', en: 'That date does not exist; write it as year-month-day' },
  datetime: { zh: '时间格式不正确', en: 'Not a point in time' },
  email: { zh: '邮箱格式不正确', en: 'Not an e-mail address' },
  url: { zh: '网址不正确，应以 https:// 开头', en: 'Not a web address; it begins with https://' },
  uuid: { zh: '编号无效，请刷新后重试', en: 'Not a valid id; reload and try again' },
}

const named: Readonly<Record<string, Sentence>> = {
  'text.control-characters': {
    zh: '含有无法保存的特殊字符，请删除',
    en: 'Holds characters that cannot be kept; remove them',
  },
  'day.out-of-range': { zh: '年份应在 1900 到 2199 之间', en: 'The year must be between 1900 and 2199' },
}

/** Why a field was refused and what to do, for people. */
export function issueSentence(issue: FieldIssue): Sentence {
  const { code, origin, minimum, maximum, message } = issue
  const own = named[message]
  if (own) return own
  if (code === 'invalid_type' && message.endsWith('received undefined')) return { zh: '请填写此项', en: 'Fill this in' }
  if (code === 'too_small') return tooSmall(origin, Number(minimum))
  if (code === 'too_big') return tooBig(origin, Number(maximum))
  if (code === 'invalid_value') return { zh: '请从可选项中选择', en: 'Choose one of the options' }
  return forms[issue.format ?? ''] ?? { zh: '格式不正确，请核对', en: 'Not in the right form; check it' }
}

function tooSmall(origin: string | undefined, least: number): Sentence {
  if (origin === 'string' && least === 1) return { zh: '不能为空', en: 'Must not be empty' }
  if (origin === 'string') return { zh: `至少 ${least} 个字符`, en: `At least ${least} characters` }
  if (origin === 'array') return { zh: `至少选择 ${least} 项`, en: `Choose at least ${least}` }
  return { zh: `不能小于 ${least}`, en: `Must be at least ${least}` }
}

function tooBig(origin: string | undefined, most: number): Sentence {
  if (origin === 'string') return { zh: `最多 ${most} 个字符`, en: `At most ${most} characters` }
  if (origin === 'array') return { zh: `最多 ${most} 项`, en: `At most ${most}` }
  return { zh: `不能大于 ${most}`, en: `Must be at most ${most}` }
}
