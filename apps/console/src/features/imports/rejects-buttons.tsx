import { client } from '../../app/api.ts'
import { ExportButton } from '../../app/export-button.tsx'
import { useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from './texts.ts'

/** The refused rows in the file's own columns with their reasons, to correct and bring back. */
export function RejectsButtons({ importId }: { importId: string }) {
  const t = useTexts(texts).result
  const { store } = useStore()
  return (['xlsx', 'csv'] as const).map((format) => (
    <ExportButton
      key={format}
      label={format === 'xlsx' ? t.rejectsXlsx : t.rejectsCsv}
      make={() => client.imports.rejects({ storeId: store.id, importId, format })}
    />
  ))
}
