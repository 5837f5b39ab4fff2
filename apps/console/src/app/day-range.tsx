import { DayInput } from './day-input.tsx'
import { useStore } from './store.tsx'

interface DayRangeProps {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly fromLabel: string
  readonly toLabel: string
  readonly className: string
  readonly onChange: (change: { from?: string | undefined } | { to?: string | undefined }) => void
}

/** Two days, either of them open, none after today. */
export function DayRange({ from, to, fromLabel, toLabel, className, onChange }: DayRangeProps) {
  const { store } = useStore()
  return (
    <span className={className}>
      <span className="day-box">
        <DayInput
          label={fromLabel}
          value={from}
          max={to ?? store.today}
          onChange={(day) => onChange({ from: day ?? undefined })}
        />
      </span>
      –
      <span className="day-box">
        <DayInput
          label={toLabel}
          value={to}
          min={from}
          max={store.today}
          onChange={(day) => onChange({ to: day ?? undefined })}
        />
      </span>
    </span>
  )
}
