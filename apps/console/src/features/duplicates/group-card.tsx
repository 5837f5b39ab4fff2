import { MERGE_FIELDS } from '@changhui/rules/mergeCustomers'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Radio } from 'antd'
import { type ReactNode, useState } from 'react'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { Wide } from '../../app/wide.tsx'
import { word, words } from '../../app/words.ts'
import { texts as customerTexts } from '../customers/customer-texts.ts'
import { type DuplicateRecord, type Group, useFieldValue } from './field-value.ts'
import { MergeDialog } from './merge-dialog.tsx'
import { texts } from './texts.ts'

/** Records that may be one person, side by side: what speaks for it, which stays, merge or two people. */
export function GroupCard({ group }: { group: Group }) {
  const t = useTexts(texts)
  const fields = useTexts(customerTexts).field
  const format = useFormat()
  const cache = useQueryClient()
  const { store } = useStore()
  const [survivorId, choose] = useState(group.survivorId)
  const [mergingId, setMerging] = useState<string>()
  const records = [...group.records].sort((a, b) => Number(b.id === survivorId) - Number(a.id === survivorId))
  const survivor = records.find((one) => one.id === survivorId)
  // by id, so that an open dialog shows the records as they were read last
  const merging = records.find((one) => one.id === mergingId)
  const show = useFieldValue()
  const notSame = useMutation({
    ...api.quality.notSame.mutationOptions(),
    onSuccess: () => {
      notify('success', t.notSameSaved)
      void cache.invalidateQueries({ queryKey: api.quality.duplicates.key() })
    },
  })
  const rows = useRows()
  const shownFields = MERGE_FIELDS.filter((field) => field !== 'name' && records.some((one) => show(one, field) !== ''))
  const reasons = [...new Set(group.pairs.flatMap((pair) => pair.reasons))]
  return (
    <section className="panel duplicate" aria-label={records.map((one) => one.fields.name).join(' / ')}>
      <div className="panel-head">
        <p className="duplicate-why">
          {reasons.map((reason) => (
            <span key={reason} className="chip chip-info">
              {word(t.reasons, reason)}
            </span>
          ))}
          {group.score > 0 ? <span className="muted num">{t.sure(format.percent(group.score))}</span> : null}
        </p>
      </div>
      <Wide>
        <table className="duplicate-table" style={{ minWidth: 90 + records.length * 130 }}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{fields.name}</span>
              </th>
              {records.map((record) => (
                <th key={record.id} scope="col" data-stays={record.id === survivorId}>
                  <Link
                    to="/s/$storeCode/customers/$customerId"
                    params={{ storeCode: store.code, customerId: record.id }}
                    target="_blank"
                  >
                    {show(record, 'name')}
                  </Link>
                  <Radio
                    checked={record.id === survivorId}
                    aria-label={t.staysOf(show(record, 'name'))}
                    onChange={() => choose(record.id)}
                  >
                    {t.stays}
                  </Radio>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {records.map((record) => (
                  <td key={record.id}>{value(record)}</td>
                ))}
              </tr>
            ))}
            {shownFields.map((field) => {
              const values = records.map((record) => show(record, field))
              const differ = new Set(values.filter(Boolean)).size > 1
              return (
                <tr key={field} data-differ={differ}>
                  <th scope="row">{fields[field]}</th>
                  {records.map((record) => (
                    <td key={record.id}>{show(record, field) || <span className="muted">—</span>}</td>
                  ))}
                </tr>
              )
            })}
          </tbody>
          <tfoot>
            <tr>
              <td />
              {records.map((record) => (
                <td key={record.id}>
                  {record.id === survivorId ? (
                    <span className="mark mark-primary">{t.stays}</span>
                  ) : (
                    <span className="duplicate-actions">
                      <Button
                        type="primary"
                        size="small"
                        aria-label={`${t.merge} ${t.mergeOf(show(record, 'name'))}`}
                        onClick={() => setMerging(record.id)}
                      >
                        {t.merge}
                      </Button>
                      <Button
                        size="small"
                        aria-label={`${t.notSame} ${t.notSameOf(show(record, 'name'))}`}
                        loading={notSame.isPending && notSame.variables.otherId === record.id}
                        onClick={() => notSame.mutate({ storeId: store.id, oneId: survivorId, otherId: record.id })}
                      >
                        {t.notSame}
                      </Button>
                    </span>
                  )}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </Wide>
      {merging && survivor ? (
        <MergeDialog survivor={survivor} merged={merging} onDone={() => setMerging(undefined)} />
      ) : null}
    </section>
  )
}

/** What is compared besides the fields. */
function useRows(): [string, (record: DuplicateRecord) => ReactNode][] {
  const t = useTexts(texts)
  const w = useTexts(words)
  const format = useFormat()
  const list = (items: readonly ReactNode[]) =>
    items.length === 0 ? (
      <span className="muted">—</span>
    ) : (
      <ul>
        {items.map((item, at) => (
          <li key={at}>{item}</li>
        ))}
      </ul>
    )
  return [
    [
      t.rows.phones,
      (record) =>
        list(
          record.phones.map((phone) => (
            <span key={phone.masked} className="num">
              {phone.masked}{' '}
              {phone.state === 'usable' ? null : (
                <span className="mark mark-danger">{word(w.phoneState, phone.state)}</span>
              )}
            </span>
          )),
        ),
    ],
    [
      t.rows.vehicles,
      (record) =>
        list(
          record.vehicles.map((car) => (
            <span key={car.id}>
              <strong>{car.plate ?? car.vin?.slice(-6) ?? '—'}</strong>{' '}
              <span className="muted">{[car.model, t.relation[car.relation]].filter(Boolean).join(' · ')}</span>
            </span>
          )),
        ),
    ],
    [
      t.rows.visits,
      (record) => t.visits(format.number(record.visits), record.lastVisitOn ? format.day(record.lastVisitOn) : ''),
    ],
    [t.rows.openTasks, (record) => format.number(record.openTasks)],
    [
      t.rows.consents,
      (record) =>
        record.doNotDisturb || record.refused.length > 0 ? (
          <span className="duplicate-refused">
            {[
              record.doNotDisturb ? t.doNotDisturb : '',
              record.refused.length > 0
                ? t.refuses(format.list(record.refused.map((channel) => word(w.channel, channel))))
                : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        ) : (
          <span className="muted">{t.noRefusal}</span>
        ),
    ],
    [t.rows.createdAt, (record) => format.moment(record.createdAt).slice(0, 10)],
    [t.rows.score, (record) => <span className="num">{record.score}%</span>],
  ]
}
