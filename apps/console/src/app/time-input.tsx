import { Input } from 'antd'
import { useEffect, useState } from 'react'
import { parseTime } from './typed-time.ts'

interface TimeInputProps {
  readonly value: string
  /** Told once what was typed is a time: `09:30`, or empty where that is allowed. */
  readonly onChange: (time: string) => void
  readonly id?: string
  readonly label?: string
  readonly name?: string
  readonly disabled?: boolean
  readonly optional?: boolean
  readonly status?: 'error' | undefined
  readonly 'aria-describedby'?: string | undefined
}

/** A time of the day as `09:30`, also typed `9`, `930` or `9：30`; the same in every browser, whatever its language. */
export function TimeInput({ value, onChange, label, optional, status, ...rest }: TimeInputProps) {
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  const read = (text: string) => (optional && text.trim() === '' ? '' : parseTime(text))
  const wrong = read(typed) === null
  return (
    <Input
      {...rest}
      aria-label={label}
      aria-invalid={wrong}
      className="time-input"
      inputMode="numeric"
      maxLength={5}
      placeholder="09:30"
      value={typed}
      status={wrong ? 'error' : status}
      onChange={(event) => {
        setTyped(event.target.value)
        const time = read(event.target.value)
        // While it is typed only a full time counts: `9` may still become `9:30`.
        if (time !== null && (time === '' || event.target.value === time)) onChange(time)
      }}
      onBlur={() => {
        const time = read(typed)
        if (time === null) return
        setTyped(time)
        if (time !== value) onChange(time)
      }}
    />
  )
}
