import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Input, Modal } from 'antd'
import { useState } from 'react'
import { api, client, problemText } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { type Account, channelOf } from './channel-draft.ts'
import { channelTexts } from './channel-texts.ts'
import { Field } from './field.tsx'

/** Sends a test message through an account and says in words what the provider answered. */
export function ChannelTest({ account, onDone }: { account: Account; onDone: () => void }) {
  const t = useTexts(channelTexts)
  const { store } = useStore()
  const queries = useQueryClient()
  const [to, setTo] = useState('')
  const [body, setBody] = useState(t.bodyDefault)
  const send = useMutation({
    mutationFn: () =>
      client.channels.test({ storeId: store.id, channelId: account.id, to: to.trim(), body: body.trim() }),
    // The dialog itself shows what is wrong.
    onError: () => undefined,
    onSuccess: () => queries.invalidateQueries({ queryKey: api.channels.key() }),
  })
  const channel = channelOf[account.settings.provider]
  return (
    <Modal
      open
      title={t.testTitle(account)}
      okText={t.send}
      cancelText={t.cancel}
      okButtonProps={{ disabled: to.trim().length < 2 || body.trim() === '', loading: send.isPending }}
      onOk={() => send.mutate()}
      onCancel={onDone}
      width={460}
    >
      <form
        className="channel-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (to.trim().length > 1 && body.trim()) send.mutate()
        }}
      >
        <p className="muted">{t.testHint}</p>
        <Field label={t.to[channel]}>
          <Input
            value={to}
            maxLength={200}
            autoComplete="off"
            autoFocus
            onChange={(event) => setTo(event.target.value)}
          />
        </Field>
        <Field label={t.body}>
          <Input.TextArea
            value={body}
            maxLength={500}
            autoSize={{ minRows: 2, maxRows: 6 }}
            onChange={(event) => setBody(event.target.value)}
          />
        </Field>
        {send.isError ? <Alert type="error" showIcon role="alert" title={problemText(send.error)} /> : null}
        {send.data ? <Answer answer={send.data} /> : null}
      </form>
    </Modal>
  )
}

const looks = { accepted: 'success', refused: 'error', unknown: 'warning' } as const

function Answer({ answer }: { answer: Awaited<ReturnType<typeof client.channels.test>> }) {
  const t = useTexts(channelTexts)
  const { state, kind, code, reason, providerId } = answer
  return (
    <Alert
      type={looks[state]}
      showIcon
      role="status"
      title={t.results[state]}
      description={
        <>
          {kind ? <p>{t.kindsOfRefusal[kind]}</p> : null}
          {code || reason ? (
            <p className="channel-answer">{t.answer({ code: code ?? '', reason: reason ?? '' })}</p>
          ) : null}
          {providerId ? <p className="channel-answer channel-code">{t.answerId({ id: providerId })}</p> : null}
        </>
      }
    />
  )
}
