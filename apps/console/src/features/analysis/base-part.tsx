import { type BasePart, basePartTitles } from '@changhui/contract/base-analysis'
import { bandText } from '@changhui/rules/bands'
import type { ChurnBand } from '@changhui/rules/churn'
import { Button } from 'antd'
import { useState } from 'react'
import type { Answers } from '../../app/api.ts'
import { Chart } from '../../app/chart.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { words } from '../../app/words.ts'
import { baseTexts } from './base-texts.ts'
import { ShareTable } from './share-table.tsx'

type Part = Answers['baseAnalysis']['month']['parts'][BasePart]

/** Values shown at first: what a manager takes in at a glance. */
const SHOWN = 8

/** Bands of years in their order, as a chart. */
export function BandPart({ part, name }: { part: Part; name: 'age' | 'vehicleAge' }) {
  const t = useTexts(baseTexts)
  const title = useTexts(basePartTitles)[name]
  return (
    <Panel>
      <Chart
        title={title}
        categoryTitle={title}
        categories={part.rows.map(({ value }) => (value === null ? t.unknown : bandText(value)))}
        series={[{ name: title, values: part.rows.map(({ count }) => count) }]}
        height={220}
        texts={t}
      />
    </Panel>
  )
}

/** How far the customers have drifted away, in the order of the bands (KEEP-01). */
export function ChurnPart({ part }: { part: Part }) {
  const t = useTexts(baseTexts)
  const w = useTexts(words)
  const title = useTexts(basePartTitles).churn
  const label = (value: string | null) => (value === null ? t.neverCame : w.churnBand[value as ChurnBand])
  return (
    <Panel title={title} flush>
      <ShareTable
        heading={t.value}
        rows={part.rows.map(({ value, count }) => ({
          key: `${value}`,
          label: label(value),
          count,
          quiet: value === null,
        }))}
      />
    </Panel>
  )
}

/** Values by how many have them; the first few, more when asked for. */
export function RankedPart({ part, name }: { part: Part; name: BasePart }) {
  const t = useTexts(baseTexts)
  const title = useTexts(basePartTitles)[name]
  const f = useFormat()
  const [all, setAll] = useState(false)
  const known = part.rows.filter(({ value }) => value !== null)
  const unknown = part.rows.find(({ value }) => value === null)
  const shown = all ? known : known.slice(0, SHOWN)
  const left = known.slice(shown.length)
  const rest = {
    values: part.rest.values + left.length,
    count: part.rest.count + left.reduce((sum, { count }) => sum + count, 0),
  }
  const quiet = [
    ...(rest.values > 0
      ? [{ key: 'rest:', label: t.rest(f.number(rest.values)), count: rest.count, quiet: true }]
      : []),
    ...(unknown ? [{ key: 'unknown:', label: t.unknown, count: unknown.count, quiet: true }] : []),
  ]
  const coming = name === 'arrivalRegion' || name === 'arrivalSource'
  return (
    <Panel
      title={title}
      flush
      extra={
        known.length > SHOWN ? (
          <Button type="text" size="small" className="no-print" onClick={() => setAll(!all)}>
            {all ? t.fewer : t.more(f.number(known.length - SHOWN))}
          </Button>
        ) : null
      }
    >
      {known.length === 0 ? (
        <p className="analysis-none muted">{coming && !unknown ? t.none : t.noneKnown}</p>
      ) : (
        <ShareTable
          heading={t.value}
          rows={[...shown.map(({ value, count }) => ({ key: `is:${value}`, label: value ?? '', count })), ...quiet]}
        />
      )}
    </Panel>
  )
}
