import { expect, test } from 'vitest'
import { formats } from '../../app/format.ts'
import { consequenceSentence, type Followed, whySentence } from './sentences.ts'
import { callTexts } from './texts.ts'
import { careWords } from './words.ts'

const f = formats('zh-CN', 'Asia/Shanghai')
const followed: Followed = {
  decision: 'retry',
  nextAt: '2026-11-23T04:30:00Z',
  sentMessage: false,
  correctionTaskId: null,
  task: { outcome: null, dueOn: '2026-11-30' },
}
const say = (over: Partial<Followed>) => consequenceSentence({ ...followed, ...over }, callTexts.zh, careWords.zh, f)

test('the sentence after a call says what the rules decided', () => {
  expect(say({})).toBe('已记录。下次 2026-11-23 12:30 再打。')
  expect(say({ decision: 'message-and-fail', sentMessage: true })).toContain('提醒失败')
  expect(say({ decision: 'message-and-fail' })).toContain('没有发送消息')
  expect(say({ decision: 'redate' })).toContain('2026-11-30')
  expect(say({ decision: 'retry', correctionTaskId: '019aa3f2-0000-7000-8000-000000000003' })).toContain('号码更正')
  expect(say({ decision: 'something-new', nextAt: null })).toBe('已保存。')
})

test('why a customer is called, from what the plan kept', () => {
  const task = { dueOn: '2026-11-30', programme: 'regular-service' }
  const facts = { by: 'time', anchorOn: '2026-05-30', anchorKind: 'service', anchorKm: 23000, intervalMonths: 6 }
  expect(whySentence(facts, task, 'zh-CN', careWords.zh, f)).toBe(
    '上次保养（2026-05-30，23,000 公里）满 6 个月，2026-11-30 到期。',
  )
  const driven = { ...facts, by: 'mileage', dailyKm: '41.7', intervalKm: 5000 }
  expect(whySentence(driven, task, 'zh-CN', careWords.zh, f)).toContain('每天约 41.7 公里')
  expect(whySentence({ by: 'mileage', anchorOn: '2026-05-30' }, task, 'zh-CN', careWords.zh, f)).toBe(
    '起算日（2026-05-30）后按行驶里程推算，2026-11-30 到期。',
  )
  const delivered = { by: 'time', anchorOn: '2026-05-30', anchorKind: 'delivery' }
  expect(whySentence(delivered, task, 'zh-CN', careWords.zh, f)).toBe('交车（2026-05-30）后按时间 2026-11-30 到期。')
  expect(whySentence({}, task, 'en', careWords.en, formats('en', 'Asia/Shanghai'))).toBe(
    'Regular service is due on 2026-11-30.',
  )
})
