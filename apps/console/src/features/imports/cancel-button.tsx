import { useMutation } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { api, client } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import type { ImportJob } from './kinds.ts'
import { texts } from './texts.ts'

export function CancelButton({ job, onChange }: { job: ImportJob; onChange: (job: ImportJob) => void }) {
  const t = useTexts(texts)
  const { store } = useStore()
  const input = { storeId: store.id, importId: job.id }
  const cancel = useMutation({
    ...api.imports.cancel.mutationOptions(),
    onSuccess: async () => onChange(await client.imports.get(input)),
  })
  return (
    <Popconfirm title={t.map.cancel} description={t.map.cancelSure} onConfirm={() => cancel.mutate(input)}>
      <Button danger type="text" loading={cancel.isPending}>
        {t.map.cancel}
      </Button>
    </Popconfirm>
  )
}
