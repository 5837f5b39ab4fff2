import { useMutation } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { CancelButton } from './cancel-button.tsx'
import { Counts } from './counts.tsx'
import type { ImportJob } from './kinds.ts'
import { Preview } from './preview.tsx'
import { Refusals } from './refusals.tsx'
import { RejectsButtons } from './rejects-buttons.tsx'
import { texts } from './texts.ts'

/** The dry run is done: what would happen, and the button that makes it happen. */
export function Checked({
  job,
  onChange,
  onRemap,
}: {
  job: ImportJob
  onChange: (job: ImportJob) => void
  onRemap: () => void
}) {
  const t = useTexts(texts)
  const format = useFormat()
  const { store } = useStore()
  const run = useMutation({ ...api.imports.run.mutationOptions(), onSuccess: onChange })
  const counts = job.counts
  const good = counts ? counts.read - counts.rejected : 0
  return (
    <>
      <Panel title={t.check.title}>
        <p role="status">{t.check.nothingWritten}</p>
        {counts ? <Counts counts={counts} dry /> : null}
        {good === 0 ? <Alert type="warning" showIcon title={t.check.nothing} style={{ marginTop: 8 }} /> : null}
        <div className="import-actions">
          <Button
            type="primary"
            disabled={good === 0}
            loading={run.isPending}
            onClick={() => run.mutate({ storeId: store.id, importId: job.id })}
          >
            {t.check.run(format.number(good))}
          </Button>
          <Button onClick={onRemap}>{t.check.toMap}</Button>
          {counts && counts.rejected > 0 ? <RejectsButtons importId={job.id} /> : null}
          <CancelButton job={job} onChange={onChange} />
        </div>
      </Panel>
      <Preview job={job} />
      <Refusals title={t.problems} list={job.problems} total={counts?.rejected ?? job.problems.length} />
      <Refusals title={t.warnings} list={job.warnings} total={counts?.warnings ?? job.warnings.length} />
    </>
  )
}
