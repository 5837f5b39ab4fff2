import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { api } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { useSettled } from '../../app/search.tsx'
import { useStore } from '../../app/store.tsx'
import { newCarTexts } from './texts.ts'

/** Finds one customer as one types; works as a form field. */
export function CustomerChoice({
  value,
  onChange,
  id,
  status,
}: {
  value: string | undefined
  onChange: (customerId: string | undefined) => void
  id?: string
  status?: 'error' | undefined
}) {
  const t = useTexts(newCarTexts)
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
      status={status}
      placeholder={t.pick}
      showSearch={{ filterOption: false, onSearch: setText }}
      value={value}
      options={chosen && !hits.some((hit) => hit.value === chosen.value) ? [chosen, ...hits] : hits}
      notFoundContent={q.length > 0 && !found.isFetching ? t.noHit : null}
      onChange={(next: string | undefined) => {
        setChosen(hits.find((hit) => hit.value === next))
        onChange(next)
      }}
    />
  )
}
