import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Input, InputNumber, Modal, Select, Switch } from 'antd'
import type { FormEvent } from 'react'
import { api, client, fieldProblems, problemText, readAgain } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import {
  type Account,
  bare,
  type ChannelDraft,
  draftOf,
  hasTemplates,
  newDraft,
  type PlainField,
  plainFields,
  providers,
  secretFields,
  settingsOf,
  typedSecrets,
} from './channel-draft.ts'
import { ChannelTemplates } from './channel-templates.tsx'
import { channelTexts } from './channel-texts.ts'
import { Field } from './field.tsx'

/** Adds an account, or changes `account`. Secrets are only ever written. */
export function ChannelForm({ account, onDone }: { account: Account | null; onDone: () => void }) {
  const t = useTexts(channelTexts)
  const { store } = useStore()
  const queries = useQueryClient()
  const {
    value: draft,
    version,
    change,
    fallBehind,
  } = useDraft<ChannelDraft>(account ? draftOf(account) : newDraft('aliyun'), account?.version ?? 0)
  const { provider } = draft
  const save = useMutation({
    mutationFn: async () => {
      const { name, enabled, priority, fenPerSegment } = draft
      const common = { storeId: store.id, name: name.trim() || t.providers[provider], enabled, priority, fenPerSegment }
      const all = { ...common, settings: settingsOf(draft), secrets: typedSecrets(draft) }
      if (account) await client.channels.change({ ...all, channelId: account.id, version })
      else await client.channels.add(all)
    },
    // The dialog itself shows what is wrong.
    onError: async (error) => {
      if (await readAgain(error, api.channels.key())) fallBehind()
    },
    onSuccess: async () => {
      notify('success', t.saved)
      await queries.invalidateQueries({ queryKey: api.channels.key() })
      onDone()
    },
  })
  const set = (part: Partial<ChannelDraft>) => {
    // what was wrong may be right now
    if (save.isError) save.reset()
    change(part)
  }
  const wrong = fieldProblems(save.error)
  const nobody = save.isError && Object.keys(wrong).length === 0 ? problemText(save.error) : null
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    save.mutate()
  }
  return (
    <Modal
      open
      title={account ? t.editTitle(account) : t.addTitle({ provider: t.providers[provider] })}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={() => submit()}
      onCancel={onDone}
      width={680}
    >
      <form onSubmit={submit} className="channel-form" noValidate>
        {account && !account.readable ? <Alert type="warning" showIcon title={t.unreadable} /> : null}
        {nobody ? <Alert type="error" showIcon role="alert" title={nobody} /> : null}
        <div className="settings-fields">
          <Field label={t.provider}>
            <Select
              value={provider}
              disabled={account !== null}
              onChange={(next) => set(newDraft(next))}
              options={providers.map((value) => ({ value, label: t.providers[value] }))}
            />
          </Field>
          <Field label={t.name} wrong={wrong.name}>
            <Input
              value={draft.name}
              maxLength={40}
              placeholder={t.providers[provider]}
              onChange={(event) => set({ name: event.target.value })}
            />
          </Field>
          {plainFields[provider].map((field) => (
            <Plain
              key={field}
              name={bare(field)}
              optional={field.endsWith('?')}
              value={draft.plain[bare(field)] ?? ''}
              wrong={wrong[`settings.${bare(field)}`]}
              onChange={(value) => set({ plain: { ...draft.plain, [bare(field)]: value } })}
            />
          ))}
          {secretFields[provider].map((field) => {
            const name = bare(field)
            const tail = account?.secretTails[name]
            const kept = tail === undefined ? undefined : tail ? t.secretKept({ tail }) : t.secretKeptShort
            return (
              <Field key={field} label={t.secrets[name]} wrong={wrong[name] ?? wrong[`secrets.${name}`]} hint={kept}>
                <Input.Password
                  value={draft.secrets[name] ?? ''}
                  maxLength={200}
                  autoComplete="new-password"
                  placeholder={kept === undefined && field.endsWith('?') ? t.optional : ''}
                  onChange={(event) => set({ secrets: { ...draft.secrets, [name]: event.target.value } })}
                />
              </Field>
            )
          })}
          <Field label={t.price} wrong={wrong.fenPerSegment}>
            <InputNumber
              value={draft.fenPerSegment}
              min={0}
              max={100_000}
              precision={0}
              onChange={(fen) => set({ fenPerSegment: fen ?? 0 })}
            />
          </Field>
          <Field label={t.priority} hint={t.priorityHint} wrong={wrong.priority}>
            <InputNumber
              value={draft.priority}
              min={1}
              max={999}
              precision={0}
              onChange={(priority) => set({ priority: priority ?? 100 })}
            />
          </Field>
        </div>
        {hasTemplates(provider) ? (
          <ChannelTemplates
            lines={draft.templates}
            wechat={provider === 'wechat'}
            wrong={wrong}
            onChange={(templates) => set({ templates })}
          />
        ) : null}
        <div className="settings-switch">
          <Switch id="channel-enabled" checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
          <label htmlFor="channel-enabled">{t.enabled}</label>
        </div>
      </form>
    </Modal>
  )
}

interface PlainProps {
  readonly name: PlainField
  readonly optional: boolean
  readonly value: string
  readonly wrong: string | undefined
  readonly onChange: (value: string) => void
}

function Plain({ name, optional, value, wrong, onChange }: PlainProps) {
  const t = useTexts(channelTexts)
  const hint = (t.plainHints as Partial<Record<PlainField, string>>)[name]
  return (
    <Field label={t.plain[name]} wrong={wrong} hint={hint}>
      {name === 'encryption' ? (
        <Select
          value={value}
          onChange={onChange}
          options={(['tls', 'starttls', 'none'] as const).map((one) => ({ value: one, label: t.encryption[one] }))}
        />
      ) : (
        <Input
          value={value}
          maxLength={300}
          autoComplete="off"
          placeholder={optional ? t.optional : ''}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
