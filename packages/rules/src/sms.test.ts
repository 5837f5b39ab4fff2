import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { optOutReply, saysOptOut, smsLength, withOptOut } from './sms.ts'
import { lintSms, refusedAsSms, refusedValue, type SmsKind } from './smsRules.ts'

describe('length and segments (MSG-01)', () => {
  const han = (count: number) => '车'.repeat(count)
  it.each([
    [han(70), '', 70, 1, 0],
    [han(71), '', 71, 2, 63],
    [han(134), '', 134, 2, 0],
    [han(135), '', 135, 3, 66],
    // Aliyun's own example: 160 characters are 67 + 67 + 26
    [han(160), '', 160, 3, 41],
    [han(64), '常回汽车', 70, 1, 0],
    [han(65), '常回汽车', 71, 2, 63],
    ['a'.repeat(100), '', 100, 2, 34],
    ['', '', 0, 0, 70],
  ])('%s with %s: %i units, %i segments, %i left', (text, signature, units, segments, left) => {
    expect(smsLength(text, signature)).toMatchObject({ units, segments, left, encoding: 'ucs-2' })
  })
  it('knows GSM-7 abroad: 160, then 153, with the extended characters counting double', () => {
    expect(smsLength('a'.repeat(160), '', 'international')).toMatchObject({ encoding: 'gsm-7', segments: 1 })
    expect(smsLength('a'.repeat(350), '', 'international')).toMatchObject({ segments: 3 })
    expect(smsLength('€'.repeat(81), '', 'international')).toMatchObject({ units: 162, segments: 2, left: 143 })
    expect(smsLength('ç', '', 'international').encoding).toBe('ucs-2')
  })
  it('never cuts a character in two', () => {
    expect(smsLength(`${'车'.repeat(66)}🚗${'车'.repeat(66)}`)).toMatchObject({ units: 134, segments: 3 })
  })
  it('is as long as providers bill: up to 70 one, then by 67', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.string({ maxLength: 12, unit: 'grapheme-ascii' }),
        (count, name) => {
          const total = count + (name ? name.length + 2 : 0)
          const { segments, units, tooLong } = smsLength(han(count), name)
          expect([units, segments, tooLong]).toEqual([total, total <= 70 ? 1 : Math.ceil(total / 67), total > 500])
        },
      ),
    )
  })
})

describe('opting out (MSG-02)', () => {
  it.each([
    '退订',
    'T',
    'TD',
    't',
    'td',
    'ＴＤ',
    'ｔ',
    ' T D ',
    '“T”',
    '退订。',
    '回复TD',
    '回T',
    'R',
    '拒收',
    'TD退订',
    '退 订 短信',
    '退订，谢谢',
    '不要再发了',
    'stop',
  ])('%s opts out', (reply) => expect(optOutReply(reply)).toBe(true))
  it.each([
    '',
    '好的',
    'N',
    '收到',
    '不退订',
    '可以不退订吗',
    '明天T1航站楼见',
    '怎么退订',
    'TDS',
    '取消预约',
    '取消',
    '谢谢',
    '3',
    '回复',
    'https://t.cn/TD',
  ])('%s does not', (reply) => expect(optOutReply(reply)).toBe(false))
  it('puts the words at the end once', () => {
    expect(withOptOut('换季检测免费', 'aliyun')).toBe('换季检测免费，拒收请回复R')
    expect(withOptOut('换季检测免费。', 'other')).toBe('换季检测免费。回T退订')
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('aliyun', 'tencent', 'other'), (text, provider) => {
        const once = withOptOut(text, provider)
        expect(saysOptOut(once)).toBe(true)
        expect(withOptOut(once, provider)).toBe(once)
      }),
    )
  })
  it('knows the words in other shapes', () => {
    expect(['退订回T', '回复TD退订。', '拒收请回复 R', '退订请回复TD'].map(saysOptOut)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['退订', '回复T', '退订回T，明日有效'].map(saysOptOut)).toEqual([false, false, false])
  })
})

