import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Popconfirm, Typography } from 'antd'
import { useState } from 'react'
import { api, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { type Account, channelOf } from './channel-draft.ts'
import { ChannelForm } from './channel-form.tsx'
import { ChannelTest } from './channel-test.tsx'
import { channelTexts } from './channel-texts.ts'
import './channels.css'

type Task = { readonly kind: 'add' } | { readonly kind: 'edit' | 'test'; readonly account: Account }

/** Accounts with message providers (MSG-01): what is in force, how it last answered, where the provider reports to. */
export function Channels() {
  const t = useTexts(channelTexts)
  const { store } = useStore()
  const [task, setTask] = useState<Task | null>(null)
  const accounts = useQuery(api.channels.list.queryOptions({ input: { storeId: store.id } }))
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setTask({ kind: 'add' })}>
      {t.add}
    </Button>
  )
  const done = () => setTask(null)
  // as it was read last; one that was removed stays as it was, with what is typed over it
  const latest = (account: Account) => accounts.data?.find((one) => one.id === account.id) ?? account
  return (
    <>
      <Panel title={t.title} extra={accounts.data?.length ? add : null}>
        {accounts.isPending ? (
          <LoadingState rows={4} />
        ) : accounts.isError ? (
          <ErrorState error={accounts.error} retry={() => void accounts.refetch()} />
        ) : accounts.data.length === 0 ? (
          <EmptyState title={t.empty} text={t.emptyText} action={add} />
        ) : (
          <>
            <p className="settings-hint">{t.intro}</p>
            {accounts.data.some(({ enabled }) => enabled) ? <Alert type="info" showIcon title={t.partly} /> : null}
            <ul className="settings-list">
              {accounts.data.map((account) => (
                <AccountRow key={account.id} account={account} onTask={setTask} />
              ))}
            </ul>
          </>
        )}
      </Panel>
      {task?.kind === 'add' ? <ChannelForm account={null} onDone={done} /> : null}
      {task?.kind === 'edit' ? <ChannelForm account={latest(task.account)} onDone={done} /> : null}
      {task?.kind === 'test' ? <ChannelTest account={task.account} onDone={done} /> : null}
    </>
  )
}

function AccountRow({ account, onTask }: { account: Account; onTask: (task: Task) => void }) {
  const t = useTexts(channelTexts)
  const w = useTexts(words)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const { id, name, settings, enabled, lastAcceptedAt, lastRefusal } = account
  const { provider } = settings
  const remove = useMutation({
    mutationFn: () => client.channels.remove({ storeId: store.id, channelId: id }),
    onSuccess: async () => {
      notify('success', t.removed)
      await queries.invalidateQueries({ queryKey: api.channels.key() })
    },
  })
  const button = (kind: 'edit' | 'test') => (
    <Button size="small" type="text" aria-label={`${t[kind]} ${name}`} onClick={() => onTask({ kind, account })}>
      {t[kind]}
    </Button>
  )
  return (
    <li className="channel-row">
      <div className="channel-head">
        <strong>{name}</strong>
        <span className="mark">{w.channel[channelOf[provider]]}</span>
        <span className="mark">{t.providers[provider]}</span>
        <span className={enabled ? 'mark mark-primary' : 'mark mark-warning'}>{enabled ? t.on : t.off}</span>
        {account.readable ? null : <span className="mark mark-danger">{t.unreadable}</span>}
        <span className="channel-actions">
          {button('test')}
          {button('edit')}
          <Popconfirm
            title={t.removeAsk({ name })}
            okText={t.remove}
            cancelText={t.cancel}
            onConfirm={() => remove.mutate()}
          >
            <Button size="small" type="text" danger aria-label={`${t.remove} ${name}`}>
              {t.remove}
            </Button>
          </Popconfirm>
        </span>
      </div>
      <p className="muted num">
        {[
          t.order({ n: f.number(account.priority) }),
          t.priceOf({ fen: f.number(account.fenPerSegment) }),
          lastAcceptedAt ? t.accepted({ at: f.moment(lastAcceptedAt) }) : t.never,
        ].join(' · ')}
      </p>
      {lastRefusal ? (
        <p className="channel-refusal">
          {t.refusedAt({ at: f.moment(lastRefusal.at), code: lastRefusal.code })} ·{' '}
          {t.kindsOfRefusal[lastRefusal.kind as keyof typeof t.kindsOfRefusal] ?? lastRefusal.reason}
        </p>
      ) : null}
      {t.callbackHint[provider] ? (
        <p className="channel-callback">
          <span className="muted">{t.callback}</span>{' '}
          <Typography.Text
            code
            copyable={{ text: `${location.origin}${account.callbackPath}`, tooltips: [t.copy, t.copied] }}
          >
            {`${location.origin}${account.callbackPath}`}
          </Typography.Text>
          <span className="muted channel-hint">{t.callbackHint[provider]}</span>
        </p>
      ) : null}
    </li>
  )
}
