export type Locale = 'zh-CN' | 'en'

const numberOf = (value: number, locale: Locale, digits = 0) =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: 0, maximumFractionDigits: digits }).format(value)

/** Everything a page writes out: days and moments in the store's time zone, km, fen. `null` gives an em dash. */
export function formats(locale: Locale, timeZone: string) {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' })
  const long = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'long' })
  const ofMonth = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' })
  const weekday = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' })
  const atNoon = (day: string) => new Date(`${day.slice(0, 10)}T12:00:00Z`)
  const or = <T>(value: T | null | undefined, show: (value: T) => string) =>
    value === null || value === undefined ? '—' : show(value)
  return {
    /** `2026-05-03` */
    day: (day: string | null | undefined) => or(day, (one) => one.slice(0, 10)),
    /** `2026年5月3日 周日` / `3 May 2026, Sun` */
    longDay: (day: string | null | undefined) =>
      or(day, (one) => `${long.format(atNoon(one))}${locale === 'en' ? ', ' : ' '}${weekday.format(atNoon(one))}`),
    /** `2026年5月` / `May 2026` */
    month: (day: string | null | undefined) => or(day, (one) => ofMonth.format(atNoon(one))),
    /** `周日` / `Sun` */
    weekday: (day: string | null | undefined) => or(day, (one) => weekday.format(atNoon(one))),
    /** `2026-05-03 09:30` in the store's time zone */
    moment: (instant: string | null | undefined) => or(instant, (one) => parts.format(new Date(one))),
    /** `09:30` in the store's time zone */
    time: (instant: string | null | undefined) => or(instant, (one) => clock.format(new Date(one))),
    /** `12,345 km` / `12,345 公里` */
    km: (km: number | null | undefined) =>
      or(km, (one) => `${numberOf(one, locale)} ${locale === 'en' ? 'km' : '公里'}`),
    /** `¥1,234.50` */
    fen: (fen: number | null | undefined) =>
      or(fen, (one) => new Intl.NumberFormat('zh-CN', { style: 'currency', currency: 'CNY' }).format(one / 100)),
    number: (value: number | null | undefined) => or(value, (one) => numberOf(one, locale, 1)),
    percent: (share: number | null | undefined) =>
      or(share, (one) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(one)),
    /** `甲、乙` / `one, two` */
    list: (names: readonly string[]) => names.join(locale === 'en' ? ', ' : '、'),
    bytes: (bytes: number) => {
      if (bytes < 1024) return `${bytes} B`
      const kb = bytes / 1024
      return kb < 1024 ? `${numberOf(kb, locale, 1)} KB` : `${numberOf(kb / 1024, locale, 1)} MB`
    },
  }
}
