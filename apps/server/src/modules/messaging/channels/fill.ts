import type { OutgoingMessage } from './channel.ts'

interface TemplateLine {
  readonly template: string
  readonly code: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
}

/** The provider's template for a message: the line of its own template, else the one for all (`*`). */
export function templateFor<T extends TemplateLine>(message: OutgoingMessage, lines: readonly T[]): T | undefined {
  const key = message.template?.key
  return lines.find(({ template }) => template === key) ?? lines.find(({ template }) => template === '*')
}

/** The provider's variables with our text in them; `body` is what `{{body}}` stands for. Unknown variables stay empty. */
export function fillFields(
  message: OutgoingMessage,
  line: TemplateLine,
  body: string,
): [name: string, value: string][] {
  const values: Record<string, string> = {
    ...message.template?.variables,
    body,
    subject: message.subject ?? '',
  }
  return line.fields.map(({ name, value }) => [
    name,
    value.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_, variable: string) => values[variable] ?? ''),
  ])
}

/** Providers take lists of numbers where they ask for one; a message has one recipient. */
export const isOneNumber = (recipient: string): boolean => /^\+?\d{5,20}$/.test(recipient)
