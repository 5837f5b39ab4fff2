import { fillScript, unknownVariables } from '@changhui/rules/script'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Select } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { useRef, useState } from 'react'
import { api, client } from '../../app/api.ts'
import { CustomerSelect } from '../../app/customer-select.tsx'
import { useLocale, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { templateTexts } from '../templates/texts.ts'
import { namesOf, usePreview } from '../templates/use-preview.ts'
import { VariableText } from '../templates/variable-text.tsx'
import { TextVersions } from '../templates/versions.tsx'
import { SaveBar } from './draft.tsx'
import { settingTexts } from './texts.ts'
import '../templates/templates.css'

/** Scripts 话术: editor with variables, preview on a real customer, versions with approval (CARE-16). */
export function ScriptSettings() {
  const t = useTexts(settingTexts)
  const locale = useLocale()
  const { store } = useStore()
  const programmes = useQuery(api.settings.programmes.queryOptions({ input: { storeId: store.id } }))
  const tt = useTexts(templateTexts)
  const drafts = useQuery(api.settings.scriptDrafts.queryOptions({ input: { storeId: store.id } }))
  const waiting = new Map(drafts.data?.map((one) => [one.programme, one.drafts]))
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
        options={programmes.data.map((one) => {
          const name = locale === 'en' ? one.en : one.zh
          const drafts = waiting.get(one.programme)
          return { value: one.programme, label: drafts ? `${name} · ${tt.drafts({ n: drafts })}` : name }
        })}
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
  const tt = useTexts(templateTexts)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const area = useRef<TextAreaRef>(null)
  const newest = scripts.versions[0]
  const draft = useDraft({ body: newest?.body ?? '' }, newest?.version ?? 0)
  const { body } = draft.value
  const unknown = unknownVariables(body)
  const off = !may('script.edit')
  const again = () =>
    Promise.all([
      queries.refetchQueries({ queryKey: api.settings.scripts.key() }),
      queries.refetchQueries({ queryKey: api.settings.scriptDrafts.key() }),
    ])
  const save = useMutation({
    mutationFn: () => client.settings.saveScript({ storeId: store.id, programme, body }),
    onSuccess: async () => {
      await again()
      draft.drop()
      notify('success', tt.savedDraft)
    },
  })
  const decide = useMutation({
    mutationFn: (input: Parameters<typeof client.settings.decideScript>[0]) => client.settings.decideScript(input),
    onSuccess: () => notify('success', tt.decided),
    onSettled: again,
  })
  return (
    <>
      <div className="settings-columns">
        <Panel title={t.editor}>
          <VariableText
            area={area}
            value={body}
            onChange={(next) => draft.change({ body: next })}
            label={t.editor}
            unknown={unknown}
            variables={scripts.variables}
            max={4000}
            disabled={off}
          />
        </Panel>
        <Preview programme={programme} body={body} />
      </div>
      <TextVersions
        versions={scripts.versions}
        inUse={scripts.inUse}
        mayDecide={may('script.approve')}
        deciding={decide.isPending}
        onDecide={({ version, state }, decision) =>
          decide.mutate({ storeId: store.id, programme, version, state, decision })
        }
        onEdit={off ? undefined : (one) => draft.change({ body: one.body })}
      />
      <SaveBar
        dirty={draft.dirty}
        saving={save.isPending}
        conflict={false}
        saveText={tt.saveDraft}
        onSave={() => (unknown.length > 0 ? area.current?.focus() : save.mutate())}
        onDrop={draft.drop}
      />
    </>
  )
}

/** The script as it would stand beside the call of one customer. */
function Preview({ programme, body }: { programme: string; body: string }) {
  const t = useTexts(templateTexts)
  const { customerId, setCustomerId, facts, values, isReal, causes } = usePreview(programme, body)
  const { text, missing } = fillScript(body, values)
  return (
    <Panel title={t.preview}>
      <CustomerSelect
        className="text-customer"
        clearable
        label={t.previewOf}
        value={customerId}
        onChange={setCustomerId}
      />
      {facts.isError ? <ErrorState error={facts.error} retry={() => void facts.refetch()} /> : null}
      <p className="settings-preview text-script">{text}</p>
      <div className="text-notes">
        {isReal ? null : <p className="muted">{t.previewSample}</p>}
        {isReal && causes.length > 0 ? <p className="muted">{t.previewCause({ names: namesOf(causes) })}</p> : null}
        {isReal && missing.length > 0 ? <p className="muted">{t.scriptMissing({ names: namesOf(missing) })}</p> : null}
      </div>
    </Panel>
  )
}
