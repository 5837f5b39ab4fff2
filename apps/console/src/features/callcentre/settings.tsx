import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Popconfirm } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client, fieldProblems, problemText } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { SecretModal } from '../settings/secret-modal.tsx'
import { callCentreTexts } from './texts.ts'
import './callcentre.css'

/** Who sits at which extension, and where "dial" is sent. */
export function CallCentreSettings() {
  const { store } = useStore()
  const settings = useQuery(api.callCentre.settings.queryOptions({ input: { storeId: store.id } }))
  const staff = useQuery(api.staff.list.queryOptions({ input: { storeId: store.id } }))
  if (settings.isPending || staff.isPending) return <LoadingState rows={6} />
  if (settings.isError) return <ErrorState error={settings.error} retry={() => void settings.refetch()} />
  if (staff.isError) return <ErrorState error={staff.error} retry={() => void staff.refetch()} />
  const at = new Map(settings.data.extensions.map((one) => [one.userId, one.extension]))
  const people = staff.data.filter((one) => !one.disabled || at.has(one.userId))
  return (
    <>
      <Extensions people={people} at={at} />
      <Hook url={settings.data.hookUrl} />
    </>
  )
}

interface Person {
  readonly userId: string
  readonly name: string
}

function Extensions({ people, at }: { people: readonly Person[]; at: ReadonlyMap<string, string> }) {
  const t = useTexts(callCentreTexts)
  return (
    <Panel title={t.extensions}>
      <p className="settings-hint">
        {t.extensionsText} {t.keysHint}
      </p>
      <ul className="extension-list">
        {people.map((one) => (
          <ExtensionRow key={`${one.userId}${at.get(one.userId) ?? ''}`} person={one} has={at.get(one.userId) ?? ''} />
        ))}
      </ul>
    </Panel>
  )
}

function ExtensionRow({ person, has }: { person: Person; has: string }) {
  const t = useTexts(callCentreTexts)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const [typed, setTyped] = useState(has)
  const save = useMutation({
    mutationFn: () =>
      client.callCentre.setExtension({ storeId: store.id, userId: person.userId, extension: typed.trim() || null }),
    // the row itself shows what is wrong
    onError: () => undefined,
    onSuccess: async () => {
      notify('success', t.saved)
      await queries.invalidateQueries({ queryKey: api.callCentre.key() })
    },
  })
  const wrongForm = typed.trim() !== '' && !/^[0-9A-Za-z*#._-]{1,20}$/.test(typed.trim())
  const wrong = wrongForm
    ? t.wrongForm
    : save.isError
      ? (fieldProblems(save.error).extension ?? problemText(save.error))
      : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!wrongForm && typed.trim() !== has) save.mutate()
  }
  const id = `extension-${person.userId}`
  return (
    <li>
      <label htmlFor={id}>{person.name}</label>
      <form onSubmit={submit}>
        <Input
          id={id}
          value={typed}
          maxLength={20}
          inputMode="tel"
          disabled={!may('setting.edit')}
          placeholder={t.extension}
          status={wrong ? 'error' : undefined}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
        {typed.trim() === has ? null : (
          <Button htmlType="submit" type="primary" loading={save.isPending} disabled={wrongForm}>
            {t.save}
          </Button>
        )}
      </form>
      {wrong ? (
        <span id={`${id}-wrong`} role="alert" className="extension-wrong">
          {wrong}
        </span>
      ) : null}
    </li>
  )
}

function Hook({ url }: { url: string | null }) {
  const t = useTexts(callCentreTexts)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const [secret, setSecret] = useState<string | null>(null)
  const set = useMutation({
    mutationFn: (next: string | null) => client.callCentre.setHook({ storeId: store.id, url: next }),
    onError: () => undefined,
    onSuccess: async (made) => {
      setTyped('')
      setSecret(made.secret)
      await queries.invalidateQueries({ queryKey: api.callCentre.settings.key() })
    },
  })
  const wrong = set.isError ? (fieldProblems(set.error).url ?? problemText(set.error)) : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim()) set.mutate(typed.trim())
  }
  return (
    <Panel title={t.hook}>
      <p className="settings-hint">{t.hookText}</p>
      <p className="settings-hint">
        {url === null ? <span className="muted">{t.hookNone}</span> : <code className="settings-url">{url}</code>}{' '}
        {url !== null && may('integration.manage') ? (
          <Popconfirm
            title={t.hookRemoveAsk}
            okText={t.hookRemove}
            cancelText={t.close}
            onConfirm={() => set.mutate(null)}
          >
            <Button size="small" type="text" danger>
              {t.hookRemove}
            </Button>
          </Popconfirm>
        ) : null}
      </p>
      {may('integration.manage') ? (
        <form className="settings-inline" onSubmit={submit}>
          <Input
            type="url"
            value={typed}
            maxLength={500}
            placeholder="https://"
            aria-label={t.hookUrl}
            status={wrong ? 'error' : undefined}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="primary" htmlType="submit" disabled={!typed.trim()} loading={set.isPending}>
            {t.hookSet}
          </Button>
        </form>
      ) : null}
      {wrong ? (
        <p role="alert" className="settings-wrong">
          {wrong}
        </p>
      ) : null}
      <SecretModal secret={secret} title={t.secretTitle} text={t.secretText} onClose={() => setSecret(null)} />
    </Panel>
  )
}
