/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseAlert, parseAlertTitle, type RawAlert, worthNotice } from './weather.ts'
import { inArea, parseArea, wholeRegion } from './weatherArea.ts'

interface Shapes {
  readonly cma_now_54511: { readonly alarm: readonly RawAlert[] }
  readonly nmc_findAlarm: {
    readonly item: RawAlert
    readonly title_cases: readonly (readonly [string, string, string | null, string | null, string, string])[]
    readonly must_not_parse: readonly string[]
  }
  readonly qweather_v7_warning: { readonly item: RawAlert }
}
const file = new URL('../../../../shared/data/weather/alert_shapes.json', import.meta.url)
const shapes = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Shapes) : null

describe.skipIf(!shapes)('real warnings (skipped without ../shared/data)', () => {
  it('reads the titles that must parse', () => {
    for (const [title, province, city, county, kind, level] of shapes?.nmc_findAlarm.title_cases ?? []) {
      const alert = parseAlertTitle(title)
      // The list gives no county for 重庆市县云阳县; told apart here, or all of Chongqing would hear of Yunyang's fog.
      const expected = title.startsWith('重庆市县') ? '云阳县' : county
      expect(alert?.area).toMatchObject({ province, city, county: expected })
      expect([alert?.kind, alert?.level]).toEqual([kind, level])
    }
  })
  it('refuses the titles that must not', () => {
    for (const title of shapes?.nmc_findAlarm.must_not_parse ?? [''])
      expect([title, parseAlertTitle(title)]).toEqual([title, null])
  })
  it('reads the entries of three providers', () => {
    const entries = [
      ...(shapes?.cma_now_54511.alarm ?? []),
      shapes?.nmc_findAlarm.item,
      shapes?.qweather_v7_warning.item,
    ]
    const alerts = entries.map((one) => one && normaliseAlert(one))
    expect(
      alerts.map((one) => one && [one.area.text, one.kind, one.level, one.issuedAt?.toString(), one.status]),
    ).toEqual([
      ['北京市', '暴雨', 'blue', '2025-06-14T00:25:00Z', 'issued'],
      ['北京市', '雷电', 'blue', '2025-06-13T23:35:00Z', 'issued'],
      ['福建省漳州市龙海区', '大风', 'yellow', '2026-10-06T12:28:00Z', 'issued'],
      ['北京市', '暴雨', 'blue', '2025-08-20T00:19:00Z', 'issued'],
    ])
  })
})

describe('titles (CARE-08)', () => {
  it.each([
    ['上海市气象台2026年7月1日06时30分解除暴雨黄色预警信号', '暴雨', 'lifted'],
    ['浙江省杭州市气象台更新台风橙色预警', '台风', 'updated'],
    ['河北省 石家庄市气象台 继续发布 道路结冰黄色预警信号', '道路结冰', 'updated'],
    ['中新天津生态城气象台发布大雾黄色预警信号', null, null],
  ])('%s', (title, kind, status) => {
    const alert = parseAlertTitle(title)
    expect([alert?.kind ?? null, alert?.status ?? null]).toEqual([kind, status])
  })
  it('keeps a warning whose time cannot be', () => {
    const alert = parseAlertTitle('北京市气象台2025年2月31日25时00分发布暴雨蓝色预警信号')
    expect([alert?.kind, alert?.issuedAt]).toEqual(['暴雨', null])
  })
  it('takes fields before the title, and lifts what was cancelled', () => {
    const raw = { title: '北京市气象台发布暴雨蓝色预警信号', id: 'x', pubTime: '2025-08-20T08:19+08:00' }
    expect(normaliseAlert({ ...raw, severityColor: 'Red', status: 'cancel' })).toMatchObject({
      level: 'red',
      status: 'lifted',
    })
    expect(normaliseAlert({ title: 'Rainstorm', sender: '北京市气象局', level: 'Blue', typeName: '暴雨' })?.kind).toBe(
      '暴雨',
    )
    expect(normaliseAlert({ title: 'Rainstorm', level: 'Blue' })).toBeNull()
    expect(normaliseAlert({ ...raw, pubTime: 'yesterday' })?.issuedAt).toBeNull()
  })
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (title, other) => {
        expect(parseAlertTitle(title)).toBeNull()
        expect(normaliseAlert({ title, pubTime: other, level: other, sender: other })).toBeNull()
      }),
    )
  })
  it('tells what is worth a notice', () => {
    const alert = (kind: string, level: 'blue' | 'yellow' | 'red') => ({ kind, level, status: 'issued' as const })
    expect(worthNotice(alert('暴雨', 'blue'))).toBe(false)
    expect(worthNotice(alert('暴雨', 'yellow'))).toBe(true)
    expect(worthNotice({ ...alert('暴雨', 'red'), status: 'lifted' })).toBe(false)
    expect(worthNotice(alert('森林火险', 'red'))).toBe(false)
    expect(worthNotice(alert('constructor', 'red'))).toBe(false)
  })
})