describe('what providers refuse (MSG-04)', () => {
  const rules = (text: string, kind: SmsKind = 'notice', provider: 'aliyun' | 'tencent' = 'tencent') =>
    lintSms(text, { provider, kind }).map(({ rule }) => rule)
  it.each<[string, string[]]>([
    ['{{客户姓名}}您好，您的爱车{{车牌}}保养将于{{到期日}}到期，请致电{{门店电话}}预约。', []],
    ['您的爱车年检将于11月到期', ['inspection']],
    ['诚邀您本周六到店免费检测', ['shop-invitation']],
    ['您的爱车很久没有回来保养了', ['recall-of-users']],
    ['您的交强险将于12月到期', ['insurance']],
    ['您有200积分即将过期', ['points']],
    ['送您一张保养券', ['coupons']],
    ['请您为本次服务打分', ['surveys']],
    ['维修进度请看 https://a.cn/{{单号}}', ['link-in-variable']],
    ['维修进度请看{{链接}}', ['link-in-variable']],
    ['详情 t.cn/A6abc', ['short-link']],
    ['{1}{2}您好，爱车已修好', ['adjacent-variables']],
    ['{{客户姓名}}，{{到期日}}', ['only-variables']],
    ['【常回】爱车已修好', ['signature-marks', 'signature-marks']],
    ['爱车已修好★', ['symbols']],
    ['请致电13800138000', ['personal-number']],
    ['爱车已修好，拒收请回复R', ['opt-out-in-notice']],
    ['加微信领红包', ['add-contact', 'coupons']],
  ])('%s: %j', (text, expected) => expect(rules(text)).toEqual(expected))

  it('asks marketing for the opt-out words, and notices at Aliyun for no greeting', () => {
    expect(rules('换季检测免费', 'marketing')).toEqual(['no-opt-out'])
    expect(rules('换季检测免费，拒收请回复R', 'marketing')).toEqual([])
    expect(rules('祝您生日快乐', 'notice', 'aliyun')).toContain('greeting-in-notice')
    expect(rules('祝您生日快乐', 'notice', 'tencent')).toEqual([])
  })

  it('says where, and what to do', () => {
    expect(lintSms('尊敬的客户，您的保险快到期', { provider: 'aliyun', kind: 'notice' })).toEqual([
      { rule: 'insurance', at: 8, length: 2, text: '保险', by: 'channel' },
    ])
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('年检', '{{链接}}', '🚗', '【', '续保', '好', '{1}', 'T', '。')),
        (parts) => {
          const text = parts.join('')
          const found = lintSms(text, { provider: 'aliyun', kind: 'notice' })
          for (const one of found) expect(text.slice(one.at, one.at + one.length)).toBe(one.text)
          expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).sort((a, b) => a - b))
          expect(found.some(({ rule }) => rule === 'inspection')).toBe(text.includes('年检'))
        },
      ),
    )
  })

  it('says that a text is too long', () => {
    expect(lintSms('车'.repeat(501), { provider: 'aliyun', kind: 'notice' })).toMatchObject([
      { rule: 'too-long', at: 500, length: 1 },
    ])
  })

  it.each([
    ['https://a.cn', true],
    ['www.a.com', true],
    ['见 evil.top/x', true],
    ['张先生', false],
    ['沪A12345', false],
    ['3.5', false],
  ])('a value %s is refused: %s', (value, refused) => expect(refusedValue(value)).toBe(refused))

  it.each([
    ['您的{{车牌}}年检将于{{到期日}}到期', [], true],
    ['您的{{车牌}}车险将于{{到期日}}到期', [], true],
    ['您的{{车牌}}保养将于{{到期日}}到期', ['沪A12345', '12月1日'], false],
    ['您的{{车牌}}保养将于{{到期日}}到期', ['沪A12345', 'www.a.com'], true],
    ['【店】您的{{车牌}}保养到期', [], false],
  ])('%s with %j goes by no SMS: %s', (template, values, refused) =>
    expect([refusedAsSms(template, values), refusedAsSms(template, values)]).toEqual([refused, refused]),
  )
})
