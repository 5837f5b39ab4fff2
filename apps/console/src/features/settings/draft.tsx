import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { Alert, Button, Modal } from 'antd'
import { readAgain, showProblem } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import type { useDraft } from '../../app/use-draft.ts'
import { settingTexts } from './texts.ts'

interface SaveDraftOptions<T, Saved, All> {
  /** What the page reads: the answer goes there, and it is read again when somebody else was quicker. */
  readonly queryKey: QueryKey
  readonly save: (form: T, version: number) => Promise<Saved>
  /** The answer where the page reads it from. */
  readonly placed: (saved: Saved, read: All | undefined) => All | undefined
  /** What is said of a save, where "saved" is not enough, and the list that it changes. */
  readonly said?: string
  readonly list?: QueryKey
}

/** Saves a draft under its version: a save that comes too late keeps the text and shows the conflict (SEC-03). */
export function useSaveDraft<T extends object, Saved, All = Saved>(
  draft: ReturnType<typeof useDraft<T>>,
  { queryKey, save, placed, said, list }: SaveDraftOptions<T, Saved, All>,
) {
  const t = useTexts(settingTexts)
  const queries = useQueryClient()
  const { mutate, reset, error, isPending } = useMutation({
    mutationFn: ({ value, version }: { value: T; version: number }) => save(value, version),
    onSuccess: async (saved) => {
      queries.setQueryData<All>(queryKey, (read) => placed(saved, read))
      draft.drop()
      notify('success', said ?? t.saved)
      if (list) await queries.invalidateQueries({ queryKey: list })
    },
    onError: async (failure) => {
      if (await readAgain(failure, queryKey)) draft.fallBehind()
      else showProblem(failure)
    },
  })
  const onDrop = () => {
    draft.drop()
    reset()
  }
  const { dirty, conflict, value, version } = draft
  return { error, bar: { dirty, saving: isPending, conflict, onSave: () => mutate({ value, version }), onDrop } }
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
