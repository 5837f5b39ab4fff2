import type { webhookEvents } from '@changhui/contract/integrations'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Popconfirm, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client, fieldProblems } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word } from '../../app/words.ts'
import { settingTexts } from './texts.ts'

type Event = (typeof webhookEvents)[number]

/** Addresses that are told when something happens. */
export function Webhooks({ onSecret }: { onSecret: (secret: string) => void }) {
  const t = useTexts(settingTexts)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const [url, setUrl] = useState('')
  const [events, setEvents] = useState<Event[]>([])
  const hooks = useQuery(api.integrations.webhooks.queryOptions({ input: { storeId: store.id } }))
  const refresh = () => queries.invalidateQueries({ queryKey: api.integrations.webhooks.key() })
  const create = useMutation({
    mutationFn: () => client.integrations.createWebhook({ storeId: store.id, url: url.trim(), events }),
    onSuccess: async ({ secret }) => {
      setUrl('')
      setEvents([])
      onSecret(secret)
      await refresh()
    },
  })
  const remove = useMutation({
    mutationFn: (webhookId: string) => client.integrations.removeWebhook({ storeId: store.id, webhookId }),
    onSuccess: async () => {
      notify('success', t.webhookRemoved)
      await refresh()
    },
  })
  const wrong = fieldProblems(create.error).url
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (url.trim() && events.length > 0) create.mutate()
  }
  return (
    <Panel title={t.webhooks}>
      <p className="settings-hint">{t.webhooksText}</p>
      <form className="settings-inline" onSubmit={submit}>
        <Input
          type="url"
          value={url}
          maxLength={500}
          placeholder="https://"
          aria-label={t.webhookUrl}
          status={wrong ? 'error' : undefined}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Select
          mode="multiple"
          value={events}
          onChange={setEvents}
          aria-label={t.webhookEvents}
          placeholder={t.webhookEvents}
          className="settings-events"
          options={(Object.keys(t.events) as Event[]).map((value) => ({ value, label: t.events[value] }))}
        />
        <Button
          type="primary"
          htmlType="submit"
          disabled={!url.trim() || events.length === 0}
          loading={create.isPending}
        >
          {t.webhookCreate}
        </Button>
      </form>
      {wrong ? <p className="settings-wrong">{wrong}</p> : null}
      {hooks.isPending ? (
        <LoadingState rows={3} />
      ) : hooks.isError ? (
        <ErrorState error={hooks.error} retry={() => void hooks.refetch()} />
      ) : hooks.data.length === 0 ? (
        <EmptyState title={t.webhooksEmpty} />
      ) : (
        <ul className="settings-list">
          {hooks.data.map((one) => (
            <li key={one.id}>
              <span className="settings-grow">
                <code className="settings-url">{one.url}</code>
                <span className="settings-marks">
                  {one.events.map((event) => (
                    <span key={event} className="mark">
                      {word(t.events, event)}
                    </span>
                  ))}
                  {one.failures > 0 ? (
                    <span className="mark mark-danger">
                      {t.webhookFailures} {f.number(one.failures)}
                    </span>
                  ) : null}
                </span>
              </span>
              <span className="muted num">
                {t.webhookLast} {one.lastDeliveredAt ? f.moment(one.lastDeliveredAt) : t.never}
              </span>
              <Popconfirm
                title={t.webhookRemoveAsk({ url: one.url })}
                okText={t.remove}
                cancelText={t.cancel}
                onConfirm={() => remove.mutate(one.id)}
              >
                <Button size="small" type="text" danger aria-label={`${t.remove} ${one.url}`}>
                  {t.remove}
                </Button>
              </Popconfirm>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
