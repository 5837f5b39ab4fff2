import { Button, Skeleton, theme } from 'antd'
import type { ECharts } from 'echarts/core'
import { useEffect, useId, useRef, useState } from 'react'
import type { Shade } from './palette.ts'
import { useThemeChoice } from './theme.ts'
import './chart.css'

export interface ChartSeries {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly kind?: 'bar' | 'line'
}

interface ChartProps {
  /** Says what the picture shows; read out in its place. */
  readonly title: string
  readonly categories: readonly string[]
  /** Heading of the first column of the table. */
  readonly categoryTitle: string
  readonly series: readonly ChartSeries[]
  readonly height?: number
  readonly stacked?: boolean
  readonly format?: (value: number) => string
  readonly texts: { readonly showTable: string; readonly showChart: string }
}

/** From a neutral whole over ever deeper steps to one warm accent: a funnel reads without its legend. */
const tones: Record<Shade, { neutral: string; steps: readonly string[] }> = {
  light: { neutral: '#bcc7c1', steps: ['#86b9ae', '#3f9384', '#0b6e60', '#d58a1f', '#5b7fa6'] },
  dark: { neutral: '#4b5852', steps: ['#2c6f63', '#40978a', '#6fd0be', '#e0ae56', '#86b6e2'] },
}
function coloursOf(count: number, shade: Shade, primary: string): string[] {
  const { neutral, steps } = tones[shade]
  if (count === 1) return [primary]
  return count === 2 ? [neutral, primary] : [neutral, ...steps]
}

/** A bar or line chart in the colours of the theme, drawn by ECharts once it is needed, with the same figures as a table. */
export function Chart(props: ChartProps) {
  const [asTable, setAsTable] = useState(false)
  const id = useId()
  return (
    <figure className="ch-chart" aria-labelledby={id}>
      <figcaption className="ch-chart-head">
        <span id={id}>{props.title}</span>
        <Button size="small" type="text" className="no-print" onClick={() => setAsTable(!asTable)}>
          {asTable ? props.texts.showChart : props.texts.showTable}
        </Button>
      </figcaption>
      {asTable ? <ChartTable {...props} /> : <ChartPicture {...props} />}
    </figure>
  )
}

function ChartTable({ categories, categoryTitle, series, format = String }: ChartProps) {
  return (
    // A scrolling region must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the table scrolls sideways on a phone
    <section className="ch-chart-table" tabIndex={0} aria-label={categoryTitle}>
      <table>
        <thead>
          <tr>
            <th scope="col">{categoryTitle}</th>
            {series.map((one) => (
              <th key={one.name} scope="col">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {categories.map((category, row) => (
            <tr key={category}>
              <th scope="row">{category}</th>
              {series.map((one) => {
                const value = one.values[row]
                return <td key={one.name}>{value === null || value === undefined ? '—' : format(value)}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ChartPicture({ title, categories, series, height = 280, stacked, format }: ChartProps) {
  const { token } = theme.useToken()
  const { shade } = useThemeChoice()
  const box = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<ECharts | null>(null)
  const [failed, setFailed] = useState<string | null>(null)

  useEffect(() => {
    const element = box.current
    if (!element) return
    let made: ECharts | null = null
    let gone = false
    const observer = new ResizeObserver(() => made?.resize())
    import('./chart-engine.ts').then(
      ({ init }) => {
        if (gone) return
        made = init(element, null, { renderer: 'svg' })
        observer.observe(element)
        setChart(made)
      },
      (error: unknown) => setFailed(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      gone = true
      observer.disconnect()
      made?.dispose()
      setChart(null)
    }
  }, [])

  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const axis = {
      axisLine: { lineStyle: { color: token.colorBorder } },
      axisLabel: { color: token.colorTextSecondary, hideOverlap: true },
      splitLine: { lineStyle: { color: token.colorBorderSecondary } },
    }
    chart?.setOption(
      {
        aria: { enabled: true, label: { description: title } },
        animation: !still,
        animationDuration: 250,
        color: coloursOf(series.length, shade, token.colorPrimary),
        textStyle: { fontFamily: token.fontFamily },
        grid: { left: 8, right: 12, top: series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
        legend:
          series.length > 1
            ? { top: 0, left: 0, type: 'plain', itemWidth: 12, itemHeight: 8, textStyle: { color: token.colorText } }
            : { show: false },
        tooltip: {
          trigger: 'axis',
          confine: true,
          backgroundColor: token.colorBgElevated,
          borderColor: token.colorBorder,
          textStyle: { color: token.colorText },
          ...(format ? { valueFormatter: (value: unknown) => (typeof value === 'number' ? format(value) : '—') } : {}),
        },
        xAxis: { type: 'category', data: [...categories], ...axis, axisTick: { show: false } },
        yAxis: {
          type: 'value',
          minInterval: 1,
          ...axis,
          axisLabel: {
            color: token.colorTextSecondary,
            ...(format ? { formatter: (value: number) => format(value) } : {}),
          },
        },
        series: series.map((one) => ({
          name: one.name,
          type: one.kind ?? 'bar',
          data: [...one.values],
          barMaxWidth: 28,
          ...(one.kind === 'line' ? { symbolSize: 6 } : {}),
          ...(stacked ? { stack: 'all' } : {}),
        })),
      },
      { notMerge: true },
    )
  }, [chart, title, categories, series, stacked, format, token, shade])

  if (failed) return <p role="alert">{failed}</p>
  return (
    <div className="ch-chart-box" style={{ height }}>
      {chart === null && <Skeleton active className="ch-chart-wait" title={false} paragraph={{ rows: 5 }} />}
      <div ref={box} style={{ height }} role="img" aria-label={title} />
    </div>
  )
}
