import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { client } from '../../app/api.ts'
import { saveFile } from '../../app/download.ts'
import { useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from './texts.ts'

/** The refused rows in the file's own columns with their reasons, to correct and bring back. */
export function RejectsButtons({ importId }: { importId: string }) {
  const t = useTexts(texts).result
  const { store } = useStore()
  const get = useMutation({
    mutationFn: async (format: 'xlsx' | 'csv') =>
      saveFile(await client.imports.rejects({ storeId: store.id, importId, format })),
  })
  return (['xlsx', 'csv'] as const).map((format) => (
    <Button
      key={format}
      icon={<DownloadOutlined aria-hidden />}
      loading={get.isPending && get.variables === format}
      onClick={() => get.mutate(format)}
    >
      {format === 'xlsx' ? t.rejectsXlsx : t.rejectsCsv}
    </Button>
  ))
}
