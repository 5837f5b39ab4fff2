import { UndoOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber, Select, Switch, Tooltip } from 'antd'
import type { client } from '../../app/api.ts'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { settingTexts } from './texts.ts'

export type ProgrammeValue = Awaited<ReturnType<typeof client.settings.programmes>>[number]['values'][number]
type Value = ProgrammeValue['value']

interface ValueRowProps {
  readonly declared: ProgrammeValue
  readonly value: Value
  readonly off: boolean
  readonly wrong: string | undefined
  readonly onChange: (value: Value) => void
}

/** One value a programme declares: control, unit, range, default, and the rule it comes from. */
export function ValueRow({ declared, value, off, wrong, onChange }: ValueRowProps) {
  const t = useTexts(settingTexts)
  const f = useFormat()
  const locale = useLocale()
  const label = locale === 'en' ? declared.en : declared.zh
  const unit = declared.unit ? (t.units[declared.unit as keyof typeof t.units] ?? declared.unit) : ''
  const say = (one: Value) => {
    if (typeof one === 'boolean') return one ? t.on : t.off
    if (typeof one === 'number') return f.number(one)
    const option = declared.options?.find((known) => known.value === one)
    return option ? option[locale === 'en' ? 'en' : 'zh'] : one
  }
  const id = `value-${declared.key}`
  const range = declared.min === undefined ? '' : `${f.number(declared.min)} – ${f.number(declared.max)}`
  return (
    <tr>
      <th scope="row">
        <label htmlFor={id}>{label}</label>
        <span className="settings-small muted" aria-hidden="true">
          {[range, `${t.standard} ${say(declared.default)}`].filter(Boolean).join(' · ')}
        </span>
      </th>
      <td>
        <span className="settings-value">
          {typeof declared.default === 'boolean' ? (
            <Switch id={id} checked={value === true} disabled={off} onChange={onChange} />
          ) : typeof declared.default === 'number' ? (
            <InputNumber
              id={id}
              value={Number(value)}
              min={declared.min}
              max={declared.max}
              disabled={off}
              status={wrong ? 'error' : undefined}
              onChange={(next) => next !== null && onChange(Number(next))}
            />
          ) : declared.options ? (
            <Select
              id={id}
              value={String(value)}
              disabled={off}
              onChange={onChange}
              options={declared.options.map((one) => ({ value: one.value, label: say(one.value) }))}
            />
          ) : (
            <Input
              id={id}
              value={String(value)}
              disabled={off}
              status={wrong ? 'error' : undefined}
              onChange={(event) => onChange(event.target.value)}
            />
          )}
          {unit ? <span className="muted">{unit}</span> : null}
          {value !== declared.default && !off ? (
            <Tooltip title={t.toDefault}>
              <Button
                size="small"
                type="text"
                icon={<UndoOutlined />}
                aria-label={`${t.toDefault}: ${label}`}
                onClick={() => onChange(declared.default)}
              />
            </Tooltip>
          ) : null}
        </span>
        {wrong ? (
          <span role="alert" className="settings-wrong">
            {wrong}
          </span>
        ) : null}
      </td>
      <td className="num muted">{range || '—'}</td>
      <td className="num muted">{say(declared.default)}</td>
      <td className="muted">{declared.source}</td>
    </tr>
  )
}
