import { DatePicker } from 'antd'
import dayjs from 'dayjs'

/** A day as `2026-05-03`, typed or picked; works as a form field. */
export function DayInput({
  value,
  onChange,
  id,
  min,
  max,
  label,
  autoFocus,
}: {
  value?: string | null
  onChange?: (day: string | null) => void
  id?: string
  min?: string
  max?: string
  label?: string
  autoFocus?: boolean
}) {
  return (
    <DatePicker
      id={id}
      aria-label={label}
      autoFocus={autoFocus}
      style={{ width: '100%' }}
      format="YYYY-MM-DD"
      value={value ? dayjs(value) : null}
      minDate={min ? dayjs(min) : undefined}
      maxDate={max ? dayjs(max) : undefined}
      onChange={(day) => onChange?.(day ? day.format('YYYY-MM-DD') : null)}
    />
  )
}
