import type { MergeField } from '@changhui/rules/mergeCustomers'
import type { Answers } from '../../app/api.ts'
import type { formats } from '../../app/format.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { word, words } from '../../app/words.ts'
import { texts as customerTexts } from '../customers/customer-texts.ts'

export type Group = Answers['quality']['duplicates']['groups'][number]
export type DuplicateRecord = Group['records'][number]

/** A reader of a record's fields as people read them; empty where nothing is filled. */
export function useFieldValue(): (record: DuplicateRecord, field: MergeField) => string {
  const w = useTexts(words)
  const t = useTexts(customerTexts)
  const format: ReturnType<typeof formats> = useFormat()
  return (record, field) => {
    const value = record.fields[field]
    if (value === null || value === undefined) return ''
    if (field === 'advisorId') return record.advisorName ?? '—'
    if (field === 'accountManagerId') return record.accountManagerName ?? '—'
    if (field === 'sex') return word(w.sex, String(value))
    if (field === 'locality') return word(w.locality, String(value))
    if (field === 'preferredChannel') return word(w.channel, String(value))
    if (field === 'preferredHour') return t.hour(Number(value))
    return field === 'birthday' ? format.day(String(value)) : String(value)
  }
}
