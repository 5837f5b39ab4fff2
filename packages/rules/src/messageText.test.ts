import { expect, it } from 'vitest'
import { asSent, fillMessage, type SmsTariff, sentLength, spokenHours } from './messageText.ts'

const tariff: SmsTariff = { signature: '常回', provider: 'aliyun', counting: 'mainland', fenPerSegment: 5 }

it('puts a plain word where a fact is not known, and names what nothing can stand in for', () => {
  expect(
    fillMessage('{{称呼}}您好，您的{{车牌}}预计{{到期日}}到期，请致电{{门店电话}}。', { plate: '', dueOn: null }),
  ).toEqual({
    text: '车主您好，您的爱车预计——到期，请致电门店。',
    missing: ['dueOn'],
    unknown: [],
  })
  expect(fillMessage('{{车牌}}', { plate: '京A·D1234' }).text).toBe('京A·D1234')
})

it('adds the opt-out words to marketing by SMS only and counts them with the signature', () => {
  expect(asSent('新款到店', 'sms', 'marketing', 'aliyun')).toBe('新款到店，拒收请回复R')
  expect(asSent('新款到店', 'wechat', 'marketing', 'aliyun')).toBe('新款到店')
  expect(asSent('新款到店', 'sms', 'reminder', 'aliyun')).toBe('新款到店')
  // 66 + 4 for 【常回】 fit into one; the same as marketing needs the nine of ，拒收请回复R too
  const text = '好'.repeat(66)
  expect([sentLength(text, 'reminder', tariff).segments, sentLength(text, 'marketing', tariff).segments]).toEqual([
    1, 2,
  ])
})

it('says opening hours in runs of equal days', () => {
  const day = { from: '08:30', to: '17:30' }
  const short = { from: '09:00', to: '16:00' }
  expect(spokenHours(Array(7).fill(day))).toBe('每天 08:30–17:30')
  expect(spokenHours([day, day, day, day, day, short, null])).toBe('周一至周五 08:30–17:30，周六 09:00–16:00')
  expect(spokenHours([day, null, day, null, null, null, null])).toBe('周一 08:30–17:30，周三 08:30–17:30')
  expect(spokenHours(Array(7).fill(null))).toBeNull()
})
