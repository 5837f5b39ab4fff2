import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Grid, Steps } from 'antd'
import { useState } from 'react'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { Checked } from './checked.tsx'
import { Ended } from './ended.tsx'
import { type ImportJob, type ImportState, isWorking, stateChip } from './kinds.ts'
import { MappingForm } from './mapping-form.tsx'
import { texts } from './texts.ts'
import { Working } from './working.tsx'
import './imports.css'

const stepOf = (state: ImportState): number => {
  if (state === 'uploaded' || state === 'mapped') return 0
  if (state === 'checking' || state === 'checked') return 1
  return state === 'running' || state === 'interrupted' ? 2 : 3
}

/** One import from its columns to its result; the state on the server decides what is shown. */
export default function ImportPage() {
  const t = useTexts(texts)
  const format = useFormat()
  const cache = useQueryClient()
  const { store } = useStore()
  const { importId } = useParams({ from: '/s/$storeCode/imports/$importId' })
  const screens = Grid.useBreakpoint()
  const [remapping, setRemapping] = useState(false)
  const input = { storeId: store.id, importId }
  const query = useQuery(
    api.imports.get.queryOptions({
      input,
      refetchInterval: (current) => (current.state.data && isWorking(current.state.data.state) ? 800 : false),
    }),
  )
  const back = (
    <Link to="/s/$storeCode/imports" params={{ storeCode: store.code }} className="page-back">
      ‹ {t.back}
    </Link>
  )
  if (query.isPending) return <LoadingState rows={8} />
  if (query.isError && !query.data)
    return (
      <>
        {back}
        <PageHeader title={t.title} />
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      </>
    )
  const job: ImportJob = query.data
  const set = (next: ImportJob) => {
    setRemapping(false)
    cache.setQueryData(api.imports.get.queryKey({ input }), next)
    void cache.invalidateQueries({ queryKey: api.imports.list.key() })
  }
  const mapping = job.state === 'uploaded' || job.state === 'mapped' || (remapping && !isWorking(job.state))
  const body = () => {
    if (mapping) return <MappingForm key={job.id} job={job} onChange={set} />
    if (isWorking(job.state)) return <Working job={job} onChange={set} />
    if (job.state === 'checked') return <Checked job={job} onChange={set} onRemap={() => setRemapping(true)} />
    return <Ended job={job} onChange={set} onRemap={() => setRemapping(true)} />
  }
  return (
    <>
      {back}
      <PageHeader
        title={job.fileName}
        subtitle={
          <>
            <span className={`chip ${stateChip[job.state]}`}>{t.state[job.state]}</span>
            {[
              t.kind[job.kind],
              format.bytes(job.sizeBytes),
              job.encoding && `${t.encoding} ${job.encoding}`,
              job.sheet && `${t.sheet} ${job.sheet}`,
              job.createdByName,
              format.moment(job.createdAt),
            ]
              .filter(Boolean)
              .join(' · ')}
          </>
        }
      />
      <Steps
        className="import-steps"
        size="small"
        responsive={false}
        titlePlacement={screens.sm ? 'horizontal' : 'vertical'}
        current={mapping ? 0 : stepOf(job.state)}
        status={job.state === 'failed' || job.state === 'rolled-back' ? 'error' : 'process'}
        items={[{ title: t.steps.map }, { title: t.steps.check }, { title: t.steps.run }, { title: t.steps.result }]}
      />
      {body()}
    </>
  )
}