describe('areas', () => {
  it.each([
    ['福建省泉州市石狮市', '福建省', '泉州市', '石狮市'],
    ['内蒙古自治区锡林郭勒盟锡林浩特市', '内蒙古自治区', '锡林郭勒盟', '锡林浩特市'],
    ['上海市浦东新区', '上海市', '上海市', '浦东新区'],
    ['海淀区', null, null, '海淀区'],
    ['杭州市', null, '杭州市', null],
    ['杭州市西湖区', null, '杭州市', '西湖区'],
    ['海南省', '海南省', null, null],
  ])('%s', (text, province, city, county) => expect(parseArea(text)).toEqual({ province, city, county, text }))

  it.each([
    ['福建省泉州市石狮市', '福建省泉州市石狮市', true],
    ['福建省泉州市', '福建省泉州市石狮市', false],
    ['福建省泉州市晋江市', '福建省泉州市石狮市', false],
    ['福建省泉州市晋江市', '福建省泉州市', true],
    ['福建省泉州市晋江市', '福建省', true],
    ['石狮市', '福建省泉州市石狮市', true],
    ['上海市浦东新区', '上海市', true],
    ['浦东新区', '上海市浦东新区', true],
    ['北京', '北京市', true],
    ['北京市朝阳区', '辽宁省朝阳市', false],
    ['辽宁省朝阳市', '北京市朝阳区', false],
    ['杭州', '浙江省杭州市', true],
    ['福州市鼓楼区', '江苏省南京市鼓楼区', false],
    ['南京市鼓楼区', '江苏省南京市鼓楼区', true],
    ['泉州市', '福建省', false],
    ['浙江省杭州市', '福建省', false],
    ['某地', '浙江省杭州市', false],
    ['', '浙江省杭州市', false],
  ])('%s lies in the warning for %s: %s', (region, warned, expected) => {
    const area = parseArea(warned)
    expect(area && inArea(region, area)).toBe(expected)
  })
})

describe('the whole place of a region (CARE-08)', () => {
  it.each([
    ['虚河区', false, '云江省虚川市', '云江省虚川市虚河区'],
    ['海淀区', false, '北京市朝阳区', '北京市海淀区'],
    ['白鹭镇', false, '云江省虚川市', '云江省虚川市'],
    ['', false, '北京市朝阳区', '北京市朝阳区'],
    ['  ', true, '北京市朝阳区', ''],
    ['虚河区', true, '云江省虚川市', '虚河区'],
    ['泉州市石狮市', false, '云江省虚川市', '泉州市石狮市'],
    ['泉州', false, '云江省虚川市', '泉州'],
    ['虚河区', false, '', '虚河区'],
  ])('%s, out of town %s, at a store in %s: %s', (region, outOfTown, storeRegion, whole) => {
    expect(wholeRegion(region, outOfTown, storeRegion)).toBe(whole)
  })

  it('lets a warning of the city reach who wrote only a district', () => {
    const city = parseArea('云江省虚川市')
    if (!city) throw new Error('not an area')
    expect(inArea('虚河区', city)).toBe(false)
    expect(inArea(wholeRegion('虚河区', false, '云江省虚川市'), city)).toBe(true)
    expect(inArea(wholeRegion('虚河区', true, '云江省虚川市'), city)).toBe(false)
  })
})
