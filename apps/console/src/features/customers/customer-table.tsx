import { Link, useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import type { Answers } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useKeys } from '../../app/keys.tsx'
import { useStore } from '../../app/store.tsx'
import { BandChip } from './band.tsx'
import { texts } from './list-texts.ts'

type Row = Answers['customers']['list']['rows'][number]

/** The list itself: arrows walk through the rows, Enter opens; on a phone each row is a small card. */
export function CustomerTable({ rows, onEnd }: { rows: readonly Row[]; onEnd: () => void }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { store } = useStore()
  const navigate = useNavigate()
  const body = useRef<HTMLTableSectionElement>(null)
  const step = (by: 1 | -1) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
    const now = links.indexOf(document.activeElement as HTMLAnchorElement)
    const next = now < 0 ? 0 : now + by
    if (next >= links.length - 5) onEnd()
    links[Math.max(0, Math.min(links.length - 1, next))]?.focus()
  }
  useKeys([
    { combo: 'ArrowDown', what: t.keyDown, run: () => step(1) },
    { combo: 'ArrowUp', what: t.keyUp, run: () => step(-1) },
    { combo: 'j', run: () => step(1) },
    { combo: 'k', run: () => step(-1) },
  ])
  const open = (customerId: string) =>
    void navigate({ to: '/s/$storeCode/customers/$customerId', params: { storeCode: store.code, customerId } })
  return (
    <table className="list-table customers-table">
      <thead>
        <tr>
          <th scope="col">{t.column.name}</th>
          <th scope="col">{t.column.phone}</th>
          <th scope="col">{t.column.plates}</th>
          <th scope="col" className="from-1000">
            {t.column.models}
          </th>
          <th scope="col">{t.column.lastVisit}</th>
          <th scope="col">{t.column.nextDue}</th>
          <th scope="col" className="cell-number">
            {t.column.tasks}
          </th>
          <th scope="col" className="from-1200">
            {t.column.tags}
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row) => (
          <tr key={row.id} onClick={() => open(row.id)}>
            <td className="cell-name">
              <Link
                to="/s/$storeCode/customers/$customerId"
                params={{ storeCode: store.code, customerId: row.id }}
                preload="intent"
                data-row=""
                onClick={(event) => event.stopPropagation()}
              >
                {row.name}
              </Link>
              {row.doNotDisturb ? <span className="chip chip-warning">{t.doNotDisturb}</span> : null}
            </td>
            <td className="num">{row.phoneMasked ?? <span className="muted">{t.noPhone}</span>}</td>
            <td className="num cell-plate">{format.list(row.plates) || '—'}</td>
            <td className="from-1000 cell-text">{format.list(row.models) || '—'}</td>
            <td className="num cell-visit" data-label={t.column.lastVisit}>
              {format.day(row.lastVisitOn)}
              {row.band && row.band !== 'active' ? <BandChip band={row.band} /> : null}
            </td>
            <td className="num cell-due" data-label={t.column.nextDue}>
              {format.day(row.nextDueOn)}
              {row.nextDueOn && row.nextDueOn < store.today ? (
                <span className="chip chip-danger">{t.overdue}</span>
              ) : null}
            </td>
            <td className="cell-number">
              {row.openTasks > 0 ? <span className="chip chip-primary">{t.tasks(row.openTasks)}</span> : null}
            </td>
            <td className="from-1200">
              {row.tags.map((tag) => (
                <span key={tag} className="chip">
                  {tag}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
