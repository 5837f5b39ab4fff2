import type { ChurnBand } from '@changhui/rules/churn'
import { useTexts } from '../../app/i18n.tsx'
import { words } from '../../app/words.ts'

const looks: Readonly<Record<ChurnBand, string>> = {
  active: 'chip-success',
  drifting: 'chip-info',
  'at-risk': 'chip-warning',
  lost: 'chip-danger',
  dormant: '',
}

/** How far a customer has drifted away (KEEP-01). */
export function BandChip({ band }: { band: ChurnBand }) {
  const w = useTexts(words)
  return <span className={`chip ${looks[band]}`.trim()}>{w.churnBand[band]}</span>
}
