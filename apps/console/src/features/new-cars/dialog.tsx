import { Modal } from 'antd'
import type { FormEvent, ReactNode } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { newCarTexts } from './texts.ts'

/** A form in a dialog: Enter saves, Escape leaves. */
export function Dialog(props: {
  title: string
  ready: boolean
  saving: boolean
  onSave: () => void
  onDone: () => void
  children: ReactNode
}) {
  const { title, ready, saving, onSave, onDone, children } = props
  const t = useTexts(newCarTexts)
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (ready && !saving) onSave()
  }
  return (
    <Modal
      open
      title={title}
      okText={t.save}
      cancelText={t.back}
      confirmLoading={saving}
      okButtonProps={{ disabled: !ready }}
      onOk={() => submit()}
      onCancel={onDone}
      width={540}
    >
      <form onSubmit={submit} className="order-form" noValidate>
        {children}
        <button type="submit" hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}
