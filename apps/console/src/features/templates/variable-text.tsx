import { SCRIPT_VARIABLES } from '@changhui/rules/script'
import { Button, Input } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { type RefObject, useRef } from 'react'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { templateTexts } from './texts.ts'

export interface TextVariable {
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly sample: string
}

/** What nearly every text needs; the others stand behind a line of their own. */
const USUAL: ReadonlySet<string> = new Set(
  (
    [
      'customerName',
      'honorific',
      'plate',
      'model',
      'dueOn',
      'serviceName',
      'storeName',
      'storePhone',
      'agentName',
      'advisorName',
    ] as const
  ).map((name) => SCRIPT_VARIABLES[name][0]),
)

/** A text with variables that go in where the cursor is, by a click. */
export function VariableText({
  value,
  onChange,
  label,
  unknown,
  variables,
  max,
  disabled,
  area: given,
}: {
  value: string
  onChange: (value: string) => void
  label: string
  /** Names nobody knows, as `unknownVariables` finds them. */
  unknown: readonly string[]
  variables: readonly TextVariable[]
  max: number
  disabled: boolean
  area?: RefObject<TextAreaRef | null>
}) {
  const t = useTexts(templateTexts)
  const format = useFormat()
  const locale = useLocale()
  const own = useRef<TextAreaRef>(null)
  const area = given ?? own
  const insert = (name: string) => {
    const field = area.current?.resizableTextArea?.textArea
    const [from, to] = [field?.selectionStart ?? value.length, field?.selectionEnd ?? value.length]
    const place = `{{${name}}}`
    onChange(value.slice(0, from) + place + value.slice(to))
    // The caret goes behind what was put in, once the field shows it.
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(from + place.length, from + place.length)
    })
  }
  const button = (one: TextVariable) => (
    <Button key={one.name} size="small" title={one.sample} onClick={() => insert(one.name)}>
      {locale === 'en' ? one.en : one.zh}
    </Button>
  )
  return (
    <>
      <Input.TextArea
        ref={area}
        value={value}
        disabled={disabled}
        maxLength={max}
        showCount
        aria-label={label}
        aria-invalid={unknown.length > 0}
        status={unknown.length > 0 ? 'error' : undefined}
        autoSize={{ minRows: 5, maxRows: 20 }}
        onChange={(event) => onChange(event.target.value)}
      />
      {unknown.length > 0 ? (
        <p role="alert" className="settings-wrong">
          {t.unknown({ names: format.list(unknown) })}
        </p>
      ) : null}
      {disabled ? null : (
        <section aria-label={t.variables} className="text-variables">
          <p className="settings-hint">{t.variablesHint}</p>
          {variables.filter(({ name }) => USUAL.has(name)).map(button)}
          <details>
            <summary>{t.variablesMore}</summary>
            <div>{variables.filter(({ name }) => !USUAL.has(name)).map(button)}</div>
          </details>
        </section>
      )}
    </>
  )
}
