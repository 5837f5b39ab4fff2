import { callResults } from '@changhui/rules/words'
import { describe, expect, test } from 'vitest'
import { formats } from '../../app/format.ts'
import { words } from '../../app/words.ts'
import { messageWords } from '../messages/words.ts'
import { texts as customerTexts } from './customer-texts.ts'
import { detail, groupOf, sentence, type Tables } from './sentence.ts'
import { texts } from './timeline-texts.ts'
import { texts as vehicleTexts } from './vehicle-texts.ts'

const tables = (locale: 'zh' | 'en'): Tables => ({
  t: texts[locale],
  w: words[locale],
  fields: customerTexts[locale].field,
  vehicle: vehicleTexts[locale],
  messages: messageWords[locale],
  format: formats(locale === 'zh' ? 'zh-CN' : 'en', 'Asia/Shanghai'),
})

/** Every kind the timeline knows, with the data its writers put there. */
const kinds: readonly [string, Record<string, unknown>][] = [
  ['task.planned', { programme: 'regular-service', dueOn: '2026-10-20' }],
  ['task.due-moved', { from: '2026-11-03', to: '2026-10-20' }],
  ['task.closed', { programme: 'regular-service', outcome: 'returned' }],
  ...callResults.map((result): [string, Record<string, unknown>] => [`call.${result}`, {}]),
  ['appointment.booked', { day: '2026-09-27', time: '15:00' }],
  ['appointment.moved', { day: '2026-09-28', time: null }],
  ['appointment.cancelled', { day: '2026-09-28' }],
  ['appointment.kept', { day: '2026-09-28' }],
  ['message.queued', { channel: 'sms', purpose: 'unreachable' }],
  ['message.sent', { channel: 'email', purpose: 'reminder' }],
  ['message.delivered', { channel: 'email', purpose: 'reminder' }],
  ['message.failed', { channel: 'sms', purpose: 'reminder', reason: 'no-recipient' }],
  ['message.dropped', { channel: 'sms', purpose: 'reminder', reason: 'would-expire' }],
  ['message.reply', { channel: 'sms', optOut: true }],
  ['message.reply', { channel: 'sms', optOut: false }],
  ['message.bad-address', { channel: 'email', code: '550' }],
  ['customer.consent-withdrawn', { channel: 'sms', by: 'reply' }],
  ['phone.added', { phoneId: 'x' }],
  ['phone.state', { from: 'usable', to: 'dead' }],
  ['customer.created', {}],
  ['customer.edited', { fields: ['wechatId', 'region'] }],
  ['vehicle.added', {}],
  ['vehicle.edited', { fields: ['plate'] }],
  ['odometer.refused', { km: 420, reason: 'rollback' }],
  ['visit', { visitKind: 'maintenance', mileageKm: 21_330, totalFen: 68_000, orderNo: 'RO1', advisor: '陈亮' }],
  ['delivery', { deliveredOn: '2024-06-01' }],
]

describe.each(['zh', 'en'] as const)('%s', (locale) => {
  test.each(kinds)('%s has a sentence of its own, without codes or gaps', (kind, data) => {
    const said = sentence(kind, data, tables(locale))
    expect(said).not.toContain(kind)
    expect(said).not.toMatch(/undefined|null|NaN|[a-z]+-[a-z]+(?= )|regular-service|wechatId/)
    expect(/\p{Script=Han}/u.test(said)).toBe(locale === 'zh')
  })
})

test('the values of an event stand in its sentence', () => {
  expect(sentence('appointment.booked', { day: '2026-09-27', time: '15:00' }, tables('zh'))).toBe(
    '预约 2026-09-27 15:00 到店',
  )
  expect(sentence('phone.state', { from: 'usable', to: 'dead' }, tables('en'))).toBe(
    'Phone number marked “Dead” (was “Usable”)',
  )
  expect(sentence('visit', { visitKind: 'repair', mileageKm: 16_020 }, tables('zh'))).toBe('进厂维修，里程 16,020 公里')
  expect(detail('visit', { totalFen: 68_000, customerFen: 68_000, orderNo: 'RO1' }, tables('zh'))).toEqual([
    '工单 RO1',
    '¥680.00',
  ])
  const shared = { totalFen: 90_000, customerFen: 20_000, warrantyFen: 70_000, insuranceFen: null, technician: '老周' }
  expect(detail('visit', shared, tables('zh'))).toEqual(['技师 老周', '¥900.00', '自费 ¥200.00、保修 ¥700.00'])
})

test('a kind of a later version is shown by its code, not left out', () => {
  expect(sentence('points.earned', {}, tables('zh'))).toContain('points.earned')
  expect(groupOf('visit')).toBe('visits')
  expect(groupOf('call.busy')).toBe('contact')
})
