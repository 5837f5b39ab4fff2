import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { CHANNELS, PURPOSES } from '@changhui/rules/gate'
import { Button, InputNumber, Select } from 'antd'
import type { Answers } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { words } from '../../app/words.ts'
import { Field } from './field.tsx'
import { gateTexts } from './gate-texts.ts'

type Cap = Answers['messages']['gate']['caps'][number]

interface GateCapsProps {
  readonly caps: readonly Cap[]
  readonly off: boolean
  readonly wrong: Readonly<Record<string, string>>
  readonly onChange: (caps: Cap[]) => void
}

/** So many contacts in so many days, of all purposes and channels or of some. */
export function GateCaps({ caps, off, wrong, onChange }: GateCapsProps) {
  const t = useTexts(gateTexts)
  const w = useTexts(words)
  const set = (place: number, change: Partial<Cap>) =>
    onChange(caps.map((cap, at) => (at === place ? { ...cap, ...change } : cap)))
  return (
    <>
      {caps.length === 0 ? <p className="muted settings-none">{t.noCaps}</p> : null}
      <ul className="gate-caps">
        {caps.map((cap, place) => (
          <li key={place}>
            <Field label={t.days} wrong={wrong[`caps.${place}`]}>
              <InputNumber
                min={1}
                max={366}
                precision={0}
                disabled={off}
                value={cap.days}
                onChange={(days) => set(place, { days: days ?? 1 })}
              />
            </Field>
            <Field label={t.most}>
              <InputNumber
                min={1}
                max={100}
                precision={0}
                disabled={off}
                value={cap.most}
                onChange={(most) => set(place, { most: most ?? 1 })}
              />
            </Field>
            <Field label={t.purposes}>
              <Select
                mode="multiple"
                disabled={off}
                placeholder={t.allPurposes}
                value={cap.purposes ?? []}
                onChange={(purposes) => set(place, { purposes: purposes.length > 0 ? purposes : undefined })}
                options={PURPOSES.map((value) => ({ value, label: w.contactPurpose[value] }))}
              />
            </Field>
            <Field label={t.channels}>
              <Select
                mode="multiple"
                disabled={off}
                placeholder={t.allChannels}
                value={cap.channels ?? []}
                onChange={(channels) => set(place, { channels: channels.length > 0 ? channels : undefined })}
                options={CHANNELS.map((value) => ({ value, label: w.channel[value] }))}
              />
            </Field>
            {off ? null : (
              <Button
                type="text"
                aria-label={t.remove}
                title={t.remove}
                icon={<DeleteOutlined aria-hidden />}
                onClick={() => onChange(caps.filter((_, at) => at !== place))}
              />
            )}
          </li>
        ))}
      </ul>
      {off ? null : (
        <Button
          icon={<PlusOutlined aria-hidden />}
          disabled={caps.length >= 20}
          onClick={() => onChange([...caps, { days: 7, most: 2 }])}
        >
          {t.add}
        </Button>
      )}
    </>
  )
}
