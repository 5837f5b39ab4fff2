import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { api } from './api.ts'
import { useTexts } from './i18n.tsx'
import { useSettled } from './search.tsx'
import { useStore } from './store.tsx'
import { texts } from './texts.ts'

interface CustomerSelectProps {
  readonly value: string | undefined
  readonly onChange: (customerId: string | undefined) => void
  readonly id?: string
  readonly label?: string
  readonly className?: string
  readonly status?: 'error' | undefined
  /** Whether the choice can be taken back. */
  readonly clearable?: boolean
}

/** Finds one customer as one types; works as a form field. */
export function CustomerSelect({ value, onChange, id, label, className, status, clearable }: CustomerSelectProps) {
  const t = useTexts(texts)
  const { store } = useStore()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<{ value: string; label: string }>()
  const q = useSettled(text.trim(), 120)
  const found = useQuery(
    api.customers.search.queryOptions({
      input: { storeId: store.id, q, limit: 12 },
      enabled: q.length > 0,
      placeholderData: keepPreviousData,
    }),
  )
  const hits = (q.length > 0 ? (found.data?.hits ?? []) : []).map((hit) => ({
    value: hit.id,
    label: [hit.name, hit.plates[0], hit.model].filter(Boolean).join(' · '),
  }))
  return (
    <Select
      id={id}
      className={className}
      status={status}
      aria-label={label}
      placeholder={t.customerPick}
      showSearch={{ filterOption: false, onSearch: setText }}
      allowClear={clearable ?? false}
      value={value}
      options={chosen && !hits.some((hit) => hit.value === chosen.value) ? [chosen, ...hits] : hits}
      notFoundContent={q.length > 0 && !found.isFetching ? t.customerNone : null}
      onChange={(next: string | undefined) => {
        setChosen(hits.find((hit) => hit.value === next))
        onChange(next)
      }}
    />
  )
}
