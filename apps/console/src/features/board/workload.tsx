import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, InputNumber, Modal, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { careWords, word } from '../calls/words.ts'
import { Field } from '../settings/field.tsx'
import { boardTexts } from './texts.ts'

type Load = Answers['care']['workload']
interface Owner {
  readonly id: string | null
  readonly name: string | null
  readonly open: number
  readonly overdue: number
  readonly programmes: readonly { readonly programme: string; readonly open: number }[]
}

/** Open calls by whose they are; the supervisor gives them to somebody else, some or all. */
export function Workload() {
  const t = useTexts(boardTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  const [moving, setMoving] = useState<Owner | null>(null)
  const load = useQuery({
    ...api.care.workload.queryOptions({ input: { storeId: store.id } }),
    refetchInterval: 30_000,
  })
  if (load.isPending) return <LoadingState rows={4} />
  if (load.isError) return <ErrorState error={load.error} retry={() => void load.refetch()} />
  const owners = ownersOf(load.data.rows)
  return (
    <Panel title={t.workload} flush>
      {owners.length === 0 ? (
        <EmptyState title={t.workloadEmpty} />
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t.colName}</th>
              <th scope="col" className="figure">
                {t.open}
              </th>
              <th scope="col" className="figure">
                {t.overdue}
              </th>
              <th scope="col">{t.programmes}</th>
              <th scope="col">
                <span className="visually-hidden">{t.reassign}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {owners.map((one) => (
              <tr key={one.id ?? 'none'}>
                <th scope="row">{one.id === null ? t.nobody : (one.name ?? '—')}</th>
                <td className="figure">{f.number(one.open)}</td>
                <td className="figure">{f.number(one.overdue)}</td>
                <td className="board-load">
                  {one.programmes.map(({ programme, open }) => (
                    <span key={programme} className="mark">
                      {word(words.programme, programme)} {f.number(open)}
                    </span>
                  ))}
                </td>
                <td>
                  <Button size="small" onClick={() => setMoving(one)}>
                    {t.reassign}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {moving ? <Reassign from={moving} people={load.data.people} onDone={() => setMoving(null)} /> : null}
    </Panel>
  )
}

function ownersOf(rows: Load['rows']): Owner[] {
  const owners = new Map<string, Owner>()
  for (const row of rows) {
    const key = row.assigneeId ?? ''
    const so = owners.get(key) ?? { id: row.assigneeId, name: row.assigneeName, open: 0, overdue: 0, programmes: [] }
    owners.set(key, {
      ...so,
      open: so.open + row.open,
      overdue: so.overdue + row.overdue,
      programmes: [...so.programmes, { programme: row.programme, open: row.open }],
    })
  }
  return [...owners.values()]
}

const EVERYBODY = 'all'

function Reassign({ from, people, onDone }: { from: Owner; people: Load['people']; onDone: () => void }) {
  const t = useTexts(boardTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const [programme, setProgramme] = useState('')
  const [to, setTo] = useState<string>()
  const [most, setMost] = useState(Math.min(from.open, 500))
  const there = programme ? (from.programmes.find((one) => one.programme === programme)?.open ?? 0) : from.open
  const assign = useMutation({
    mutationFn: () =>
      client.care.assign({
        storeId: store.id,
        from: from.id,
        to: to === EVERYBODY ? null : (to ?? null),
        most: Math.min(most, there, 5_000),
        ...(programme ? { programme } : {}),
      }),
    onSuccess: async ({ assigned }) => {
      notify('success', t.reassigned({ n: f.number(assigned) }))
      await queries.invalidateQueries({ queryKey: api.care.key() })
      onDone()
    },
  })
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (to !== undefined) assign.mutate()
  }
  return (
    <Modal
      open
      title={t.reassignTitle({ name: from.id === null ? t.nobody : (from.name ?? '—') })}
      okText={t.reassign}
      cancelText={t.cancel}
      okButtonProps={{ disabled: to === undefined || there === 0 }}
      confirmLoading={assign.isPending}
      onOk={() => submit()}
      onCancel={onDone}
      width={400}
    >
      <form onSubmit={submit} className="board-reassign">
        <Field label={t.reassignProgramme}>
          <Select
            value={programme}
            onChange={(next) => {
              setProgramme(next)
              const open = next ? (from.programmes.find((one) => one.programme === next)?.open ?? 0) : from.open
              setMost(Math.min(open, 500))
            }}
            options={[
              { value: '', label: t.allProgrammes },
              ...from.programmes.map((one) => ({
                value: one.programme,
                label: `${word(words.programme, one.programme)} ${f.number(one.open)}`,
              })),
            ]}
          />
        </Field>
        <Field label={t.reassignMost} hint={t.reassignMostHint}>
          <InputNumber min={1} max={Math.max(1, there)} value={most} onChange={(next) => setMost(Number(next ?? 1))} />
        </Field>
        <Field label={t.reassignTo}>
          <Select
            value={to}
            onChange={setTo}
            showSearch={{ optionFilterProp: 'label' }}
            options={[
              ...people.filter((one) => one.userId !== from.id).map((one) => ({ value: one.userId, label: one.name })),
              ...(from.id === null ? [] : [{ value: EVERYBODY, label: t.backToAll }]),
            ]}
          />
        </Field>
      </form>
    </Modal>
  )
}
