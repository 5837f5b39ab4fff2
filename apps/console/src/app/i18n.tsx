import { LoadingOutlined } from '@ant-design/icons'
import { ConfigProvider } from 'antd'
import enUS from 'antd/es/locale/en_US'
import zhCN from 'antd/es/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'
import { formats, type Locale } from './format.ts'
import { antdTheme, useThemeChoice } from './theme.ts'

const storageKey = 'changhui.locale'
const listeners = new Set<() => void>()
const stored = localStorage.getItem(storageKey)
// Chinese first; English for who chose it, or whose browser speaks it.
let locale: Locale = (stored ?? navigator.language).startsWith('en') ? 'en' : 'zh-CN'

function apply() {
  document.documentElement.lang = locale
  dayjs.locale(locale === 'en' ? 'en' : 'zh-cn')
}
apply()

/** The language in force, also outside components. */
export const currentLocale = () => locale
export function chooseLocale(next: Locale) {
  locale = next
  localStorage.setItem(storageKey, next)
  apply()
  for (const tell of listeners) tell()
}
const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => listeners.delete(tell)
}
export const useLocale = (): Locale => useSyncExternalStore(subscribe, currentLocale)

/** The shape of a text table without its literal words, so that both languages must have the same keys. */
export type Widen<T> = T extends string
  ? string
  : T extends (...values: infer A) => string
    ? (...values: A) => string
    : { readonly [K in keyof T]: Widen<T[K]> }

/** The texts of the language in force: `const t = useTexts(texts)` with `texts = { zh: {...}, en: {...} } as const`. */
export function useTexts<const Z>(texts: { readonly zh: Z; readonly en: Widen<NoInfer<Z>> }): Widen<Z> {
  return useLocale() === 'en' ? (texts.en as Widen<Z>) : (texts.zh as Widen<Z>)
}

/** The time zone that moments are shown in: the store's, set by the store's provider. */
export const TimeZone = createContext('Asia/Shanghai')
/** Formatters in the person's language and the store's time zone. */
export function useFormat() {
  const language = useLocale()
  const timeZone = useContext(TimeZone)
  return useMemo(() => formats(language, timeZone), [language, timeZone])
}

/**
 * The icon of a button at work comes and goes at once: antd's own moves, and where the answer comes before its motion begins it never
 * ends, so that screen readers go on saying "loading".
 */
const button = { autoInsertSpace: false, loadingIcon: <LoadingOutlined /> }

/** Language and look for everything inside. */
export function Appearance({ children }: { children: ReactNode }) {
  const language = useLocale()
  const { shade } = useThemeChoice()
  const theme = useMemo(() => antdTheme(shade), [shade])
  return (
    <ConfigProvider locale={language === 'en' ? enUS : zhCN} theme={theme} button={button}>
      {children}
    </ConfigProvider>
  )
}
