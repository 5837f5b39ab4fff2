/** Where a warning holds. A municipality is its own city. `null`: the whole of the larger area. */
export interface AlertArea {
  readonly province: string | null
  readonly city: string | null
  readonly county: string | null
  readonly text: string
}

const MUNICIPALITIES = ['北京市', '天津市', '上海市', '重庆市']
const PROVINCE =
  /^(?:(?:北京|天津|上海|重庆)市|(?:黑龙江|[\u4e00-\u9fff]{2})省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区)/
const CITY = /^[\u4e00-\u9fff]{2,12}?(?:自治州|地区|盟|市)/
const COUNTY = /^[\u4e00-\u9fff]{1,14}?(?:自治县|自治旗|新区|林区|特区|县|区|旗|市)$/
/** A county-level name also by itself: 海淀区, 石狮市. */
const ALONE = /(?:自治县|自治旗|新区|县|区|旗)$/

/**
 * Cuts an administrative name into province, city and county; `null` when it is none. Takes the clumsy ones of the
 * services: the province said twice, `重庆市县云阳县`.
 */
export function parseArea(raw: string): AlertArea | null {
  const text = raw.normalize('NFKC').replace(/\s+/g, '')
  if (!/^[\u4e00-\u9fff]{2,40}$/.test(text)) return null
  const province = PROVINCE.exec(text)?.[0] ?? null
  let rest = text.slice(province?.length ?? 0)
  let city = province && MUNICIPALITIES.includes(province) ? province : null
  if (city) rest = rest.replace(/^(?:市辖区|县)(?=.{2})/, '')
  else {
    const found = ALONE.test(rest) && !CITY.test(rest) ? null : (CITY.exec(rest)?.[0] ?? null)
    city = found
    rest = rest.slice(found?.length ?? 0)
  }
  if (province && rest.startsWith(province)) rest = rest.slice(province.length)
  const county = rest === '' ? null : (COUNTY.exec(rest)?.[0] ?? null)
  if (rest !== '' && county === null) return null
  return province || city || county ? { province, city, county, text } : null
}

const same = (a: string, b: string): boolean => short(a) === short(b)
/** 北京 and 北京市, 海淀 and 海淀区 are the same place; two characters at least stay. */
const short = (name: string): string => name.replace(/(?<=.{2})(?:省|市|区|县|旗|盟|地区|自治[州县旗区])$/, '')

/**
 * The whole place of a customer's region (CARE-08): who is at home and has written only a district, a town nobody lists or
 * nothing at all lives where the store is. `storeRegion`: the store's own, at least its city; empty when not known.
 */
export function wholeRegion(region: string, outOfTown: boolean, storeRegion: string): string {
  const store = parseArea(storeRegion)
  const text = region.trim()
  if (outOfTown || !store) return text
  if (text === '') return store.text
  const city = store.province === store.city ? (store.city ?? '') : `${store.province ?? ''}${store.city ?? ''}`
  const home = parseArea(text) ?? (/[镇乡村园道]$/.test(text) ? null : parseArea(`${text}市`))
  if (!home) return city
  return home.city || home.province || !home.county ? text : `${city}${home.county}`
}

/**
 * Whether a customer's region lies in the area of a warning (CARE-08). A region that names less than the warning is outside:
 * 泉州市 may be anywhere, a warning for 石狮市 is not sent to it. A county is told by its name where the region leaves out the city.
 */
export function inArea(region: string, area: AlertArea): boolean {
  const home = parseArea(region) ?? parseArea(`${region.trim()}市`)
  if (!home) return false
  if (home.province && area.province && !same(home.province, area.province)) return false
  if (area.county) {
    const county = home.county ?? (home.city && !area.city?.startsWith(short(home.city)) ? home.city : null)
    const cityFits = !home.city || !area.city || home.city === county || same(home.city, area.city)
    return county !== null && same(county, area.county) && cityFits
  }
  if (area.city) return home.city !== null && same(home.city, area.city)
  return area.province !== null && home.province !== null
}
