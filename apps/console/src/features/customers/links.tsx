import { LinkOutlined, QrcodeOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal, Popconfirm, QRCode, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api, client, fieldProblems, showProblem } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { Field } from '../settings/field.tsx'
import { linkTexts } from './links-texts.ts'

type Link = Answers['channels']['links']['links'][number]

/** Where WeChat and WeCom know the customer; a code to follow the official account by, or an id written down (MSG-01). */
export function Links({ customerId }: { customerId: string }) {
  const t = useTexts(linkTexts)
  const { store, may } = useStore()
  const [form, setForm] = useState(false)
  const input = { storeId: store.id, customerId }
  const links = useQuery(api.channels.links.queryOptions({ input }))
  const code = useMutation({ mutationFn: () => client.channels.followCode(input), onError: showProblem })
  return (
    <Panel
      title={t.title}
      extra={
        may('customer.edit') ? (
          <>
            {links.data?.codes ? (
              <Button
                type="text"
                size="small"
                icon={<QrcodeOutlined aria-hidden />}
                loading={code.isPending}
                onClick={() => code.mutate()}
              >
                {t.code}
              </Button>
            ) : null}
            <Button type="text" size="small" icon={<LinkOutlined aria-hidden />} onClick={() => setForm(true)}>
              {t.add}
            </Button>
          </>
        ) : null
      }
    >
      {links.isPending ? (
        <LoadingState rows={2} />
      ) : links.isError ? (
        <ErrorState error={links.error} retry={() => void links.refetch()} />
      ) : links.data.links.length === 0 ? (
        <p className="muted">{t.none}</p>
      ) : (
        <ul className="links">
          {links.data.links.map((link) => (
            <LinkRow key={`${link.channel} ${link.address}`} link={link} customerId={customerId} />
          ))}
        </ul>
      )}
      {code.data ? <CodeDialog code={code.data} onClose={() => code.reset()} /> : null}
      {form ? <LinkForm customerId={customerId} onDone={() => setForm(false)} /> : null}
    </Panel>
  )
}

/** After a change the gate's table of channels is read again, too. */
function useLinksChanged() {
  const queries = useQueryClient()
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: api.channels.links.key() }),
      queries.invalidateQueries({ queryKey: api.messages.ofCustomer.key() }),
    ])
  }
}

function LinkRow({ link, customerId }: { link: Link; customerId: string }) {
  const t = useTexts(linkTexts)
  const w = useTexts(words)
  const { store, may } = useStore()
  const changed = useLinksChanged()
  const { channel, address } = link
  const unlink = useMutation({
    mutationFn: () => client.channels.unlink({ storeId: store.id, customerId, channel, address }),
    onError: showProblem,
    onSuccess: async () => {
      notify('success', t.unlinked)
      await changed()
    },
  })
  return (
    <li>
      <span className="chip">{w.channel[channel]}</span>
      <code className="link-id">{address}</code>
      {link.reachable ? null : <span className="chip chip-warning">{t.left}</span>}
      {may('customer.edit') ? (
        <Popconfirm
          title={t.unlinkAsk}
          okText={t.unlink}
          cancelText={t.cancel}
          onConfirm={() => unlink.mutateAsync().catch(() => undefined)}
        >
          <Button type="text" size="small" aria-label={`${t.unlink} ${address}`}>
            {t.unlink}
          </Button>
        </Popconfirm>
      ) : null}
    </li>
  )
}

function CodeDialog({ code, onClose }: { code: Answers['channels']['followCode']; onClose: () => void }) {
  const t = useTexts(linkTexts)
  const f = useFormat()
  const changed = useLinksChanged()
  const close = () => {
    onClose()
    void changed()
  }
  return (
    <Modal open title={t.codeTitle} footer={null} onCancel={close} width={360}>
      <div className="link-code">
        <QRCode value={code.address} size={220} color="#000000" bgColor="#ffffff" />
        <p>{t.codeText}</p>
        <p className="muted num">{t.codeUntil(f.moment(code.expiresAt))}</p>
      </div>
    </Modal>
  )
}

function LinkForm({ customerId, onDone }: { customerId: string; onDone: () => void }) {
  const t = useTexts(linkTexts)
  const w = useTexts(words)
  const { store } = useStore()
  const changed = useLinksChanged()
  const [channel, setChannel] = useState<Link['channel']>('wechat')
  const [address, setAddress] = useState('')
  const save = useMutation({
    mutationFn: () => client.channels.link({ storeId: store.id, customerId, channel, address: address.trim() }),
    onError: (error) => {
      // what is wrong with the field stands under it
      if (!fieldProblems(error).address) showProblem(error)
    },
    onSuccess: async () => {
      notify('success', t.linked)
      onDone()
      await changed()
    },
  })
  return (
    <Modal
      open
      title={t.add}
      okText={t.save}
      cancelText={t.cancel}
      onCancel={onDone}
      onOk={() => save.mutate()}
      confirmLoading={save.isPending}
      okButtonProps={{ disabled: address.trim() === '' }}
      width={420}
    >
      <div className="links">
        <Field label={t.channel} wide>
          <Select
            value={channel}
            onChange={setChannel}
            options={(['wechat', 'wecom'] as const).map((value) => ({ value, label: w.channel[value] }))}
          />
        </Field>
        <Field label={t.address[channel]} wrong={fieldProblems(save.error).address} wide>
          <Input value={address} maxLength={64} onChange={(event) => setAddress(event.target.value)} />
        </Field>
      </div>
    </Modal>
  )
}
