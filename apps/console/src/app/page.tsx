import { ReloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useEffect, useId } from 'react'
import { problemText } from './api.ts'
import { useTexts } from './i18n.tsx'
import { texts } from './texts.ts'
import { Wide } from './wide.tsx'

/** The head of every page: its name (also the window's title), a line under it, and what one can do. */
export function PageHeader({
  title,
  subtitle,
  before,
  extra,
}: {
  title: string
  subtitle?: ReactNode
  before?: ReactNode
  extra?: ReactNode
}) {
  const t = useTexts(texts)
  useEffect(() => {
    document.title = `${title} · ${t.product}`
  }, [title, t.product])
  return (
    <header className="page-header">
      <div className="page-header-text">
        {before}
        <h1>{title}</h1>
        {subtitle ? <div className="page-subtitle">{subtitle}</div> : null}
      </div>
      {extra ? <div className="page-extra">{extra}</div> : null}
    </header>
  )
}

/** A framed part of a page with its own heading. */
export function Panel({
  title,
  extra,
  children,
  flush,
  className,
}: {
  title?: ReactNode
  extra?: ReactNode
  children: ReactNode
  flush?: boolean
  className?: string
}) {
  const id = useId()
  return (
    <section className={`panel ${className ?? ''}`} aria-labelledby={title ? id : undefined}>
      {title ? (
        <div className="panel-head">
          <h2 id={id}>{title}</h2>
          {extra ? <div className="panel-extra">{extra}</div> : null}
        </div>
      ) : null}
      {flush ? (
        <Wide labelledBy={title ? id : undefined}>{children}</Wide>
      ) : (
        <div className="panel-body">{children}</div>
      )}
    </section>
  )
}

/** Nothing here yet: says why and what to do next. */
export function EmptyState({
  title,
  text,
  action,
  icon,
}: {
  title: string
  text?: ReactNode
  action?: ReactNode
  icon?: ReactNode
}) {
  return (
    <div className="state">
      {icon ? (
        <div className="state-icon" aria-hidden="true">
          {icon}
        </div>
      ) : null}
      <p className="state-title">{title}</p>
      {text ? <div className="state-text">{text}</div> : null}
      {action ? <div className="state-action">{action}</div> : null}
    </div>
  )
}

/** Loading failed: the reason, and a way to try again. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTexts(texts)
  return (
    <div className="state" role="alert">
      <p className="state-title">{t.failed}</p>
      <div className="state-text">{problemText(error)}</div>
      {retry ? (
        <div className="state-action">
          <Button icon={<ReloadOutlined aria-hidden />} onClick={retry}>
            {t.retry}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

/** Grey lines while data is on its way; shown only after a short delay, so quick answers do not flicker. */
export function LoadingState({ rows = 5 }: { rows?: number }) {
  const t = useTexts(texts)
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{t.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="skeleton-line" aria-hidden="true" style={{ width: `${92 - ((row * 17) % 40)}%` }} />
      ))}
    </div>
  )
}
