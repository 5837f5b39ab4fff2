import type { FormInstance } from 'antd'
import { fieldProblems } from './api.ts'

/** Puts the problems of an error under their fields and the cursor into the first. Returns whether there were any. */
export function markFields(form: FormInstance, error: unknown, rename: Record<string, string> = {}): boolean {
  const marks = Object.entries(fieldProblems(error)).map(([name, text]) => ({
    name: rename[name] ?? name,
    errors: [text],
  }))
  const known = marks.filter(
    ({ name }) => form.getFieldInstance(name) !== undefined || form.getFieldValue(name) !== undefined,
  )
  form.setFields(known)
  const first = known[0]
  if (first) form.scrollToField(first.name, { focus: true })
  return known.length > 0
}
