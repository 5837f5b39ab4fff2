import { messageChannels, ownPurposes } from '@changhui/contract/templates'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Input, Modal, Select } from 'antd'
import { useId, useState } from 'react'
import { api, client } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { templateTexts } from './texts.ts'

type Channel = (typeof messageChannels)[number]

/** Begins a text of the store's own: name, what it is for, first words on one channel. */
export function NewText({
  open,
  onClose,
  onMade,
}: {
  open: boolean
  onClose: () => void
  onMade: (key: string, channel: Channel) => void
}) {
  const t = useTexts(templateTexts)
  const w = useTexts(words)
  const { store } = useStore()
  const queries = useQueryClient()
  const fields = useId()
  const [id] = useState(() => crypto.randomUUID())
  const [name, setName] = useState('')
  const [purpose, setPurpose] = useState<(typeof ownPurposes)[number]>('reminder')
  const [channel, setChannel] = useState<Channel>('sms')
  const [subject, setSubject] = useState('')
  const [body, setBody] = useState('{{称呼}}您好，')
  const create = useMutation({
    mutationFn: () =>
      client.templates.create({
        storeId: store.id,
        id,
        name,
        purpose,
        channel,
        subject: channel === 'email' ? subject : null,
        body,
      }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: api.templates.key() })
      notify('success', t.savedDraft)
      onMade(made.key, channel)
    },
  })
  const incomplete = name.trim() === '' || body.trim() === '' || (channel === 'email' && subject.trim() === '')
  return (
    <Modal
      open={open}
      title={t.newText}
      okText={t.create}
      cancelText={t.cancel}
      okButtonProps={{ disabled: incomplete, loading: create.isPending }}
      onOk={() => create.mutate()}
      onCancel={onClose}
      width={520}
    >
      <div className="text-form">
        <label htmlFor={`${fields}-name`}>{t.name}</label>
        <Input id={`${fields}-name`} value={name} maxLength={40} onChange={(event) => setName(event.target.value)} />
        <label htmlFor={`${fields}-purpose`}>{t.purpose}</label>
        <Select
          id={`${fields}-purpose`}
          value={purpose}
          onChange={setPurpose}
          options={ownPurposes.map((one) => ({ value: one, label: w.contactPurpose[one] }))}
        />
        <p className="muted">{t.purposeHint[purpose]}</p>
        <label htmlFor={`${fields}-channel`}>{t.channel}</label>
        <Select
          id={`${fields}-channel`}
          value={channel}
          onChange={setChannel}
          options={messageChannels.map((one) => ({ value: one, label: w.channel[one] }))}
        />
        {channel === 'email' ? (
          <>
            <label htmlFor={`${fields}-subject`}>{t.subject}</label>
            <Input
              id={`${fields}-subject`}
              value={subject}
              maxLength={120}
              onChange={(event) => setSubject(event.target.value)}
            />
          </>
        ) : null}
        <label htmlFor={`${fields}-body`}>{t.body}</label>
        <Input.TextArea
          id={`${fields}-body`}
          value={body}
          maxLength={2000}
          autoSize={{ minRows: 3, maxRows: 10 }}
          onChange={(event) => setBody(event.target.value)}
        />
      </div>
    </Modal>
  )
}
