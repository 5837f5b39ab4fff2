import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useFormat, useTexts } from './i18n.tsx'
import { useStore } from './store.tsx'
import { texts } from './texts.ts'
import './shapes.css'

/** The month in the address, its first day; where none stands there, so many months before the present one. */
export function useMonth(before = 0): [Temporal.PlainDate, (by: number) => void] {
  const { store } = useStore()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const given =
    typeof search.month === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(search.month) ? search.month : undefined
  const month = given
    ? Temporal.PlainDate.from(`${given}-01`)
    : Temporal.PlainDate.from(store.today).with({ day: 1 }).subtract({ months: before })
  const go = (by: number) => {
    const next = month.add({ months: by }).toPlainYearMonth().toString()
    void navigate({ to: '.', search: { month: next }, replace: true })
  }
  return [month, go]
}

/** Month by month, not beyond `latest` (a month, `2026-11`); `children` stand behind it. */
export function MonthBar({
  month,
  go,
  latest,
  label,
  children,
}: {
  month: Temporal.PlainDate
  go: (by: number) => void
  latest: string
  label?: string
  children?: ReactNode
}) {
  const t = useTexts(texts)
  const format = useFormat()
  return (
    <div className="month-bar no-print">
      <Button icon={<LeftOutlined />} aria-label={t.monthBefore} onClick={() => go(-1)} />
      <strong className="num">{label ?? format.month(month.toString())}</strong>
      <Button
        icon={<RightOutlined />}
        aria-label={t.monthAfter}
        disabled={month.toPlainYearMonth().toString() >= latest}
        onClick={() => go(1)}
      />
      {children}
    </div>
  )
}
