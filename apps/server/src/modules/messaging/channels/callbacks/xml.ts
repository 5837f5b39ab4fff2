import { xmlScanner } from '../../../../platform/xml-scan.ts'

/** A message of WeChat or WeCom: its fields by name, and those of each `<List>` by themselves. */
export interface WeixinXml {
  readonly fields: Readonly<Record<string, string>>
  readonly lists: readonly Readonly<Record<string, string>>[]
}

/** Reads the flat XML of WeChat's callbacks; undefined for anything else. */
export function readWeixinXml(body: string): WeixinXml | undefined {
  if (!/^\s*(<\?xml[^>]*>\s*)?<xml>/.test(body)) return undefined
  const fields: Record<string, string> = Object.create(null)
  const lists: Record<string, string>[] = []
  const open: string[] = []
  let list: Record<string, string> | undefined
  const scan = xmlScanner({
    open: (name) => {
      open.push(name)
      if (name === 'List') {
        list = Object.create(null) as Record<string, string>
        lists.push(list)
      }
    },
    close: (name) => {
      open.pop()
      if (name === 'List') list = undefined
    },
    wantsText: () => open.length > 1,
    text: (text) => {
      const name = open.at(-1) ?? ''
      const into = list ?? fields
      if (text.trim()) into[name] = (into[name] ?? '') + text.trim()
    },
  })
  try {
    scan(Buffer.from(body))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  return { fields, lists }
}
