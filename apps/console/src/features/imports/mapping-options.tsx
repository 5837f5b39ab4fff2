import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import type { Mapping } from '@changhui/contract/imports'
import { visitKinds } from '@changhui/rules/words'
import { Button, Checkbox, Input, Select } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { words } from '../../app/words.ts'
import type { ImportKind } from './kinds.ts'
import { texts } from './texts.ts'

function Field({
  label,
  hint,
  wide,
  children,
}: {
  label: string
  hint?: string
  wide?: boolean
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className={wide ? 'form-wide' : ''}>
      <label htmlFor={id} className="option-label">
        {label}
      </label>
      {children(id)}
      {hint ? <div className="muted option-hint">{hint}</div> : null}
    </div>
  )
}

/** How the file writes dates, distances, money and visits. */
export function MappingOptions({
  kind,
  headers,
  mapping,
  onChange,
}: {
  kind: ImportKind
  headers: readonly string[]
  mapping: Mapping
  onChange: (part: Partial<Mapping>) => void
}) {
  const t = useTexts(texts).map
  const w = useTexts(words)
  const kinds = visitKinds.map((value) => ({ value, label: w.visitKind[value] }))
  const options = <K extends string>(list: Readonly<Record<K, string>>) =>
    (Object.keys(list) as K[]).map((value) => ({ value, label: list[value] }))
  const rules = mapping.visitKinds
  const setRule = (at: number, part: Partial<(typeof rules)[number]>) =>
    onChange({ visitKinds: rules.map((rule, place) => (place === at ? { ...rule, ...part } : rule)) })
  return (
    <div className="mapping-options">
      <Field label={t.source} hint={t.sourceHint}>
        {(id) => (
          <Input
            id={id}
            maxLength={60}
            value={mapping.source}
            onChange={(event) => onChange({ source: event.target.value })}
          />
        )}
      </Field>
      <Field label={t.dateOrder}>
        {(id) => (
          <Select
            id={id}
            value={mapping.dateOrder}
            options={options(t.dateOrders)}
            onChange={(dateOrder) => onChange({ dateOrder })}
          />
        )}
      </Field>
      {kind === 'customers' ? null : (
        <Field label={t.vehicleKey} hint={t.vehicleKeyHint} wide>
          {(id) => (
            <Select
              id={id}
              mode="multiple"
              maxCount={5}
              value={mapping.vehicleKey}
              options={headers.map((value) => ({ value, label: value }))}
              onChange={(vehicleKey) => onChange({ vehicleKey })}
            />
          )}
        </Field>
      )}
      {kind === 'visits' ? (
        <>
          <Field label={t.odometerUnit}>
            {(id) => (
              <Select
                id={id}
                value={mapping.odometerUnit}
                options={options(t.odometerUnits)}
                onChange={(odometerUnit) => onChange({ odometerUnit })}
              />
            )}
          </Field>
          <Field label={t.amountUnit}>
            {(id) => (
              <Select
                id={id}
                value={mapping.amountUnit}
                options={options(t.amountUnits)}
                onChange={(amountUnit) => onChange({ amountUnit })}
              />
            )}
          </Field>
          <div className="form-wide">
            <Checkbox
              checked={mapping.severalLinesPerVisit}
              onChange={(event) => onChange({ severalLinesPerVisit: event.target.checked })}
            >
              {t.severalLines}
            </Checkbox>
          </div>
          <fieldset className="form-wide rules">
            <legend>{t.visitKinds}</legend>
            <div className="muted option-hint">{t.visitKindsHint}</div>
            {rules.map((rule, at) => (
              <div key={at} className="rule">
                <Input
                  aria-label={t.contains}
                  prefix={<span className="muted">{t.contains}</span>}
                  maxLength={60}
                  value={rule.contains}
                  onChange={(event) => setRule(at, { contains: event.target.value })}
                />
                <Select
                  aria-label={t.is}
                  value={rule.kind}
                  options={kinds}
                  onChange={(next) => setRule(at, { kind: next })}
                />
                <Button
                  type="text"
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={t.removeRule}
                  onClick={() => onChange({ visitKinds: rules.filter((_, place) => place !== at) })}
                />
              </div>
            ))}
            <Button
              size="small"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => onChange({ visitKinds: [...rules, { contains: '', kind: 'maintenance' }] })}
            >
              {t.addRule}
            </Button>
          </fieldset>
          <Field label={t.defaultKind}>
            {(id) => (
              <Select
                id={id}
                value={mapping.defaultVisitKind}
                options={kinds}
                onChange={(defaultVisitKind) => onChange({ defaultVisitKind })}
              />
            )}
          </Field>
        </>
      ) : null}
    </div>
  )
}
