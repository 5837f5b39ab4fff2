import type { CallOutcome } from '@changhui/rules/words'
import { Button, Input } from 'antd'
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { texts } from '../../app/texts.ts'
import { DayField } from './day-field.tsx'
import { KeyCap } from './key-cap.tsx'
import type { Built, Draft, DraftField } from './report.ts'
import { callTexts } from './texts.ts'

interface Props {
  readonly outcome: CallOutcome
  readonly title: string
  readonly draft: Draft
  readonly today: string
  readonly problem: Extract<Built, { ok: false }> | null
  readonly saving: boolean
  readonly onChange: (draft: Draft) => void
  readonly onSave: () => void
  readonly onBack: () => void
}

/** The few fields an outcome needs; Enter saves, Esc goes back, the first field has the caret. */
export function OutcomeForm({ outcome, title, draft, today, problem, saving, onChange, onSave, onBack }: Props) {
  const t = useTexts(callTexts)
  const { timeForm } = useTexts(texts)
  const form = useRef<HTMLFormElement>(null)
  const id = useId()
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, textarea')?.focus()
  }, [outcome])
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>(`[name="${problem.field}"]`)?.focus()
  }, [problem])

  const reasons = {
    missing: t.errMissing,
    'not-a-number': t.errNumber,
    'not-a-day': t.errDay,
    'not-a-time': timeForm,
    past: t.errPast,
    future: t.errFuture,
  }
  const field = (
    name: DraftField,
    label: string,
    extra: { type?: string; long?: boolean; kind?: 'day'; past?: boolean; now?: boolean } = {},
  ) => {
    const wrong = problem?.field === name ? reasons[problem.reason] : null
    const common = {
      id: `${id}-${name}`,
      name,
      value: draft[name],
      onChange: (event: { target: { value: string } }) => onChange({ ...draft, [name]: event.target.value }),
      status: wrong ? ('error' as const) : undefined,
      'aria-invalid': wrong !== null,
      'aria-describedby': wrong ? `${id}-${name}-wrong` : undefined,
    }
    return (
      <div
        className={`call-field ${extra.long ? 'call-field-long' : extra.kind === 'day' ? 'call-field-day' : ''}`}
        key={name}
      >
        <label htmlFor={common.id}>{label}</label>
        {extra.kind === 'day' ? (
          <DayField
            id={common.id}
            name={name}
            value={draft[name]}
            today={today}
            past={extra.past}
            now={extra.now}
            wrong={wrong !== null}
            describedBy={common['aria-describedby']}
            onChange={(value) => onChange({ ...draft, [name]: value })}
          />
        ) : extra.long ? (
          <Input.TextArea
            {...common}
            rows={3}
            maxLength={1000}
            onKeyDown={(event) => {
              // Enter also picks a word of the Chinese input method; only a plain one saves.
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
              event.preventDefault()
              onSave()
            }}
          />
        ) : (
          <Input
            {...common}
            type={extra.type ?? 'text'}
            maxLength={extra.type ? undefined : 120}
            placeholder={name === 'time' ? '09:30' : undefined}
            inputMode={name === 'km' || name === 'price' || name === 'time' ? 'decimal' : undefined}
          />
        )}
        {wrong ? (
          <span id={`${id}-${name}-wrong`} className="call-field-wrong" role="alert">
            {wrong}
          </span>
        ) : null}
      </div>
    )
  }
  const quick = (values: readonly string[]): ReactNode => (
    <div className="call-quick" key="quick">
      {values.map((value) => (
        <Button key={value} size="small" onClick={() => onChange({ ...draft, reason: value })}>
          {value}
        </Button>
      ))}
    </div>
  )
  const fields: Partial<Record<CallOutcome, ReactNode[]>> = {
    booked: [
      field('day', t.fieldBookedDay, { kind: 'day' }),
      field('time', t.fieldTimeOptional),
      field('detail', t.fieldDetail),
    ],
    later: [field('day', t.fieldLaterDay, { kind: 'day' })],
    callback: [field('day', t.fieldCallDay, { kind: 'day', now: true }), field('time', t.fieldTime)],
    elsewhere: [
      field('day', t.fieldServedOn, { kind: 'day', past: true }),
      field('shop', t.fieldShop),
      field('place', t.fieldPlace),
      field('price', t.fieldPrice),
      field('km', t.fieldKmOptional),
      field('reason', t.fieldReason),
      quick([t.reasonPrice, t.reasonNear, t.reasonTime, t.reasonFriend, t.reasonService]),
    ],
    'mileage-not-reached': [field('km', t.fieldKm)],
    complaint: [field('detail', t.fieldComplaint, { long: true })],
    'handed-over': [field('name', t.fieldName), field('phone', t.fieldPhone, { type: 'tel' })],
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave()
  }
  return (
    <form
      ref={form}
      className="call-form"
      onSubmit={submit}
      aria-label={title}
      noValidate
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault()
          onBack()
        }
      }}
    >
      <h3>{title}</h3>
      <div className="call-fields">{fields[outcome]}</div>
      <div className="call-form-actions">
        <Button type="primary" htmlType="submit" loading={saving}>
          {t.save} <KeyCap>Enter</KeyCap>
        </Button>
        <Button onClick={onBack} disabled={saving}>
          {t.cancel} <KeyCap>Esc</KeyCap>
        </Button>
      </div>
    </form>
  )
}
