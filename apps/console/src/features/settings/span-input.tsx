import { useTexts } from '../../app/i18n.tsx'
import { texts } from '../../app/texts.ts'
import { TimeInput } from '../../app/time-input.tsx'
import { settingTexts } from './texts.ts'

interface Span {
  readonly from: string
  readonly to: string
}
interface SpanInputProps {
  readonly name: string
  readonly span: Span
  readonly off: boolean
  /** The problems of the form by field; `field` is the path of this span among them. */
  readonly wrong: Readonly<Record<string, string>>
  readonly field: string
  /** May end on the next day. */
  readonly overnight?: boolean
  readonly onChange: (span: { from: string; to: string }) => void
}

/** Two times of a day, from and until. */
export function SpanInput({ name, span, off, wrong: all, field, overnight, onChange }: SpanInputProps) {
  const t = useTexts(settingTexts)
  const { timeForm } = useTexts(texts)
  const wrong = all[`${field}.from`] || all[`${field}.to`] ? timeForm : all[field]
  const status = wrong || (overnight ? span.from === span.to : span.from >= span.to) ? 'error' : undefined
  return (
    <span className="settings-span">
      <TimeInput
        label={`${name} ${t.from}`}
        value={span.from}
        disabled={off}
        status={status}
        onChange={(from) => onChange({ from, to: span.to })}
      />
      –
      <TimeInput
        label={`${name} ${t.until}`}
        value={span.to}
        disabled={off}
        status={status}
        onChange={(to) => onChange({ from: span.from, to })}
      />
      {wrong ? (
        <span role="alert" className="settings-wrong">
          {wrong}
        </span>
      ) : null}
    </span>
  )
}
