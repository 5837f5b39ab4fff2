import type { Mapping } from '@changhui/contract/imports'
import { useMutation } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { api, showProblem } from '../../app/api.ts'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { CancelButton } from './cancel-button.tsx'
import type { ImportJob } from './kinds.ts'
import { MappingOptions } from './mapping-options.tsx'
import { texts } from './texts.ts'

const plain: Mapping = {
  source: 'file',
  columns: {},
  dateOrder: 'ymd',
  odometerUnit: 'km',
  amountUnit: 'yuan',
  severalLinesPerVisit: false,
  visitKinds: [],
  defaultVisitKind: 'maintenance',
  vehicleKey: [],
}

/** Which column is what: guessed by the server, corrected here, remembered for the next file of the same source. */
export function MappingForm({ job, onChange }: { job: ImportJob; onChange: (job: ImportJob) => void }) {
  const t = useTexts(texts)
  const english = useLocale() === 'en'
  const { list } = useFormat()
  const { store } = useStore()
  const [mapping, setMapping] = useState<Mapping>(job.mapping ?? plain)
  const input = { storeId: store.id, importId: job.id }
  const change = (part: Partial<Mapping>) => setMapping((before) => ({ ...before, ...part }))
  const save = useMutation({ ...api.imports.map.mutationOptions(), onError: () => undefined })
  const check = useMutation({ ...api.imports.check.mutationOptions(), onSuccess: onChange, onError: () => undefined })
  const next = async () => {
    await save.mutateAsync({
      ...input,
      mapping: { ...mapping, visitKinds: mapping.visitKinds.filter((rule) => rule.contains.trim()) },
    })
    await check.mutateAsync(input)
  }
  const nameOf = (field: { zh: string; en: string }) => (english ? field.en : field.zh)
  const used = new Set(Object.values(mapping.columns))
  const missing = job.fields.filter((field) => field.required && !used.has(field.key))
  const options = [
    { value: '', label: t.map.skip },
    ...job.fields.map((field) => ({ value: field.key, label: `${nameOf(field)}${field.required ? ' *' : ''}` })),
  ]
  const setColumn = (header: string, key: string) => {
    const { [header]: _, ...others } = mapping.columns
    change({ columns: key === '' ? others : { ...others, [header]: key } })
  }
  const samples = (at: number) => [...new Set(job.sample.map((row) => row[at] ?? '').filter(Boolean))].slice(0, 3)
  return (
    <>
      <Panel title={t.map.title} flush>
        <p className="mapping-lead">
          {t.map.lead}{' '}
          <span role="status" className={missing.length > 0 ? 'mapping-missing' : 'mapping-complete'}>
            {missing.length > 0 ? t.map.missing(list(missing.map(nameOf))) : t.map.complete}
          </span>
        </p>
        <table className="list-table mapping-table">
          <thead>
            <tr>
              <th scope="col">{t.map.column}</th>
              <th scope="col">{t.map.sample}</th>
              <th scope="col">{t.map.field}</th>
            </tr>
          </thead>
          <tbody>
            {job.headers.map((header, at) => (
              <tr key={header} className={mapping.columns[header] ? '' : 'mapping-skipped'}>
                <th scope="row">{header}</th>
                <td className="mapping-sample">{samples(at).join(' · ') || '—'}</td>
                <td>
                  <Select
                    aria-label={`${t.map.field}: ${header}`}
                    className="mapping-select"
                    showSearch={{ optionFilterProp: 'label' }}
                    value={mapping.columns[header] ?? ''}
                    options={options}
                    onChange={(key) => setColumn(header, key)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel title={t.map.options}>
        <MappingOptions kind={job.kind} headers={job.headers} mapping={mapping} onChange={change} />
        <div className="import-actions">
          <Button
            type="primary"
            disabled={missing.length > 0}
            loading={save.isPending || check.isPending}
            onClick={() => void next().catch(showProblem)}
          >
            {t.map.next}
          </Button>
          <CancelButton job={job} onChange={onChange} />
        </div>
      </Panel>
    </>
  )
}
