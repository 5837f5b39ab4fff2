import { Input } from 'antd'
import { useTexts } from '../../app/i18n.tsx'
import { settingTexts } from './texts.ts'

interface Span {
  readonly from: string
  readonly to: string
}
interface SpanInputProps {
  readonly name: string
  readonly span: Span
  readonly off: boolean
  readonly wrong: string | undefined
  readonly onChange: (span: { from: string; to: string }) => void
}

/** Two times of a day, from and until. */
export function SpanInput({ name, span, off, wrong, onChange }: SpanInputProps) {
  const t = useTexts(settingTexts)
  const status = wrong || span.from >= span.to ? 'error' : undefined
  return (
    <span className="settings-span">
      <Input
        type="time"
        aria-label={`${name} ${t.from}`}
        value={span.from}
        disabled={off}
        status={status}
        onChange={(event) => event.target.value && onChange({ from: event.target.value, to: span.to })}
      />
      –
      <Input
        type="time"
        aria-label={`${name} ${t.until}`}
        value={span.to}
        disabled={off}
        status={status}
        onChange={(event) => event.target.value && onChange({ from: span.from, to: event.target.value })}
      />
      {wrong ? (
        <span role="alert" className="settings-wrong">
          {wrong}
        </span>
      ) : null}
    </span>
  )
}
