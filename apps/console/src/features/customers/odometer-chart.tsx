import type { Answers } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { texts } from './vehicle-texts.ts'

type Reading = Answers['vehicles']['ofCustomer'][number]['readings'][number]
const width = 320
const height = 72
const pad = 6
const dayNumber = (day: string) => Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / 86_400_000

/** Accepted readings as a line; refused ones as hollow marks at the edge they fell off, so a typo cannot flatten the curve. */
export function OdometerChart({ readings }: { readings: readonly Reading[] }) {
  const t = useTexts(texts)
  const format = useFormat()
  const sorted = readings.toSorted((a, b) => a.readOn.localeCompare(b.readOn) || a.km - b.km)
  const used = sorted.filter((one) => one.refused === null)
  const first = sorted[0]
  const last = sorted.at(-1)
  if (used.length < 2 || !first || !last || first.readOn === last.readOn) return null
  const from = dayNumber(first.readOn)
  const days = Math.max(1, dayNumber(last.readOn) - from)
  const top = Math.max(...used.map((one) => one.km))
  const bottom = Math.min(...used.map((one) => one.km))
  const x = (day: string) => pad + ((dayNumber(day) - from) / days) * (width - 2 * pad)
  const y = (km: number) => {
    const share = (km - bottom) / Math.max(1, top - bottom)
    return height - pad - Math.max(0, Math.min(1, share)) * (height - 2 * pad)
  }
  return (
    <svg
      className="odometer"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t.chart(sorted.length, format.day(first.readOn), format.day(last.readOn))}
      preserveAspectRatio="none"
    >
      <polyline
        points={used.map((one) => `${x(one.readOn)},${y(one.km)}`).join(' ')}
        vectorEffect="non-scaling-stroke"
      />
      {sorted.map((one) => (
        <ellipse
          key={one.id}
          cx={x(one.readOn)}
          cy={y(one.km)}
          rx={2}
          ry={2.6}
          className={one.refused ? 'refused' : 'used'}
        >
          <title>{`${format.day(one.readOn)} · ${format.km(one.km)}`}</title>
        </ellipse>
      ))}
    </svg>
  )
}
