import { CHANNELS, PURPOSES } from '@changhui/rules/gate'
import { messageStates } from '@changhui/rules/messageWords'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { api } from '../../app/api.ts'
import { DayRange } from '../../app/day-range.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { messageTexts } from './texts.ts'
import { messageWords } from './words.ts'

type State = (typeof messageStates)[number]
type Channel = (typeof CHANNELS)[number]
type Purpose = (typeof PURPOSES)[number]

export interface Filters {
  readonly state?: State | undefined
  readonly channel?: Channel | undefined
  readonly purpose?: Purpose | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const oneOf = <T extends string>(list: readonly T[], value: unknown): T | undefined => list.find((one) => one === value)
const dayOf = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined)

/** The filters stand in the address. */
export function useFilters(): [Filters, (next: Filters) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const filters: Filters = {
    state: oneOf(messageStates, search.state),
    channel: oneOf(CHANNELS, search.channel),
    purpose: oneOf(PURPOSES, search.purpose),
    from: dayOf(search.from),
    to: dayOf(search.to),
  }
  return [filters, (next) => void navigate({ to: '.', search: { ...next }, replace: true })]
}

/** Without days: the last thirty are counted. */
function useCounts({ channel, purpose, from, to }: Filters) {
  const { store } = useStore()
  const until = to ?? store.today
  const since = from ?? Temporal.PlainDate.from(until).subtract({ days: 30 }).toString()
  return useQuery({
    ...api.messages.counts.queryOptions({ input: { storeId: store.id, channel, purpose, from: since, to: until } }),
    placeholderData: (before) => before,
  })
}

export function FilterBar({ filters, onChange }: { filters: Filters; onChange: (next: Filters) => void }) {
  const t = useTexts(messageTexts)
  const w = useTexts(words)
  const m = useTexts(messageWords)
  const f = useFormat()
  const counts = useCounts(filters)
  const set = (change: Filters) => onChange({ ...filters, ...change })
  const states = messageStates.filter((state) => state !== 'sending')
  return (
    <search className="messages-filters">
      <fieldset className="messages-states" aria-label={t.state}>
        {[undefined, ...states].map((state) => (
          <button
            key={state ?? 'all'}
            type="button"
            className="view"
            aria-pressed={filters.state === state}
            onClick={() => set({ state })}
          >
            {state ? m.states[state] : t.all}
            {state && counts.data?.states[state] ? (
              <span className="num messages-count"> {f.number(counts.data.states[state])}</span>
            ) : null}
          </button>
        ))}
        {counts.data?.segments ? (
          <span className="muted num messages-segments">{t.segments({ n: f.number(counts.data.segments) })}</span>
        ) : null}
      </fieldset>
      <Select
        aria-label={t.channel}
        className="messages-select"
        value={filters.channel ?? ''}
        onChange={(channel) => set({ channel: oneOf(CHANNELS, channel) })}
        options={[
          { value: '', label: t.allChannels },
          ...CHANNELS.filter((one) => one !== 'call').map((value) => ({ value, label: w.channel[value] })),
        ]}
      />
      <Select
        aria-label={t.purpose}
        className="messages-select"
        value={filters.purpose ?? ''}
        onChange={(purpose) => set({ purpose: oneOf(PURPOSES, purpose) })}
        options={[
          { value: '', label: t.allPurposes },
          ...PURPOSES.map((value) => ({ value, label: w.contactPurpose[value] })),
        ]}
      />
      <DayRange
        className="messages-range"
        from={filters.from}
        to={filters.to}
        fromLabel={t.from}
        toLabel={t.to}
        onChange={set}
      />
      {Object.values(filters).some(Boolean) ? (
        <Button type="text" onClick={() => onChange({})}>
          {t.clear}
        </Button>
      ) : null}
    </search>
  )
}
