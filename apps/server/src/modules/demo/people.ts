import { vinCheckDigit } from '@changhui/rules/vin'
import type { Chance } from './chance.ts'

export interface DemoPerson {
  readonly name: string
  readonly sex: 'male' | 'female'
  readonly birthday: string
  readonly region: string
  readonly locality: 'local' | 'out-of-town'
  readonly occupation: string
  readonly industry: string | null
  readonly source: string
  readonly tags: readonly string[]
  readonly preferredHour: number | null
  readonly doNotDisturb: boolean
  readonly phones: readonly { number: string; state: 'usable' | 'dead' | 'wrong' }[]
  readonly cars: readonly DemoCar[]
}

export interface DemoCar {
  readonly vin: string
  readonly plate: string
  readonly brand: string
  readonly series: string
  readonly model: string
  readonly energy: 'petrol' | 'hybrid' | 'electric'
  readonly purpose: 'private' | 'commercial'
  readonly deliveredOn: string
  /** Kilometres a day this person really drives. */
  readonly dailyKm: number
}

const surnames = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈',
  '欧阳',
  '上官',
  '司徒',
  '诸葛',
]
const male = [...'伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳']
const female = [...'芳娜敏静丽艳娟霞秀兰燕玲丹萍红玉桂英慧莹雪琳晶妍茜秋珊莎黛青倩']
const regions = ['虚河区', '望川区', '南屏区', '云台区', '青梧县', '白鹭镇']
const jobs = ['教师', '工程师', '个体经营', '医护', '公务员', '销售', '司机', '自由职业', '退休', '会计']
/** What follows of a job; of the others nobody wrote down an industry. */
const industries: Readonly<Record<string, string>> = {
  教师: '教育',
  工程师: '制造业',
  个体经营: '批发零售',
  医护: '医疗卫生',
  公务员: '政府机关',
  司机: '交通运输',
  会计: '金融',
}
/** An invented maker: nobody's car is meant. */
const models = [
  { series: 'S3', model: 'S3 1.5L 舒适版', energy: 'petrol' },
  { series: 'S5', model: 'S5 2.0T 豪华版', energy: 'petrol' },
  { series: 'X7', model: 'X7 2.0T 四驱版', energy: 'petrol' },
  { series: 'H5', model: 'H5 双擎版', energy: 'hybrid' },
  { series: 'E6', model: 'E6 长续航版', energy: 'electric' },
] as const
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'

const dayBefore = (today: Temporal.PlainDate, days: number) => today.subtract({ days }).toString()

/**
 * One invented customer. Nobody can own what stands here: the 154 segment is given to no operator, no maker's VIN begins
 * with 0, and 苏Z is issued in no city.
 */
export function demoPerson(dice: Chance, index: number, today: Temporal.PlainDate): DemoPerson {
  const sex = dice.yes(0.62) ? 'male' : 'female'
  const given = sex === 'male' ? male : female
  const name = dice.pick(surnames) + dice.pick(given) + (dice.yes(0.7) ? dice.pick(given) : '')
  const phone = (place: number) => `1540000${String(index * 2 + place).padStart(4, '0')}`.slice(0, 11)
  const trouble = dice.next()
  const phones: DemoPerson['phones'][number][] =
    trouble < 0.03 ? [] : [{ number: phone(0), state: trouble < 0.05 ? 'dead' : trouble < 0.06 ? 'wrong' : 'usable' }]
  if (phones.length > 0 && dice.yes(0.12)) phones.push({ number: phone(1), state: 'usable' })
  const cars = Array.from({ length: dice.yes(0.06) ? 2 : 1 }, (_, car) => demoCar(dice, index * 2 + car, today))
  const origin = {
    birthday: dayBefore(today, dice.int(22 * 365, 66 * 365)),
    region: dice.pick(regions),
    locality: dice.yes(0.85) ? ('local' as const) : ('out-of-town' as const),
    occupation: dice.pick(jobs),
  }
  return {
    name,
    sex,
    ...origin,
    industry: industries[origin.occupation] ?? null,
    source: dice.pick(['展厅', '转介绍', '网络', '二手车', '活动']),
    tags: dice.yes(0.1) ? [dice.pick(['老客户', '企业用车', '车友会', '关注油耗'])] : [],
    preferredHour: dice.yes(0.15) ? dice.int(9, 16) : null,
    doNotDisturb: dice.yes(0.01),
    phones,
    cars,
  }
}

function demoCar(dice: Chance, serial: number, today: Temporal.PlainDate): DemoCar {
  const kind = dice.pick(models)
  const draft = `0CH${dice.pick(['SA', 'SB', 'XA', 'EA'])}${String(dice.int(100, 999))}0${dice.pick([...'PRSTV'])}${dice.pick([...'123'])}${String(serial).padStart(6, '0')}`
  const tail = `${dice.int(0, 9)}${dice.pick([...letters])}${String(serial % 1000).padStart(3, '0')}`
  return {
    vin: draft.slice(0, 8) + vinCheckDigit(draft) + draft.slice(9),
    plate: kind.energy === 'electric' ? `苏ZD${String(10000 + (serial % 90000))}` : `苏Z${tail}`,
    brand: '晨行',
    ...kind,
    purpose: dice.yes(0.02) ? 'commercial' : 'private',
    deliveredOn: dayBefore(today, dice.int(20, 6 * 365)),
    dailyKm: Math.min(150, Math.max(4, Math.round(Math.exp(3.45 + 0.5 * dice.normal())))),
  }
}
