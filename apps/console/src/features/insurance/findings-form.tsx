import { AUDIT_ANSWERS, AUDIT_ITEMS, type AuditAnswer, type AuditItem } from '@changhui/rules/auditSample'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal, Radio } from 'antd'
import { useId } from 'react'
import { api, client, readAgain, showProblem } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { useDraft } from '../../app/use-draft.ts'
import { RecordingButton } from '../callcentre/recording.tsx'
import type { Call } from './shape.ts'
import { insuranceTexts } from './texts.ts'

type Draft = { [item in AuditItem]?: AuditAnswer }

/** What was found in one call: kept or not, item by item, and a remark. */
export function FindingsForm(props: { auditId: string; call: Call; onNext: () => void; onClose: () => void }) {
  const { auditId, call, onNext, onClose } = props
  const t = useTexts(insuranceTexts)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const id = useId()
  const draft = useDraft({ findings: call.findings as Draft, remark: call.remark ?? '' }, call.version)
  const { findings: answers, remark } = draft.value
  const save = useMutation({
    mutationFn: ({ findings }: { findings: Record<AuditItem, AuditAnswer>; go: boolean }) =>
      client.insurance.saveFindings({
        storeId: store.id,
        auditId,
        attemptId: call.attemptId,
        findings,
        remark: remark.trim(),
        version: draft.version,
      }),
    onSuccess: async (_, { go }) => {
      notify('success', t.saved)
      if (go) onNext()
      else onClose()
      await queries.invalidateQueries({ queryKey: api.insurance.key() })
    },
    onError: async (error) => {
      showProblem(error)
      if (await readAgain(error, api.insurance.key())) draft.fallBehind()
    },
  })
  const whole = AUDIT_ITEMS.every((item) => answers[item] !== undefined)
  const send = (go: boolean) => whole && save.mutate({ findings: answers as Record<AuditItem, AuditAnswer>, go })
  return (
    <Modal open title={t.formTitle({ name: call.customerName })} onCancel={onClose} footer={null} width={560}>
      <div className="audit-call">
        <strong className="num">{f.moment(call.at)}</strong> <span className="muted">{call.byName}</span>{' '}
        {call.recordingOf ? <RecordingButton callId={call.recordingOf} /> : null}
        <p>
          <span className="muted">{t.note}：</span>
          {call.note ?? t.noNote}
        </p>
      </div>
      <ul className="audit-items">
        {AUDIT_ITEMS.map((item) => (
          <li key={item}>
            <span id={`${id}${item}`}>{t.items[item]}</span>
            <Radio.Group
              size="small"
              optionType="button"
              buttonStyle="solid"
              aria-labelledby={`${id}${item}`}
              value={answers[item]}
              onChange={(event) =>
                draft.change({ findings: { ...answers, [item]: event.target.value as AuditAnswer } })
              }
              options={AUDIT_ANSWERS.map((value) => ({ value, label: t.answers[value] }))}
            />
          </li>
        ))}
      </ul>
      <label htmlFor={`${id}remark`}>{t.remark}</label>
      <Input.TextArea
        id={`${id}remark`}
        rows={3}
        value={remark}
        maxLength={500}
        placeholder={t.remarkHint}
        onChange={(event) => draft.change({ remark: event.target.value })}
      />
      <div className="audit-buttons">
        {whole ? null : <span className="muted">{t.missing}</span>}
        <Button onClick={() => send(false)} disabled={!whole} loading={save.isPending}>
          {t.save}
        </Button>
        <Button type="primary" onClick={() => send(true)} disabled={!whole} loading={save.isPending}>
          {t.saveNext}
        </Button>
      </div>
    </Modal>
  )
}
