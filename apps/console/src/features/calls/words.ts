import { word as anyWord, words } from '../../app/words.ts'
import { messageWords } from '../messages/words.ts'

/** The shared lists, and those only calls use. */
export const careWords = {
  zh: {
    ...words.zh,
    programme: { ...words.zh.programme, 'number-correction': '号码更正' },
    part: { morning: '上午', midday: '中午', afternoon: '下午' },
    blocked: { 'no-phone': '缺可用号码' },
    /** What the contact gate and the channels say. */
    gate: { ...messageWords.zh.reasons, ...messageWords.zh.holds },
    anchor: { service: '上次保养', delivery: '交车', elsewhere: '他处保养', unknown: '起算日' },
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
    gate: { ...messageWords.en.reasons, ...messageWords.en.holds },
    anchor: { service: 'last service', delivery: 'delivery', elsewhere: 'service elsewhere', unknown: 'starting day' },
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
