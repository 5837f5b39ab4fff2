import { unknownVariables } from '@changhui/rules/script'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Input, Select } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { useRef, useState } from 'react'
import { api, client } from '../../app/api.ts'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { SaveBar, useDraft } from './draft.tsx'
import { previewOf } from './script-preview.ts'
import { settingTexts } from './texts.ts'

/** Scripts 话术: editor with variables, live preview, versions (CARE-16). */
export function ScriptSettings() {
  const t = useTexts(settingTexts)
  const locale = useLocale()
  const { store } = useStore()
  const programmes = useQuery(api.settings.programmes.queryOptions({ input: { storeId: store.id } }))
  const [picked, setPicked] = useState<string>()
  const programme = picked ?? programmes.data?.[0]?.programme
  if (programmes.isPending) return <LoadingState rows={8} />
  if (programmes.isError) return <ErrorState error={programmes.error} retry={() => void programmes.refetch()} />
  return (
    <>
      <Select
        className="settings-pick"
        aria-label={t.programme}
        value={programme}
        onChange={setPicked}
        options={programmes.data.map((one) => ({ value: one.programme, label: locale === 'en' ? one.en : one.zh }))}
      />
      {programme ? <ScriptOf key={programme} programme={programme} /> : null}
    </>
  )
}

function ScriptOf({ programme }: { programme: string }) {
  const { store } = useStore()
  const scripts = useQuery(api.settings.scripts.queryOptions({ input: { storeId: store.id, programme } }))
  if (scripts.isPending) return <LoadingState rows={8} />
  if (scripts.isError) return <ErrorState error={scripts.error} retry={() => void scripts.refetch()} />
  return <Editor programme={programme} scripts={scripts.data} />
}

type Scripts = Awaited<ReturnType<typeof client.settings.scripts>>

function Editor({ programme, scripts }: { programme: string; scripts: Scripts }) {
  const t = useTexts(settingTexts)
  const locale = useLocale()
  const { store, may } = useStore()
  const queries = useQueryClient()
  const area = useRef<TextAreaRef>(null)
  const draft = useDraft({ body: scripts.versions[0]?.body ?? '' })
  const { body } = draft.value
  const write = (next: string) => draft.change({ body: next })
  const unknown = unknownVariables(body)
  const off = !may('script.edit')
  const save = useMutation({
    mutationFn: () => client.settings.saveScript({ storeId: store.id, programme, body }),
    onSuccess: async () => {
      await queries.refetchQueries({ queryKey: api.settings.scripts.key() })
      draft.drop()
      notify('success', t.saved)
    },
  })
  const insert = (name: string) => {
    const field = area.current?.resizableTextArea?.textArea
    const [from, to] = [field?.selectionStart ?? body.length, field?.selectionEnd ?? body.length]
    const place = `{{${name}}}`
    write(body.slice(0, from) + place + body.slice(to))
    // The caret goes behind what was put in, once the field shows it.
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(from + place.length, from + place.length)
    })
  }
  return (
    <>
      <div className="settings-columns">
        <Panel title={t.editor}>
          <Input.TextArea
            ref={area}
            value={body}
            disabled={off}
            maxLength={4000}
            showCount
            aria-label={t.editor}
            aria-invalid={unknown.length > 0}
            status={unknown.length > 0 ? 'error' : undefined}
            autoSize={{ minRows: 8, maxRows: 20 }}
            onChange={(event) => write(event.target.value)}
          />
          {unknown.length > 0 ? (
            <p role="alert" className="settings-wrong">
              {t.unknown({ names: unknown.join('、') })}
            </p>
          ) : null}
          {off ? null : (
            <section aria-label={t.variables} className="settings-variables">
              <p className="settings-hint">{t.editorHint}</p>
              {scripts.variables.map((one) => (
                <Button key={one.name} size="small" title={one.sample} onClick={() => insert(one.name)}>
                  {locale === 'en' ? one.en : one.zh}
                </Button>
              ))}
            </section>
          )}
        </Panel>
        <Panel title={t.preview}>
          <p className="settings-hint">{t.previewHint}</p>
          <p className="settings-preview">{previewOf(body, scripts.variables)}</p>
        </Panel>
      </div>
      <Versions versions={scripts.versions} onRestore={off ? null : write} />
      <SaveBar
        dirty={draft.dirty}
        saving={save.isPending}
        conflict={false}
        saveText={t.saveVersion}
        onSave={() => (unknown.length > 0 ? area.current?.focus() : save.mutate())}
        onDrop={draft.drop}
      />
    </>
  )
}

function Versions(props: { versions: Scripts['versions']; onRestore: ((body: string) => void) | null }) {
  const t = useTexts(settingTexts)
  const f = useFormat()
  return (
    <Panel title={t.versions}>
      <ul className="settings-list settings-versions">
        {props.versions.map((one, i) => (
          <li key={one.version}>
            <details>
              <summary>
                <strong>{one.version === 0 ? t.shipped : t.version({ n: f.number(one.version) })}</strong>
                {i === 0 ? <span className="mark mark-primary">{t.inUse}</span> : null}
                <span className="muted">
                  {one.createdAt ? t.by({ name: one.createdByName ?? '—', at: f.moment(one.createdAt) }) : ''}
                </span>
              </summary>
              <p className="settings-preview">{one.body}</p>
              {props.onRestore && i > 0 ? (
                <Button size="small" onClick={() => props.onRestore?.(one.body)}>
                  {t.restore}
                </Button>
              ) : null}
            </details>
          </li>
        ))}
      </ul>
      {props.versions.length === 0 ? <Alert type="info" title={t.editorHint} /> : null}
    </Panel>
  )
}
