import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api, readAgain, showProblem } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from './texts.ts'

type Month = Answers['sharing']['month']

/** The month's list; one or many are chosen and given to somebody else. */
export function Vehicles({ month, data, onChanged }: { month: string; data: Month; onChanged: () => void }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { store } = useStore()
  const [picked, pick] = useState<ReadonlySet<string>>(new Set())
  const [to, setTo] = useState<string>()
  const [only, setOnly] = useState('')
  const rows = data.rows.filter((row) => only === '' || (row.advisorId ?? 'none') === only)
  const give = useMutation({
    ...api.sharing.reassign.mutationOptions(),
    onSuccess: ({ moved }: { moved: number }) => {
      notify('success', t.gave(format.number(moved)))
      pick(new Set())
      setTo(undefined)
      onChanged()
    },
    onError: (error: Error) => {
      showProblem(error)
      return readAgain(error, api.sharing.key())
    },
  })
  const chosen = data.rows.filter((row) => picked.has(row.vehicleId))
  const toggle = (id: string, on: boolean) => {
    const next = new Set(picked)
    if (on) next.add(id)
    else next.delete(id)
    pick(next)
  }
  const active = data.sharers.filter((one) => one.active)
  return (
    <Panel
      title={t.list}
      flush
      extra={
        <Select
          size="small"
          value={only}
          aria-label={t.filter}
          popupMatchSelectWidth={false}
          onChange={setOnly}
          options={[
            { value: '', label: t.all },
            { value: 'none', label: t.unassigned },
            ...data.sharers.map((one) => ({ value: one.userId, label: `${one.name} (${one.count})` })),
          ]}
        />
      }
    >
      {chosen.length > 0 ? (
        <section className="sharing-give" aria-label={t.giveTo}>
          <span aria-live="polite">{t.picked(format.number(chosen.length))}</span>
          <Select
            value={to}
            placeholder={t.choose}
            aria-label={t.giveTo}
            className="sharing-to"
            onChange={setTo}
            options={active.map((one) => ({ value: one.userId, label: one.name }))}
          />
          <Button
            type="primary"
            disabled={!to}
            loading={give.isPending}
            onClick={() =>
              to &&
              give.mutate({
                storeId: store.id,
                month,
                advisorId: to,
                vehicles: chosen.map(({ vehicleId, version }) => ({ vehicleId, version })),
              })
            }
          >
            {t.give}
          </Button>
          <Button onClick={() => pick(new Set())}>{t.clear}</Button>
        </section>
      ) : null}
      <table className="list-table">
        <thead>
          <tr>
            <th scope="col">
              <Checkbox
                aria-label={t.pickAll}
                checked={rows.length > 0 && rows.every((row) => picked.has(row.vehicleId))}
                indeterminate={
                  rows.some((row) => picked.has(row.vehicleId)) && !rows.every((row) => picked.has(row.vehicleId))
                }
                onChange={(event) => pick(new Set(event.target.checked ? rows.map((row) => row.vehicleId) : []))}
              />
            </th>
            <th scope="col">{t.column.delivered}</th>
            <th scope="col">{t.column.customer}</th>
            <th scope="col">{t.column.car}</th>
            <th scope="col">{t.column.advisor}</th>
            <th scope="col" className="from-720">
              {t.column.given}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.vehicleId}>
              <td>
                <Checkbox
                  aria-label={t.pickOne(row.customerName)}
                  checked={picked.has(row.vehicleId)}
                  onChange={(event) => toggle(row.vehicleId, event.target.checked)}
                />
              </td>
              <td className="num">{format.day(row.deliveredOn)}</td>
              <td>
                <Link
                  to="/s/$storeCode/customers/$customerId"
                  params={{ storeCode: store.code, customerId: row.customerId }}
                >
                  {row.customerName}
                </Link>
              </td>
              <td>
                <span className="num">{row.plate ?? row.vinTail ?? '—'}</span>{' '}
                <span className="muted sharing-model">{row.model ?? ''}</span>
              </td>
              <td>{row.advisorName ?? <span className="chip chip-warning">{t.unassigned}</span>}</td>
              <td className="from-720 muted">
                {row.givenAt ? `${row.givenByName ?? t.byRun} · ${format.moment(row.givenAt)}` : '—'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}
