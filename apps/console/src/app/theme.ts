import { type ThemeConfig, theme } from 'antd'
import { useSyncExternalStore } from 'react'
import { palettes, type Shade } from './palette.ts'

export type ThemeChoice = 'light' | 'dark' | 'system'

const storageKey = 'changhui.theme'
const fonts =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif'

const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
const stored = localStorage.getItem(storageKey)
let choice: ThemeChoice = stored === 'light' || stored === 'dark' ? stored : 'system'

const shadeNow = (): Shade => (choice === 'system' ? (systemDark.matches ? 'dark' : 'light') : choice)

/** Writes the palette as CSS variables, so style sheets and Ant Design share one source of colour. */
function apply() {
  const shade = shadeNow()
  const root = document.documentElement
  root.dataset.theme = shade
  root.style.colorScheme = shade
  root.style.setProperty('--ch-font', fonts)
  for (const [name, value] of Object.entries(palettes[shade])) root.style.setProperty(`--ch-${name}`, value)
  for (const tell of listeners) tell()
}
systemDark.addEventListener('change', apply)
apply()

export function chooseTheme(next: ThemeChoice) {
  choice = next
  localStorage.setItem(storageKey, next)
  apply()
}

const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => listeners.delete(tell)
}
/** What the person chose, and the shade that is in force now. */
export function useThemeChoice(): { choice: ThemeChoice; shade: Shade } {
  const shade = useSyncExternalStore(subscribe, shadeNow)
  const chosen = useSyncExternalStore(subscribe, () => choice)
  return { choice: chosen, shade }
}

/** Ant Design's tokens in the product's look: compact controls, thin borders, no default blue. */
export function antdTheme(shade: Shade): ThemeConfig {
  const c = palettes[shade]
  return {
    algorithm: shade === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: c.primary,
      colorLink: c.primary,
      colorSuccess: c.success,
      colorWarning: c.warning,
      colorError: c.danger,
      colorInfo: c.info,
      colorSuccessBg: c['success-soft'],
      colorWarningBg: c['warning-soft'],
      colorErrorBg: c['danger-soft'],
      colorInfoBg: c['info-soft'],
      colorSuccessBorder: c.border,
      colorWarningBorder: c.border,
      colorErrorBorder: c.border,
      colorInfoBorder: c.border,
      colorBgLayout: c.page,
      colorBgContainer: c.surface,
      colorBgElevated: c.surface,
      colorBorder: c['border-strong'],
      colorBorderSecondary: c.border,
      colorSplit: c.border,
      colorText: c.text,
      colorTextSecondary: c['text-2'],
      colorTextTertiary: c['text-3'],
      colorTextDescription: c['text-3'],
      colorTextPlaceholder: c['text-3'],
      fontFamily: fonts,
      fontSize: 14,
      controlHeight: 30,
      controlHeightSM: 24,
      controlHeightLG: 38,
      fontSizeLG: 14,
      borderRadius: 6,
      borderRadiusLG: 8,
      boxShadowSecondary: `0 6px 24px ${c.shadow}`,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
      wireframe: false,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        primaryColor: c['on-primary'],
        fontWeight: 500,
      },
      Table: {
        headerBg: c.sunken,
        headerColor: c['text-2'],
        headerSplitColor: 'transparent',
        rowHoverBg: c.sunken,
        cellPaddingBlock: 8,
      },
      Card: { headerFontSize: 14, headerHeight: 40 },
      Tag: { defaultBg: c.sunken, defaultColor: c['text-2'] },
      Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
      Tooltip: { colorBgSpotlight: shade === 'dark' ? '#2c3531' : '#27302c' },
      Alert: { defaultPadding: '8px 12px' },
    },
  }
}
