import { Button, Input } from 'antd'
import { useFormat } from '../../app/i18n.tsx'
import { parseDay } from '../../app/typed-time.ts'

interface DayFieldProps {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly today: string
  /** Days already over (served elsewhere) rather than days to come. */
  readonly past?: boolean
  /** Today is one of the days offered. */
  readonly now?: boolean
  readonly wrong: boolean
  readonly describedBy: string | undefined
  readonly onChange: (value: string) => void
}

/** A day for quick hands: typed as `23`, `11-23` or `+3`, moved with the arrow keys, or one click on one of the next days. */
export function DayField({ id, name, value, today, past, now, wrong, describedBy, onChange }: DayFieldProps) {
  const f = useFormat()
  const day = parseDay(value, today, past)
  const shift = (days: number) =>
    onChange(
      Temporal.PlainDate.from(day ?? today)
        .add({ days })
        .toString(),
    )
  const near = Array.from({ length: 6 }, (_, i) =>
    Temporal.PlainDate.from(today)
      .add({ days: past ? -i : now ? i : i + 1 })
      .toString(),
  )
  return (
    <>
      <Input
        id={id}
        name={name}
        value={value}
        maxLength={12}
        autoComplete="off"
        status={wrong ? 'error' : undefined}
        aria-invalid={wrong}
        aria-describedby={describedBy}
        suffix={<span className="muted">{day ? f.weekday(day) : ''}</span>}
        onChange={(event) => onChange(event.target.value)}
        onBlur={() => day && day !== value && onChange(day)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
          event.preventDefault()
          shift(event.key === 'ArrowUp' ? 1 : -1)
        }}
      />
      <span className="call-days">
        {near.map((one) => (
          <Button
            key={one}
            size="small"
            type={one === day ? 'primary' : 'default'}
            ghost={one === day}
            onClick={() => onChange(one)}
            title={f.longDay(one)}
          >
            {f.weekday(one)} {Number(one.slice(8))}
          </Button>
        ))}
      </span>
    </>
  )
}
