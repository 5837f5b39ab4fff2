import { Modal } from 'antd'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTexts } from './i18n.tsx'
import { texts } from './texts.ts'

/** One shortcut of the page: `combo` is a key as the browser names it, with `mod+` for Ctrl or ⌘, e.g. `mod+k`, `j`, `1`, `Enter`. */
export interface Shortcut {
  readonly combo: string
  /** What it does, in the person's language; shown in the help. Left out = works but is not listed. */
  readonly what?: string
  readonly run: (event: KeyboardEvent) => void
  /** Also while typing in a field. */
  readonly whileTyping?: boolean
  readonly off?: boolean
}

let active: readonly { readonly current: readonly Shortcut[] }[] = []
const listeners = new Set<() => void>()
const subscribe = (tell: () => void) => {
  listeners.add(tell)
  return () => listeners.delete(tell)
}
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))
const inDialog = (target: EventTarget | null) => target instanceof Element && target.closest('[role="dialog"]') !== null

const comboOf = (event: KeyboardEvent) =>
  `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`

window.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const combo = comboOf(event)
  // Later mounted components are the more specific ones: they are asked first.
  for (const layer of active.toReversed()) {
    for (const shortcut of layer.current) {
      if (shortcut.off || shortcut.combo !== combo) continue
      if (!shortcut.whileTyping && (isTyping(event.target) || inDialog(event.target))) continue
      event.preventDefault()
      shortcut.run(event)
      return
    }
  }
})

/** Shortcuts of a component while it is shown. They may be a new array every time. */
export function useKeys(shortcuts: readonly Shortcut[]) {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    active = [...active, latest]
    for (const tell of listeners) tell()
    return () => {
      active = active.filter((layer) => layer !== latest)
      for (const tell of listeners) tell()
    }
  }, [])
}

const mac = /Mac|iPhone|iPad/.test(navigator.platform)
const named: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
}
/** A combination as it is written on the keyboard. */
export const comboLabel = (combo: string) =>
  combo
    .split('+')
    .map((part) =>
      part === 'mod' ? (mac ? '⌘' : 'Ctrl') : (named[part] ?? (part.length === 1 ? part.toUpperCase() : part)),
    )
    .join(mac ? '' : ' + ')

/** The `?` overlay: every shortcut that works on the page just now. */
export function KeysHelp() {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  useSyncExternalStore(subscribe, () => active)
  useKeys([{ combo: '?', what: t.shortcutHelp, run: () => setOpen(true) }])
  const listed = open ? active.flatMap((layer) => layer.current.filter((one) => one.what && !one.off)) : []
  return (
    <Modal
      open={open}
      title={t.shortcuts}
      footer={null}
      onCancel={() => setOpen(false)}
      width={listed.length > 12 ? 640 : 420}
      destroyOnHidden
    >
      <dl className={listed.length > 12 ? 'keys-list keys-list-wide' : 'keys-list'}>
        {listed.map((one) => (
          <div key={one.combo + one.what}>
            <dt>
              <kbd>{comboLabel(one.combo)}</kbd>
            </dt>
            <dd>{one.what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
