import type { RegisterStatus } from '@changhui/contract/register'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { api, client, isProblemCode, showProblem } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { RegisterMark, RegisterSentence } from './register-owed.tsx'
import { registerTexts } from './register-texts.ts'

/** Where the register stands, and the note that it was handed over. */
export function HandOver({ status }: { status: RegisterStatus }) {
  const t = useTexts(registerTexts)
  const f = useFormat()
  const { store, may } = useStore()
  const cache = useQueryClient()
  const [asking, ask] = useState(false)
  const showList = () => {
    ask(false)
    return cache.invalidateQueries({ queryKey: api.register.key() })
  }
  const save = useMutation({
    mutationFn: ({ receivedBy = '' }: { receivedBy?: string }) =>
      client.register.handOver({
        storeId: store.id,
        day: status.day,
        list: status.list,
        receivedBy: receivedBy.trim() || undefined,
      }),
    onSuccess: () => {
      notify('success', t.saved)
      return showList()
    },
    onError: (error) => {
      showProblem(error)
      // another list is to be looked at and printed first; whatever else went wrong, the name typed stays for the next try
      return isProblemCode(error, 'register.changed') ? showList() : undefined
    },
  })
  const again = status.handedOverAt !== null
  const open = status.state !== 'empty' && (!again || status.state === 'changed')
  return (
    <span className="register-state">
      <RegisterMark status={status} />
      <span className="muted">
        <RegisterSentence status={status} />
      </span>
      {open && may('appointment.edit') ? (
        <Button size="small" type="primary" onClick={() => ask(true)}>
          {again ? t.handOverAgain : t.handOver}
        </Button>
      ) : null}
      {/* a dialog, not a bubble: one with a field in it walks off under the hand when the page moves */}
      <Modal
        open={asking}
        onCancel={() => ask(false)}
        title={t.handOverTitle({ day: f.day(status.day) })}
        footer={null}
        width={420}
        destroyOnHidden
      >
        <Form layout="vertical" onFinish={save.mutate} requiredMark={false}>
          <Form.Item name="receivedBy" label={t.receivedBy}>
            <Input maxLength={30} autoFocus />
          </Form.Item>
          <div className="drawer-actions">
            <Button onClick={() => ask(false)}>{t.cancel}</Button>
            <Button type="primary" htmlType="submit" loading={save.isPending}>
              {t.ok}
            </Button>
          </div>
        </Form>
      </Modal>
    </span>
  )
}
