import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { api } from '../../app/api.ts'
import { useLocale, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { Counts } from './counts.tsx'
import type { ImportJob } from './kinds.ts'
import { Refusals } from './refusals.tsx'
import { RejectsButtons } from './rejects-buttons.tsx'
import { texts } from './texts.ts'

/** The import came to an end, good or bad: what happened, what stays, and the way on. */
export function Ended({
  job,
  onChange,
  onRemap,
}: {
  job: ImportJob
  onChange: (job: ImportJob) => void
  onRemap: () => void
}) {
  const t = useTexts(texts)
  const english = useLocale() === 'en'
  const { store, may } = useStore()
  const input = { storeId: store.id, importId: job.id }
  const run = useMutation({ ...api.imports.run.mutationOptions(), onSuccess: onChange })
  const check = useMutation({ ...api.imports.check.mutationOptions(), onSuccess: onChange })
  const failure = job.failure ? (english ? job.failure.en : job.failure.zh) : undefined
  const says = {
    done: { type: 'success', title: t.result.done, text: t.result.doneText },
    interrupted: { type: 'warning', title: t.result.interrupted, text: t.result.interruptedText },
    'rolled-back': { type: 'warning', title: t.result.rolledBack, text: t.result.rolledBackText },
    cancelled: { type: 'info', title: t.result.cancelled, text: t.result.cancelledText },
    failed: { type: 'error', title: t.result.failed, text: '' },
  } as const
  const say = job.state in says ? says[job.state as keyof typeof says] : says.failed
  const rejected = job.counts?.rejected ?? 0
  // the server keeps refused rows for 90 days
  const kept = job.problems.length > 0
  const upload = (label: string, primary: boolean) => (
    <Link to="/s/$storeCode/imports" params={{ storeCode: store.code }} search={{ kind: job.kind }}>
      <Button tabIndex={-1} type={primary ? 'primary' : 'default'}>
        {label}
      </Button>
    </Link>
  )
  return (
    <>
      <Panel>
        <div role="status">
          <Alert type={say.type} showIcon title={say.title} description={failure ?? say.text} />
        </div>
        {job.counts ? <Counts counts={job.counts} dry={false} /> : null}
        <div className="import-actions">
          {job.state === 'interrupted' || job.state === 'failed' ? (
            <Button type="primary" loading={run.isPending} onClick={() => run.mutate(input)}>
              {t.result.resume}
            </Button>
          ) : null}
          {job.state === 'rolled-back' || job.state === 'failed' ? (
            <>
              <Button loading={check.isPending} onClick={() => check.mutate(input)}>
                {t.result.again}
              </Button>
              <Button onClick={onRemap}>{t.check.toMap}</Button>
            </>
          ) : null}
          {job.state === 'done' && may('customer.read') ? (
            <Link to="/s/$storeCode/customers" params={{ storeCode: store.code }}>
              <Button tabIndex={-1} type={rejected === 0 ? 'primary' : 'default'}>
                {t.result.customers}
              </Button>
            </Link>
          ) : null}
          {rejected > 0 && kept ? <RejectsButtons importId={job.id} /> : null}
          {upload(rejected > 0 && kept ? t.result.correct : t.result.another, false)}
        </div>
        {rejected > 0 ? <p className="muted">{kept ? t.result.correctText : t.result.rejectsGone}</p> : null}
      </Panel>
      <Refusals title={t.problems} list={job.problems} total={job.counts?.rejected ?? job.problems.length} />
      <Refusals title={t.warnings} list={job.warnings} total={job.counts?.warnings ?? job.warnings.length} />
    </>
  )
}
