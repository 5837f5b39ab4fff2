import { SearchOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { api, problemText } from './api.ts'
import { useFormat, useTexts } from './i18n.tsx'
import { comboLabel, useKeys } from './keys.tsx'
import { useStore } from './store.tsx'
import { texts } from './texts.ts'

/** The value after it stood still for `ms`. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** Customer search as one types: `/` or Ctrl/⌘+K puts the cursor here, arrows choose, Enter opens. */
export function CustomerSearch() {
  const t = useTexts(texts)
  const format = useFormat()
  const navigate = useNavigate()
  const { store } = useStore()
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const q = useSettled(text.trim(), 90)
  const found = useQuery(
    api.customers.search.queryOptions({
      input: { storeId: store.id, q, limit: 12 },
      enabled: q.length > 0,
      placeholderData: keepPreviousData,
      staleTime: 5_000,
    }),
  )
  const focus = () => {
    input.current?.focus()
    input.current?.select()
  }
  useKeys([
    { combo: '/', what: t.focusSearch, run: focus },
    { combo: 'mod+k', what: t.focusSearch, run: focus, whileTyping: true },
  ])
  const hits = q.length > 0 ? (found.data?.hits ?? []) : []
  const shown = open && q.length > 0 && (found.data !== undefined || found.isError)
  const go = (customerId: string) => {
    setOpen(false)
    setText('')
    input.current?.blur()
    void navigate({ to: '/s/$storeCode/customers/$customerId', params: { storeCode: store.code, customerId } })
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      setOpen(false)
      input.current?.blur()
    } else if (hits.length > 0 && event.key === 'ArrowDown') setAt((at + 1) % hits.length)
    else if (hits.length > 0 && event.key === 'ArrowUp') setAt((at + hits.length - 1) % hits.length)
    else if (event.key === 'Enter') {
      const hit = hits[Math.min(at, hits.length - 1)]
      if (hit && q === text.trim()) go(hit.id)
      return
    } else return
    event.preventDefault()
  }
  return (
    <div className="search">
      <SearchOutlined aria-hidden="true" className="search-icon" />
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={t.search}
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && hits.length > 0 ? `${listId}-${Math.min(at, hits.length - 1)}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={t.searchShort}
        title={t.search}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
          setOpen(true)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <span aria-hidden="true" className="search-key">
        <kbd>{comboLabel('mod+k')}</kbd>
      </span>
      <span className="visually-hidden" role="status">
        {shown && !found.isError ? t.searchHits(hits.length) : ''}
      </span>
      <div id={listId} role="listbox" aria-label={t.search} className="search-list" hidden={!shown}>
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled on the combobox, which keeps the focus
          // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant points here instead of focus
          <div
            key={hit.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            className="search-hit"
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => setAt(index)}
            onClick={() => go(hit.id)}
          >
            <span className="search-name">{hit.name}</span>
            <span className="search-plates">{hit.plates.join(' · ')}</span>
            <span className="search-detail">{[hit.phoneMasked, hit.model].filter(Boolean).join(' · ')}</span>
            <span className="search-visit">
              {hit.lastVisitOn ? `${t.lastVisit} ${format.day(hit.lastVisitOn)}` : ''}
            </span>
          </div>
        ))}
        {shown && hits.length === 0 ? (
          <div className="search-none" role="option" aria-selected="false" aria-disabled="true" tabIndex={-1}>
            {found.isError ? problemText(found.error) : t.searchNone(q)}
          </div>
        ) : null}
      </div>
    </div>
  )
}
