import { CloseOutlined, SearchOutlined } from '@ant-design/icons'
import { CHURN_BANDS } from '@changhui/rules/churn'
import { Button, Checkbox, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { useSettled } from '../../app/search.tsx'
import { words } from '../../app/words.ts'
import { dueChoices, type Filters, visitBands } from './filters.ts'
import { texts } from './list-texts.ts'

/** A text field that tells its value once the person stops typing. */
function TypedFilter({
  label,
  value,
  onChange,
  wide,
}: {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
  wide?: boolean
}) {
  const [text, setText] = useState(value ?? '')
  const [told, setTold] = useState(value)
  if (told !== value) {
    // The address changed from outside (a view was chosen, filters were cleared).
    setTold(value)
    setText(value ?? '')
  }
  const settled = useSettled(text, 250)
  useEffect(() => {
    const next = settled.trim() || undefined
    if (settled === text && next !== value) {
      setTold(next)
      onChange(next)
    }
  }, [settled, text, value, onChange])
  return (
    <Input
      className={wide ? 'filter-wide' : 'filter-narrow'}
      value={text}
      aria-label={label}
      placeholder={label}
      prefix={wide ? <SearchOutlined aria-hidden /> : undefined}
      allowClear
      onChange={(event) => setText(event.target.value)}
    />
  )
}

export function FilterBar({ filters, onChange }: { filters: Filters; onChange: (change: Partial<Filters>) => void }) {
  const t = useTexts(texts).filter
  const w = useTexts(words)
  const any = Object.keys(filters).length > 0
  return (
    <search className="filter-bar" aria-label={t.label}>
      <TypedFilter wide label={t.query} value={filters.query} onChange={(query) => onChange({ query })} />
      <Select
        aria-label={t.due}
        className="filter-select"
        value={filters.due ?? 'any'}
        onChange={(value) => onChange({ due: value === 'any' ? undefined : Number(value) })}
        options={[
          { value: 'any' as const, label: t.dueAny },
          ...dueChoices.map((days) => ({ value: days, label: t.dueWithin(days) })),
        ]}
      />
      <Select
        aria-label={t.visit}
        className="filter-select"
        value={filters.visit ?? 'any'}
        onChange={(value) => onChange({ visit: visitBands.find((band) => band === value) })}
        options={[
          { value: 'any' as const, label: t.visitAny },
          ...visitBands.map((band) => ({ value: band, label: t.visits[band] })),
        ]}
      />
      <Select
        aria-label={t.band}
        className="filter-short"
        value={filters.band ?? 'any'}
        onChange={(value) => onChange({ band: CHURN_BANDS.find((band) => band === value) })}
        options={[
          { value: 'any' as const, label: t.bandAny },
          ...CHURN_BANDS.map((band) => ({ value: band, label: w.churnBand[band] })),
        ]}
      />
      <Select
        aria-label={t.locality}
        className="filter-short"
        value={filters.locality ?? 'any'}
        onChange={(value) => onChange({ locality: value === 'local' || value === 'out-of-town' ? value : undefined })}
        options={[
          { value: 'any' as const, label: t.localityAny },
          { value: 'local' as const, label: w.locality.local },
          { value: 'out-of-town' as const, label: w.locality['out-of-town'] },
        ]}
      />
      <TypedFilter label={t.model} value={filters.model} onChange={(model) => onChange({ model })} />
      <TypedFilter label={t.tag} value={filters.tag} onChange={(tag) => onChange({ tag })} />
      <Checkbox
        checked={filters.noUsablePhone === true}
        onChange={(event) => onChange({ noUsablePhone: event.target.checked || undefined })}
      >
        {t.noUsablePhone}
      </Checkbox>
      {any ? (
        <Button
          type="link"
          size="small"
          icon={<CloseOutlined aria-hidden />}
          onClick={() =>
            onChange({
              query: undefined,
              due: undefined,
              visit: undefined,
              band: undefined,
              locality: undefined,
              noUsablePhone: undefined,
              tag: undefined,
              model: undefined,
            })
          }
        >
          {t.clear}
        </Button>
      ) : null}
    </search>
  )
}
