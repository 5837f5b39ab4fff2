import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client, fieldProblems, problemText } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { PagedList } from './paged.tsx'
import type { Row } from './queue.tsx'
import { callTexts } from './texts.ts'
import { careWords, word } from './words.ts'

/** Due customers without a usable number: the number is entered in the row, the reminder resumes by itself. */
export function NumbersToFind() {
  const t = useTexts(callTexts)
  const { store } = useStore()
  const list = useInfiniteQuery(
    api.care.numbersToFind.infiniteOptions({
      input: (cursor: string | undefined) => ({ storeId: store.id, limit: 50, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  )
  return (
    <PagedList
      list={list}
      label={t.numbersTitle}
      empty={t.numbersEmpty}
      text={t.numbersText}
      row={(row) => <NumberRow row={row} />}
    />
  )
}

function NumberRow({ row }: { row: Row }) {
  const t = useTexts(callTexts)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const [number, setNumber] = useState('')
  const save = useMutation({
    mutationFn: () =>
      client.customers.addPhone({ storeId: store.id, customerId: row.customerId, number: number.trim() }),
    // The row itself shows what is wrong with the number.
    onError: () => undefined,
    onSuccess: async () => {
      notify('success', t.numberSaved({ name: row.customerName }))
      await queries.invalidateQueries({ queryKey: api.care.key() })
    },
  })
  const wrong = save.isError ? (fieldProblems(save.error).number ?? problemText(save.error)) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (number.trim()) save.mutate()
  }
  const id = `number-${row.id}`
  return (
    <>
      <CustomerCell row={row} />
      {may('customer.edit') ? (
        <form onSubmit={submit} className="call-number-form">
          <label htmlFor={id} className="visually-hidden">
            {t.numberLabel({ name: row.customerName })}
          </label>
          <Input
            id={id}
            type="tel"
            value={number}
            maxLength={40}
            placeholder={t.numberPlaceholder}
            status={wrong ? 'error' : undefined}
            aria-describedby={wrong ? `${id}-wrong` : undefined}
            onChange={(event) => setNumber(event.target.value)}
          />
          <Button htmlType="submit" type="primary" disabled={!number.trim()} loading={save.isPending}>
            {t.numberSave}
          </Button>
          {wrong ? (
            <span id={`${id}-wrong`} role="alert" className="call-field-wrong">
              {wrong}
            </span>
          ) : null}
        </form>
      ) : null}
    </>
  )
}

/** Who, which car, which care, due when: the left half of a list row. */
export function CustomerCell({ row }: { row: Row }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  return (
    <div>
      <Link
        to="/s/$storeCode/customers/$customerId"
        params={{ storeCode: store.code, customerId: row.customerId }}
        className="call-row-name"
      >
        {row.customerName}
      </Link>{' '}
      <span className="muted">
        {[
          row.vehicleId && (row.plate ?? t.plateUnknown),
          row.model,
          word(words.programme, row.programme),
          t.dueOn({ day: f.day(row.dueOn) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </div>
  )
}
