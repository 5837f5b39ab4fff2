import { MERGE_FIELDS, type MergeField } from '@changhui/rules/mergeCustomers'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Modal, Radio } from 'antd'
import { useState } from 'react'
import { api, problemText, readAgain } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { texts as customerTexts } from '../customers/customer-texts.ts'
import { type DuplicateRecord, useFieldValue } from './field-value.ts'
import { texts } from './texts.ts'

/** Which value stays where both are filled, what comes along, and the merge itself. */
export function MergeDialog({
  survivor,
  merged,
  onDone,
}: {
  survivor: DuplicateRecord
  merged: DuplicateRecord
  onDone: () => void
}) {
  const t = useTexts(texts)
  const fields = useTexts(customerTexts).field
  const format = useFormat()
  const cache = useQueryClient()
  const { store } = useStore()
  const show = useFieldValue()
  const [take, setTake] = useState<ReadonlySet<MergeField>>(new Set())
  const merge = useMutation({
    ...api.quality.merge.mutationOptions(),
    // the dialog itself shows what is wrong; where somebody changed a record meanwhile, not before it shows how that stands now
    onError: (error: Error) => readAgain(error, api.quality.duplicates.key()),
    onSuccess: () => {
      notify('success', t.merged)
      void cache.invalidateQueries({ queryKey: api.quality.key() })
      void cache.invalidateQueries({ queryKey: api.customers.key() })
      onDone()
    },
  })
  const differing = MERGE_FIELDS.filter((field) => {
    const [one, other] = [survivor.fields[field], merged.fields[field]]
    return one !== null && other !== null && one !== other
  })
  const choose = (field: MergeField, taken: boolean) => {
    const next = new Set(take)
    if (taken) next.add(field)
    else next.delete(field)
    setTake(next)
  }
  return (
    <Modal
      open
      width={640}
      title={t.dialog.title(show(survivor, 'name'))}
      okText={t.dialog.ok}
      cancelText={t.dialog.cancel}
      confirmLoading={merge.isPending}
      onCancel={onDone}
      onOk={() =>
        merge.mutate({
          storeId: store.id,
          survivorId: survivor.id,
          mergedId: merged.id,
          survivorVersion: survivor.version,
          mergedVersion: merged.version,
          take: [...take],
        })
      }
    >
      <p>{differing.length > 0 ? t.dialog.choose : t.dialog.same}</p>
      {differing.length > 0 ? (
        <div className="merge-fields">
          {differing.map((field) => (
            <div key={field} className="merge-field">
              <span id={`merge-${field}`}>{fields[field]}</span>
              <Radio.Group
                aria-labelledby={`merge-${field}`}
                value={take.has(field)}
                onChange={(event) => choose(field, event.target.value === true)}
                options={[
                  { value: false, label: show(survivor, field) },
                  { value: true, label: show(merged, field) },
                ]}
              />
            </div>
          ))}
        </div>
      ) : null}
      <p>
        {t.dialog.moves(
          format.number(merged.phones.length),
          format.number(merged.vehicles.length),
          format.number(merged.visits),
          format.number(merged.openTasks),
        )}
      </p>
      {[survivor, merged].some((one) => one.doNotDisturb || one.refused.length > 0) ? (
        <p className="merge-warning">{t.dialog.optOut}</p>
      ) : null}
      <p className="muted">{t.dialog.history}</p>
      <div role="alert">{merge.isError ? <p className="merge-wrong">{problemText(merge.error)}</p> : null}</div>
    </Modal>
  )
}
