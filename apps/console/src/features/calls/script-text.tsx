import { Button } from 'antd'
import { useState } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { callTexts } from './texts.ts'

const storageKey = 'changhui.script-size'
const sizes = [16, 18, 21, 24] as const

/** The filled-in script in large type; the size is remembered on this machine. */
export function ScriptText({ script }: { script: string }) {
  const t = useTexts(callTexts)
  const [size, setSize] = useState(() =>
    Math.max(0, sizes.indexOf(Number(localStorage.getItem(storageKey) ?? 18) as 18)),
  )
  const choose = (next: number) => {
    setSize(next)
    localStorage.setItem(storageKey, String(sizes[next] ?? 18))
  }
  return (
    <section className="call-script" aria-label={t.script}>
      <div className="call-script-head">
        <h3>{t.script}</h3>
        <Button
          size="small"
          type="text"
          disabled={size === 0}
          aria-label={`A− ${t.scriptSmaller}`}
          onClick={() => choose(size - 1)}
        >
          A−
        </Button>
        <Button
          size="small"
          type="text"
          disabled={size === sizes.length - 1}
          aria-label={`A+ ${t.scriptLarger}`}
          onClick={() => choose(size + 1)}
        >
          A+
        </Button>
      </div>
      {script.trim() ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long script scrolls, so it must be reachable by keyboard
        <div className="call-script-text" style={{ fontSize: sizes[size] }} tabIndex={0}>
          {script}
        </div>
      ) : (
        <p className="muted">{t.scriptMissing}</p>
      )}
    </section>
  )
}
