import { word as anyWord, words } from '../../app/words.ts'

/** The shared lists, and those only calls use. */
export const careWords = {
  zh: {
    ...words.zh,
    programme: { ...words.zh.programme, 'number-correction': '号码更正' },
    part: { morning: '上午', midday: '中午', afternoon: '下午' },
    blocked: { 'no-phone': '缺可用号码' },
    gate: {
      cap: '近期联系次数已满',
      'cool-down': '刚联系过，间隔未到',
      'quiet-hours': '静默时段',
      'marketing-hours': '营销时段外',
      closed: '非营业时间',
      'do-not-disturb': '客户免打扰',
      'opted-out': '客户已拒绝',
      'no-marketing-consent': '未授权营销',
      'asked-already': '已问过',
      expired: '已过期',
      'would-expire': '等到可联系时已过期',
      'never-open': '没有可联系的时间',
    },
    anchor: { service: '上次保养', delivery: '交车', elsewhere: '他处保养' },
    flag: {
      overdue: '已逾期',
      'at-reception': '近期来过店（非保养），请前台提醒',
      'no-phone': '缺可用号码',
      'open-complaint': '有未结投诉，先致歉',
      'third-service-lock': '三保锁定：介绍三保优惠',
    },
  },
  en: {
    ...words.en,
    programme: { ...words.en.programme, 'number-correction': 'Number correction' },
    part: { morning: 'morning', midday: 'midday', afternoon: 'afternoon' },
    blocked: { 'no-phone': 'No usable number' },
    gate: {
      cap: 'Contacted often enough lately',
      'cool-down': 'Contacted just now',
      'quiet-hours': 'Quiet hours',
      'marketing-hours': 'Outside marketing hours',
      closed: 'Closed',
      'do-not-disturb': 'Do not disturb',
      'opted-out': 'Refused by the customer',
      'no-marketing-consent': 'No consent to marketing',
      'asked-already': 'Asked already',
      expired: 'Too late',
      'would-expire': 'Too late once allowed',
      'never-open': 'No hour to call',
    },
    anchor: { service: 'last service', delivery: 'delivery', elsewhere: 'service elsewhere' },
    flag: {
      overdue: 'Overdue',
      'at-reception': 'Was here lately for something else',
      'no-phone': 'No usable number',
      'open-complaint': 'Open complaint: apologise first',
      'third-service-lock': 'Third service: tell the fair price',
    },
  },
} as const

/** The word for a code, empty when there is none. */
export const word = (list: Readonly<Record<string, string>>, code: string | null | undefined): string =>
  code ? anyWord(list, code) : ''
