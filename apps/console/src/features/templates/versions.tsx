import type { TemplateVersion } from '@changhui/contract/templates'
import { compareTexts, type TextDecision } from '@changhui/rules/textVersions'
import { Button, Popconfirm } from 'antd'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { Panel } from '../../app/page.tsx'
import { templateTexts } from './texts.ts'

type Version = Omit<TemplateVersion, 'subject'>

const marks = { draft: 'mark mark-warning', approved: 'mark', withdrawn: 'mark' } as const

/** Versions of a text, newest first: what changed, who wrote and who decided, approve, withdraw, use again (CARE-16). */
export function TextVersions<V extends Version>({
  versions,
  inUse,
  mayDecide,
  deciding,
  onDecide,
  onEdit,
}: {
  versions: readonly V[]
  inUse: number | null
  mayDecide: boolean
  deciding: boolean
  onDecide: (version: V, decision: TextDecision) => void
  /** Missing where nothing may be written. */
  onEdit?: ((version: V) => void) | undefined
}) {
  const t = useTexts(templateTexts)
  const f = useFormat()
  const name = (one: Version) => (one.version === 0 ? t.shipped : t.version({ n: f.number(one.version) }))
  const waits = versions.some((one) => one.state === 'draft')
  return (
    <Panel title={t.versions}>
      {waits && !mayDecide ? <p className="settings-hint">{t.waitsForApproval}</p> : null}
      <ul className="settings-list settings-versions">
        {versions.map((one, i) => {
          const before = versions[i + 1]
          const decided = { name: one.decidedByName ?? '—', at: f.moment(one.decidedAt) }
          return (
            <li key={one.version}>
              <details open={one.state === 'draft' && i === 0}>
                <summary>
                  <strong>{name(one)}</strong>
                  {one.version === inUse ? (
                    <span className="mark mark-primary">{t.inUse}</span>
                  ) : one.version === 0 ? null : (
                    <span className={marks[one.state]}>{t.states[one.state]}</span>
                  )}
                  <span className="muted">
                    {one.createdAt ? t.by({ name: one.createdByName ?? '—', at: f.moment(one.createdAt) }) : ''}
                  </span>
                  {one.decidedAt ? (
                    <span className="muted">
                      {one.state === 'withdrawn' ? t.withdrawnBy(decided) : t.approvedBy(decided)}
                    </span>
                  ) : null}
                </summary>
                {before ? <p className="settings-hint">{t.changes({ n: name(before) })}</p> : null}
                <p className="settings-preview">
                  {before ? <Difference older={before.body} newer={one.body} /> : one.body}
                </p>
                <div className="text-actions">
                  {onEdit ? (
                    <Button size="small" onClick={() => onEdit(one)}>
                      {t.edit}
                    </Button>
                  ) : null}
                  {mayDecide && one.version > 0 && one.state !== 'approved' ? (
                    <Button
                      size="small"
                      type={one.state === 'draft' ? 'primary' : 'default'}
                      loading={deciding}
                      onClick={() => onDecide(one, 'approve')}
                    >
                      {one.state === 'draft' ? t.approve : t.restore}
                    </Button>
                  ) : null}
                  {mayDecide && one.version > 0 && one.state !== 'withdrawn' ? (
                    <Popconfirm
                      title={t.withdrawAsk}
                      description={one.version === inUse ? t.withdrawInUse : undefined}
                      okText={t.withdraw}
                      cancelText={t.cancel}
                      onConfirm={() => onDecide(one, 'withdraw')}
                    >
                      <Button size="small" danger loading={deciding}>
                        {t.withdraw}
                      </Button>
                    </Popconfirm>
                  ) : null}
                </div>
              </details>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

/** A text with what went struck out and what came underlined. */
function Difference({ older, newer }: { older: string; newer: string }) {
  return compareTexts(older, newer).map(({ kind, text }, i) => {
    const key = `${i}${kind}`
    if (kind === 'removed') return <del key={key}>{text}</del>
    if (kind === 'added') return <ins key={key}>{text}</ins>
    return <span key={key}>{text}</span>
  })
}
