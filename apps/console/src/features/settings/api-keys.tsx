import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Popconfirm, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { settingTexts } from './texts.ts'

const roles = ['information-clerk', 'care-manager', 'marketing', 'call-centre'] as const

/** Keys by which other systems call the API. */
export function ApiKeys({ onSecret }: { onSecret: (secret: string) => void }) {
  const t = useTexts(settingTexts)
  const w = useTexts(words)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<(typeof roles)[number]>('information-clerk')
  const keys = useQuery(api.integrations.keys.queryOptions({ input: { storeId: store.id } }))
  const refresh = () => queries.invalidateQueries({ queryKey: api.integrations.keys.key() })
  const create = useMutation({
    mutationFn: () => client.integrations.createKey({ storeId: store.id, name: name.trim(), role }),
    onSuccess: async ({ secret }) => {
      setName('')
      onSecret(secret)
      await refresh()
    },
  })
  const revoke = useMutation({
    mutationFn: (keyId: string) => client.integrations.revokeKey({ storeId: store.id, keyId }),
    onSuccess: async () => {
      notify('success', t.keyRevoked)
      await refresh()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) create.mutate()
  }
  return (
    <Panel title={t.keys}>
      <p className="settings-hint">{t.keysText}</p>
      <form className="settings-inline" onSubmit={submit}>
        <Input
          value={name}
          maxLength={40}
          placeholder={t.keyName}
          aria-label={t.keyName}
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          value={role}
          onChange={setRole}
          aria-label={t.keyRole}
          className="settings-pick"
          options={roles.map((value) => ({ value, label: w.role[value] }))}
        />
        <Button type="primary" htmlType="submit" disabled={!name.trim()} loading={create.isPending}>
          {t.keyCreate}
        </Button>
      </form>
      {keys.isPending ? (
        <LoadingState rows={3} />
      ) : keys.isError ? (
        <ErrorState error={keys.error} retry={() => void keys.refetch()} />
      ) : keys.data.length === 0 ? (
        <EmptyState title={t.keysEmpty} />
      ) : (
        <div className="settings-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                {[t.keyName, t.keyStart, t.keyRole, t.keyCreated, t.keyUsed, ''].map((title) => (
                  <th key={title} scope="col">
                    {title || <span className="visually-hidden">{t.keyRevoke}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {keys.data.map((one) => (
                <tr key={one.id}>
                  <th scope="row">{one.name}</th>
                  <td>
                    <code>{one.start}…</code>
                  </td>
                  <td>{f.list(one.roles.map((held) => word(w.role, held)))}</td>
                  <td className="num">{f.moment(one.createdAt)}</td>
                  <td className="num">{one.lastUsedAt ? f.moment(one.lastUsedAt) : t.never}</td>
                  <td>
                    <Popconfirm
                      title={t.keyRevokeAsk({ name: one.name })}
                      okText={t.keyRevoke}
                      cancelText={t.cancel}
                      onConfirm={() => revoke.mutate(one.id)}
                    >
                      <Button size="small" type="text" danger aria-label={`${t.keyRevoke} ${one.name}`}>
                        {t.keyRevoke}
                      </Button>
                    </Popconfirm>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
