import { useFormat, useTexts } from '../../app/i18n.tsx'
import type { ImportJob } from './kinds.ts'
import { texts } from './texts.ts'

const keys = ['read', 'created', 'updated', 'unchanged', 'rejected', 'warnings'] as const

/** What the file came to, in figures. `dry` = what it would come to. */
export function Counts({ counts, dry }: { counts: NonNullable<ImportJob['counts']>; dry: boolean }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { customers, vehicles, visits } = counts.entities
  const sentence = dry ? t.entitiesDry : t.entities
  return (
    <>
      <dl className="counts">
        {keys.map((key) => (
          <div key={key} className={counts[key] > 0 ? `count-${key}` : ''}>
            <dt>{t.count[key]}</dt>
            <dd className="num">{format.number(counts[key])}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{sentence(format.number(customers), format.number(vehicles), format.number(visits))}</p>
    </>
  )
}
