import { useBlocker } from '@tanstack/react-router'
import { Alert, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { settingTexts } from './texts.ts'

/**
 * What a form holds while it is edited: the saved fields, and over them only those this person changed. When somebody else
 * saves in between, saving again changes nothing of theirs but what was changed here too.
 */
export function useDraft<T extends object>(saved: T) {
  const [edited, setEdited] = useState<Partial<T>>({})
  const value: T = { ...saved, ...edited }
  const dirty = JSON.stringify(value) !== JSON.stringify(saved)
  return {
    value,
    dirty,
    change: (change: Partial<T>) => setEdited((before) => ({ ...before, ...change })),
    drop: () => setEdited({}),
  }
}

/** Asks before a page with unsaved changes is left, inside the console and when the window closes. */
export function UnsavedGuard({ dirty }: { dirty: boolean }) {
  const t = useTexts(settingTexts)
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true })
  return (
    <Modal
      open={blocker.status === 'blocked'}
      title={t.leaveTitle}
      okText={t.stay}
      cancelText={t.leave}
      onOk={() => blocker.reset?.()}
      onCancel={() => blocker.proceed?.()}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      width={420}
    >
      {t.leaveText}
    </Modal>
  )
}

interface SaveBarProps {
  readonly dirty: boolean
  readonly saving: boolean
  /** Someone else saved in between (SEC-03): the person chooses whose text stays. */
  readonly conflict: boolean
  readonly saveText?: string
  readonly onSave: () => void
  readonly onDrop: () => void
}

/** Stands at the bottom of a form as soon as something changed. */
export function SaveBar({ dirty, saving, conflict, saveText, onSave, onDrop }: SaveBarProps) {
  const t = useTexts(settingTexts)
  return (
    <>
      <UnsavedGuard dirty={dirty} />
      {dirty ? (
        <section className="save-bar" aria-label={t.unsaved}>
          {conflict ? (
            <Alert type="warning" showIcon title={t.conflict} role="alert" />
          ) : (
            <span role="status">{t.unsaved}</span>
          )}
          <span className="save-bar-actions">
            <Button onClick={onDrop} disabled={saving}>
              {conflict ? t.takeLatest : t.drop}
            </Button>
            <Button type="primary" onClick={onSave} loading={saving}>
              {conflict ? t.overwrite : (saveText ?? t.save)}
            </Button>
          </span>
        </section>
      ) : null}
    </>
  )
}
