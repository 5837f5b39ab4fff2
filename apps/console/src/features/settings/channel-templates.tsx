import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { blankLine, type TemplateLine } from './channel-draft.ts'
import { channelTexts } from './channel-texts.ts'
import { Field } from './field.tsx'

interface Props {
  readonly lines: readonly TemplateLine[]
  readonly wechat: boolean
  /** What is wrong by path, `templates.0.code`. */
  readonly wrong: Readonly<Record<string, string>>
  readonly onChange: (lines: readonly TemplateLine[]) => void
}

/** Which template of the provider carries which of ours. */
export function ChannelTemplates({ lines, wechat, wrong, onChange }: Props) {
  const t = useTexts(channelTexts)
  const f = useFormat()
  const change = (at: number, part: Partial<TemplateLine>) =>
    onChange(lines.map((line, i) => (i === at ? { ...line, ...part } : line)))
  return (
    <fieldset className="channel-lines">
      <legend>{t.templates}</legend>
      <p className="settings-hint">{t.templatesHint}</p>
      {lines.map((line, at) => {
        const n = f.number(at + 1)
        const wrongAt = (field: string) => wrong[`settings.templates.${at}.${field}`]
        return (
          <section key={at} className="channel-line" aria-label={t.line({ n })}>
            <Field label={t.template} wrong={wrongAt('template')}>
              <Input
                value={line.template}
                maxLength={80}
                onChange={(event) => change(at, { template: event.target.value })}
              />
            </Field>
            <Field label={t.code} wrong={wrongAt('code')}>
              <Input value={line.code} maxLength={120} onChange={(event) => change(at, { code: event.target.value })} />
            </Field>
            {wechat ? (
              <>
                <Field label={t.kind} wrong={wrongAt('kind')}>
                  <Select
                    value={line.kind}
                    onChange={(kind: TemplateLine['kind']) => change(at, { kind })}
                    options={(['template', 'subscription'] as const).map((value) => ({ value, label: t.kinds[value] }))}
                  />
                </Field>
                <Field label={t.url} wrong={wrongAt('url')}>
                  <Input
                    value={line.url}
                    maxLength={300}
                    placeholder={t.optional}
                    onChange={(event) => change(at, { url: event.target.value })}
                  />
                </Field>
              </>
            ) : null}
            <Field label={t.fields} wrong={wrongAt('fields')} wide>
              <Input.TextArea
                value={line.fields}
                autoSize={{ minRows: 1, maxRows: 6 }}
                className="channel-code"
                onChange={(event) => change(at, { fields: event.target.value })}
              />
            </Field>
            <Button
              size="small"
              type="text"
              danger
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t.removeLine({ n })}
              onClick={() => onChange(lines.filter((_, i) => i !== at))}
            />
          </section>
        )
      })}
      <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => onChange([...lines, blankLine])}>
        {t.addLine}
      </Button>
    </fieldset>
  )
}
