import { type ReactNode, useEffect } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { AppearanceMenus } from '../../app/layout.tsx'
import { texts as shell } from '../../app/texts.ts'
import './session.css'

/** The quiet page before one is signed in. */
export function SessionFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const t = useTexts(shell)
  useEffect(() => {
    document.title = `${title} · ${t.product}`
  }, [title, t.product])
  return (
    <div className="session">
      <div className="session-menus">
        <AppearanceMenus />
      </div>
      <main className="session-card">
        <div className="session-brand">
          <img src="/icon.svg" alt="" width={40} height={40} />
          <div>
            <div className="session-product">{t.product}</div>
            <div className="muted">{lead}</div>
          </div>
        </div>
        <h1 className="session-title">{title}</h1>
        {children}
      </main>
    </div>
  )
}
