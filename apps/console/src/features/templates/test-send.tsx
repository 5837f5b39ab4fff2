import type { messageChannels } from '@changhui/contract/templates'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Input, Modal } from 'antd'
import { useId, useState } from 'react'
import { api, client, problemText } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { templateTexts } from './texts.ts'

interface Wish {
  readonly key: string
  readonly channel: (typeof messageChannels)[number]
  readonly subject: string | null
  readonly body: string
  readonly customerId: string | null
}

/** Sends what stands in the editor to a number or address typed in (MSG-03). */
export function TestSend({ wish, disabled }: { wish: Wish; disabled: boolean }) {
  const t = useTexts(templateTexts)
  const { store } = useStore()
  const queries = useQueryClient()
  const field = useId()
  const [open, setOpen] = useState(false)
  const [recipient, setRecipient] = useState('')
  // one id until the text or recipient changes: pressing twice sends once
  const [id, setId] = useState(() => crypto.randomUUID())
  const send = useMutation({
    mutationFn: () => client.templates.test({ storeId: store.id, id, ...wish, recipient }),
    onError: () => undefined,
    onSettled: () => setId(crypto.randomUUID()),
    onSuccess: () => void queries.invalidateQueries({ queryKey: api.templates.tests.key() }),
  })
  const close = () => {
    setOpen(false)
    send.reset()
  }
  const result = send.data
  return (
    <>
      <Button onClick={() => setOpen(true)} disabled={disabled || wish.channel === 'in-app'}>
        {t.test}
      </Button>
      <Modal
        open={open}
        title={t.testTitle}
        okText={t.send}
        cancelText={t.cancel}
        okButtonProps={{ disabled: recipient.trim().length < 3, loading: send.isPending }}
        onOk={() => send.mutate()}
        onCancel={close}
        width={460}
      >
        <div className="text-form">
          <p className="muted">{t.testHint}</p>
          <label htmlFor={field}>{t.recipients[wish.channel]}</label>
          <Input
            id={field}
            value={recipient}
            maxLength={120}
            autoComplete="off"
            onChange={(event) => setRecipient(event.target.value)}
          />
          {send.isError ? <Alert type="error" showIcon role="alert" title={problemText(send.error)} /> : null}
          {result ? (
            <Alert
              type={result.state === 'accepted' ? 'success' : result.state === 'refused' ? 'error' : 'warning'}
              showIcon
              role="status"
              title={result.provider === 'embedded' ? t.onlyShown : t.results[result.state]}
              description={result.reason ?? result.body}
            />
          ) : null}
        </div>
      </Modal>
    </>
  )
}

/** The last test messages of the store. */
export function TestList() {
  const t = useTexts(templateTexts)
  const w = useTexts(words)
  const f = useFormat()
  const { store } = useStore()
  const tests = useQuery(api.templates.tests.queryOptions({ input: { storeId: store.id, limit: 10 } }))
  return (
    <Panel title={t.tests}>
      {tests.isPending ? (
        <LoadingState rows={2} />
      ) : tests.isError ? (
        <ErrorState error={tests.error} retry={() => void tests.refetch()} />
      ) : tests.data.rows.length === 0 ? (
        <EmptyState title={t.testsEmpty} />
      ) : (
        <ul className="settings-list">
          {tests.data.rows.map((one) => (
            <li key={one.id}>
              <span className="num muted">{f.moment(one.at)}</span>
              <span className="mark">{word(w.channel, one.channel)}</span>
              <span className={one.state === 'accepted' ? 'mark mark-primary' : 'mark mark-warning'}>
                {one.provider === 'embedded' ? t.onlyShown : t.results[one.state]}
              </span>
              <span className="muted">{t.to({ to: one.recipientMasked, by: one.byName ?? '—' })}</span>
              <span className="settings-grow">{one.reason ?? one.body}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
