import { Input } from 'antd'
import { useEffect, useState } from 'react'
import { heldTime, parseTime } from './typed-time.ts'

interface TimeInputProps {
  readonly value: string
  /** Told with every key: `09:30`, empty where that is allowed, or the text as it stands where it is no time. */
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
  // The text stays as it is typed (`9` may still become `9:30`) while it means the value.
  useEffect(() => setTyped((now) => (heldTime(now, optional) === value ? now : value)), [value, optional])
  const held = heldTime(typed, optional)
  const wrong = parseTime(held) === null && !(optional && held === '')
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
        onChange(heldTime(event.target.value, optional))
      }}
      onBlur={() => setTyped(held)}
    />
  )
}
