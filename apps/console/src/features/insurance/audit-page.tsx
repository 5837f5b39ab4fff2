import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Progress, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api, client } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { RecordingButton } from '../callcentre/recording.tsx'
import { careWords, word } from '../calls/words.ts'
import { FindingsForm } from './findings-form.tsx'
import { insuranceTexts } from './texts.ts'
import '../../app/shapes.css'
import './insurance.css'

type Audit = Answers['insurance']['audits'][number]

import type { Call } from './shape.ts'

/** The month's drawn renewal calls for the care department to listen to (CARE-06). */
export default function InsuranceAuditPage() {
  const t = useTexts(insuranceTexts)
  const { store } = useStore()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<string>()
  const audits = useQuery(api.insurance.audits.queryOptions({ input: { storeId: store.id } }))
  const lastMonth = Temporal.PlainDate.from(store.today).toPlainYearMonth().subtract({ months: 1 }).toString()
  const draw = useMutation({
    mutationFn: (month: string) => client.insurance.draw({ storeId: store.id, month }),
    onSuccess: async (audit) => {
      setChosen(audit.id)
      await queries.invalidateQueries({ queryKey: api.insurance.key() })
    },
  })
  const audit = audits.data?.find((one) => one.id === chosen) ?? audits.data?.[0]
  const missing = audits.data !== undefined && !audits.data.some((one) => one.month === lastMonth)
  return (
    <>
      <PageHeader
        title={t.auditTitle}
        subtitle={t.auditSubtitle}
        extra={
          missing ? (
            <Button type="primary" loading={draw.isPending} onClick={() => draw.mutate(lastMonth)}>
              {t.draw}
            </Button>
          ) : null
        }
      />
      {audits.isPending ? (
        <LoadingState rows={8} />
      ) : audits.isError ? (
        <ErrorState error={audits.error} retry={() => void audits.refetch()} />
      ) : !audit ? (
        <Panel>
          <EmptyState title={t.auditEmpty} text={t.auditEmptyText} />
        </Panel>
      ) : (
        <>
          <div className="insurance-bar">
            <Select
              aria-label={t.month}
              value={audit.id}
              onChange={setChosen}
              options={audits.data.map((one) => ({ value: one.id, label: one.month }))}
            />
            <Button loading={draw.isPending} onClick={() => draw.mutate(audit.month)}>
              {t.drawAgain}
            </Button>
            <ExportButton
              label={t.excel}
              make={() => client.insurance.export({ storeId: store.id, auditId: audit.id })}
            />
          </div>
          <Facts audit={audit} />
          <Calls key={audit.id} audit={audit} />
        </>
      )}
    </>
  )
}

/** How it was drawn, so that anyone can repeat it, and how far the listening is. */
function Facts({ audit }: { audit: Audit }) {
  const t = useTexts(insuranceTexts)
  const f = useFormat()
  return (
    <div className="insurance-facts">
      <strong className="num">
        {t.share({ drawn: f.number(audit.drawn), calls: f.number(audit.calls), percent: audit.sharePercent })}
      </strong>
      <span className="num">{t.audited({ done: f.number(audit.audited), all: f.number(audit.drawn) })}</span>
      <Progress
        percent={audit.drawn > 0 ? Math.round((audit.audited / audit.drawn) * 100) : 0}
        size="small"
        strokeColor="var(--ch-primary)"
        aria-label={t.done}
        showInfo={false}
      />
      <span className="muted">{t.by({ at: f.moment(audit.drawnAt), who: audit.drawnByName ?? t.system })}</span>
      <code className="muted">{t.seed({ seed: audit.seed })}</code>
    </div>
  )
}

function Calls({ audit }: { audit: Audit }) {
  const t = useTexts(insuranceTexts)
  const f = useFormat()
  const words = useTexts(careWords)
  const { store } = useStore()
  const [inHand, setInHand] = useState<string | null>(null)
  const calls = useQuery(api.insurance.calls.queryOptions({ input: { storeId: store.id, auditId: audit.id } }))
  if (calls.isPending) return <LoadingState rows={8} />
  if (calls.isError) return <ErrorState error={calls.error} retry={() => void calls.refetch()} />
  if (calls.data.length === 0)
    return (
      <Panel>
        <EmptyState title={t.callsEmpty} />
      </Panel>
    )
  const open = calls.data.find((one) => one.attemptId === inHand)
  const next = () =>
    setInHand(calls.data.find((one) => one.auditedAt === null && one.attemptId !== inHand)?.attemptId ?? null)
  return (
    <Panel title={t.drawn} flush>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col" className="figure">
              {t.place}
            </th>
            {[t.at, t.customer, t.who, t.result].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col" className="figure">
              {t.length}
            </th>
            <th scope="col">{t.recording}</th>
            <th scope="col">{t.finding}</th>
          </tr>
        </thead>
        <tbody>
          {calls.data.map((call) => (
            <tr key={call.attemptId}>
              <th scope="row" className="figure">
                {call.place}
              </th>
              <td className="num">{f.moment(call.at)}</td>
              <td>
                <Link
                  to="/s/$storeCode/customers/$customerId"
                  params={{ storeCode: store.code, customerId: call.customerId }}
                  className="insurance-name"
                >
                  {call.customerName}
                </Link>{' '}
                <span className="muted">{call.plate}</span>
              </td>
              <td>{call.byName ?? '—'}</td>
              <td>{word(words.outcome, call.outcome) || word(words.callResult, call.result)}</td>
              <td className="figure">{talked(call.seconds)}</td>
              <td>{call.recordingOf ? <RecordingButton callId={call.recordingOf} /> : '—'}</td>
              <td>
                <Button
                  size="small"
                  type={call.auditedAt ? 'default' : 'primary'}
                  onClick={() => setInHand(call.attemptId)}
                >
                  {call.auditedAt ? <Verdict call={call} /> : t.open}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open ? (
        <FindingsForm
          key={open.attemptId}
          auditId={audit.id}
          call={open}
          onNext={next}
          onClose={() => setInHand(null)}
        />
      ) : null}
    </Panel>
  )
}

const talked = (seconds: number | null) =>
  seconds === null ? '—' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

function Verdict({ call }: { call: Call }) {
  const t = useTexts(insuranceTexts)
  const broken = Object.values(call.findings).filter((one) => one === 'no').length
  return broken > 0 ? <span className="insurance-late">{t.broken({ n: broken })}</span> : t.kept
}
