import { cloneElement, type ReactElement, useId } from 'react'
import './field.css'

interface FieldProps {
  readonly label: string
  readonly wrong?: string | undefined
  readonly hint?: string | undefined
  readonly wide?: boolean
  /** The control; gets its id, and its error for screen readers. */
  readonly children: ReactElement<{
    id?: string
    status?: 'error' | undefined
    'aria-describedby'?: string | undefined
  }>
}

/** A label over its control, with what is wrong under it. */
export function Field({ label, wrong, hint, wide, children }: FieldProps) {
  const id = useId()
  return (
    <div className={wide ? 'settings-field settings-field-wide' : 'settings-field'}>
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, {
        id,
        ...(wrong ? { status: 'error' as const, 'aria-describedby': `${id}-wrong` } : {}),
      })}
      {hint && !wrong ? <span className="muted settings-field-hint">{hint}</span> : null}
      {wrong ? (
        <span id={`${id}-wrong`} role="alert" className="settings-wrong">
          {wrong}
        </span>
      ) : null}
    </div>
  )
}
