import type { messageChannels, templateDetail } from '@changhui/contract/templates'
import { optOutWords } from '@changhui/rules/messageText'
import { unknownVariables } from '@changhui/rules/script'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Input } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import { api, client } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { SaveBar, useSaveDraft } from '../settings/draft.tsx'
import { Findings } from './findings.tsx'
import { TestSend } from './test-send.tsx'
import { TextPreview } from './text-preview.tsx'
import { templateTexts } from './texts.ts'
import { VariableText } from './variable-text.tsx'
import { TextVersions } from './versions.tsx'

type Detail = z.infer<typeof templateDetail>
type Channel = (typeof messageChannels)[number]

/** One text on one channel. */
export function TemplateEditor({ templateKey, channel }: { templateKey: string; channel: Channel }) {
  const { store } = useStore()
  const detail = useQuery(api.templates.get.queryOptions({ input: { storeId: store.id, key: templateKey, channel } }))
  if (detail.isPending) return <LoadingState rows={10} />
  if (detail.isError) return <ErrorState error={detail.error} retry={() => void detail.refetch()} />
  return <Editor detail={detail.data} />
}

function Editor({ detail }: { detail: Detail }) {
  const t = useTexts(templateTexts)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const { key, channel, purpose, tariff } = detail
  const at = { storeId: store.id, key, channel }
  const shown = detail.versions[0]
  const draft = useDraft({ subject: shown?.subject ?? '', body: shown?.body ?? '' }, shown?.version ?? 0)
  const { subject, body } = draft.value
  const [customerId, setCustomerId] = useState<string | null>(null)
  const unknown = unknownVariables(channel === 'email' ? subject + body : body)
  const off = !may('script.edit')
  const queryKey = api.templates.get.queryKey({ input: at })
  const list = api.templates.list.key()
  const { bar } = useSaveDraft(draft, {
    queryKey,
    save: (text, after) =>
      client.templates.save({ ...at, subject: channel === 'email' ? text.subject : null, body: text.body, after }),
    placed: (next: Detail) => next,
    said: t.savedDraft,
    list,
  })
  const decide = useMutation({
    mutationFn: (input: Parameters<typeof client.templates.decide>[0]) => client.templates.decide(input),
    onSuccess: async (next) => {
      queries.setQueryData(queryKey, next)
      await queries.invalidateQueries({ queryKey: list })
      notify('success', t.decided)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: api.templates.get.key() }),
  })
  const optOut = channel === 'sms' && purpose === 'marketing'
  return (
    <>
      <div className="settings-columns">
        <Panel title={t.editor}>
          {channel === 'email' ? (
            <Input
              className="text-subject"
              value={subject}
              disabled={off}
              maxLength={120}
              aria-label={t.subject}
              placeholder={t.subject}
              onChange={(event) => draft.change({ subject: event.target.value })}
            />
          ) : null}
          <VariableText
            value={body}
            onChange={(next) => draft.change({ body: next })}
            label={t.body}
            unknown={unknown}
            variables={detail.variables}
            max={2000}
            disabled={off}
          />
          {optOut ? <p className="settings-hint">{t.optOut({ words: optOutWords(tariff.provider) })}</p> : null}
          {channel === 'sms' ? <Findings body={body} purpose={purpose} tariff={tariff} /> : null}
          {detail.filings.length > 0 ? (
            <section className="text-findings" aria-label={t.filings}>
              <h3>{t.filings}</h3>
              <p>
                {detail.filings.map((one) => t.filing({ provider: one.name, code: one.code })).join(' · ')}
                <span className="text-way">{t.filingHint}</span>
              </p>
            </section>
          ) : null}
        </Panel>
        <div className="text-side">
          <TextPreview detail={detail} subject={subject} body={body} onCustomer={setCustomerId} />
          {may('message.send') ? (
            <TestSend
              wish={{ key, channel, subject: channel === 'email' ? subject : null, body, customerId }}
              disabled={unknown.length > 0 || body.trim() === ''}
            />
          ) : null}
        </div>
      </div>
      <TextVersions
        versions={detail.versions}
        inUse={detail.inUse}
        mayDecide={may('script.approve')}
        deciding={decide.isPending}
        onDecide={(one, decision) => decide.mutate({ ...at, version: one.version, state: one.state, decision })}
        onEdit={off ? undefined : (one) => draft.change({ subject: one.subject ?? '', body: one.body })}
      />
      <SaveBar {...bar} saveText={t.saveDraft} onSave={() => (unknown.length > 0 ? undefined : bar.onSave())} />
    </>
  )
}
