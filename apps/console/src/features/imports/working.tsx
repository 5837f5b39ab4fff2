import { Progress } from 'antd'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { CancelButton } from './cancel-button.tsx'
import type { ImportJob } from './kinds.ts'
import { texts } from './texts.ts'

/** The server is reading the file: how far it is, asked again every moment. */
export function Working({ job, onChange }: { job: ImportJob; onChange: (job: ImportJob) => void }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { progress } = job
  const percent =
    progress && progress.bytesTotal > 0
      ? Math.min(100, Math.floor((progress.bytesDone / progress.bytesTotal) * 100))
      : 0
  const title = job.state === 'checking' ? t.check.running : t.run.running
  return (
    <div className="panel working">
      <h2>{title}</h2>
      <Progress percent={percent} status="active" aria-label={title} />
      <div className="working-foot">
        <span className="muted num">
          {progress ? t.run.rows(format.number(progress.rows)) : null}
          {progress ? ` · ${format.bytes(progress.bytesDone)} / ${format.bytes(progress.bytesTotal)}` : null}
        </span>
        <CancelButton job={job} onChange={onChange} />
      </div>
      {/* Heard at every tenth only: a screen reader should not be talked over by each row. */}
      <span className="visually-hidden" role="status">
        {t.percent(Math.floor(percent / 10) * 10)}
      </span>
    </div>
  )
}
