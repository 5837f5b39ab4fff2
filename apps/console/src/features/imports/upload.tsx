import { InboxOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Alert, Spin } from 'antd'
import { type DragEvent, useId, useRef, useState } from 'react'
import { api, problemText } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { type ImportKind, importKinds } from './kinds.ts'
import { texts } from './texts.ts'

/** Chooses what the file holds and takes it, dropped or picked; leads on to the column mapping. */
export function Upload({ initialKind }: { initialKind: ImportKind }) {
  const t = useTexts(texts)
  const id = useId()
  const { store } = useStore()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [kind, setKind] = useState<ImportKind>(initialKind)
  const [over, setOver] = useState(false)
  const [wrongType, setWrongType] = useState(false)
  const upload = useMutation({
    ...api.imports.upload.mutationOptions(),
    onSuccess: async (job) => {
      cache.setQueryData(api.imports.get.queryKey({ input: { storeId: store.id, importId: job.id } }), job)
      void cache.invalidateQueries({ queryKey: api.imports.list.key() })
      await navigate({ to: '/s/$storeCode/imports/$importId', params: { storeCode: store.code, importId: job.id } })
    },
    // The reason stands beside the drop field, where it stays; no passing notice.
    onError: () => undefined,
  })
  const take = (file: File | undefined) => {
    if (!file || upload.isPending) return
    const fits = /\.(xlsx|csv|txt|tsv|xls)$/i.test(file.name)
    setWrongType(!fits)
    if (fits) upload.mutate({ storeId: store.id, kind, file })
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  return (
    <div className="panel upload">
      <fieldset className="upload-kinds">
        <legend>{t.kind.label}</legend>
        {importKinds.map((one) => (
          <label key={one} className="upload-kind">
            <input
              type="radio"
              name={id}
              checked={kind === one}
              onChange={() => setKind(one)}
              disabled={upload.isPending}
            />
            <span>
              <strong>{t.kind[one]}</strong>
              <span className="muted">{t.kind[`${one}Text`]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <button
        type="button"
        className={`upload-drop ${over ? 'upload-over' : ''}`}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        disabled={upload.isPending}
      >
        {upload.isPending ? <Spin /> : <InboxOutlined aria-hidden="true" className="upload-icon" />}
        <span className="upload-text">{upload.isPending ? t.uploading(upload.variables.file.name) : t.drop}</span>
        <span className="muted">{t.dropHint}</span>
      </button>
      <input
        ref={input}
        type="file"
        accept=".xlsx,.csv,.txt,.tsv"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t.choose}
        onChange={(event) => {
          take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <div aria-live="assertive">
        {wrongType ? <Alert type="error" showIcon title={t.wrongType} /> : null}
        {upload.isError ? <Alert type="error" showIcon title={problemText(upload.error)} /> : null}
      </div>
    </div>
  )
}
