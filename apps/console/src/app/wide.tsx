import { type ReactNode, useEffect, useRef, useState } from 'react'

/** Holds what may be wider than the window. Where it scrolls, the keyboard can reach it and scroll it too. */
export function Wide({ children, busy, labelledBy }: { children: ReactNode; busy?: boolean; labelledBy?: string }) {
  const box = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => setScrolls(element.scrollWidth > element.clientWidth)
    const watch = new ResizeObserver(look)
    watch.observe(element)
    for (const child of element.children) watch.observe(child)
    return () => watch.disconnect()
  })
  const reachable = scrolls ? { tabIndex: 0, role: 'group', 'aria-labelledby': labelledBy } : {}
  return (
    <div ref={box} className="panel-flush" aria-busy={busy} {...reachable}>
      {children}
    </div>
  )
}
