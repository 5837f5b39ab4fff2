import {
  AudioOutlined,
  AuditOutlined,
  BarChartOutlined,
  CalendarOutlined,
  CarOutlined,
  CloudOutlined,
  DashboardOutlined,
  FileTextOutlined,
  ImportOutlined,
  KeyOutlined,
  MessageOutlined,
  NotificationOutlined,
  PhoneOutlined,
  PieChartOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import type { Permission } from '@changhui/rules/permissions'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTexts } from './i18n.tsx'
import { useStore } from './store.tsx'
import { texts } from './texts.ts'

type Page = keyof (typeof texts)['zh']['pages']
interface Entry {
  readonly page: Page
  readonly needs: Permission
  readonly icon: ReactNode
}
const groups: readonly { readonly group: keyof (typeof texts)['zh']['groups']; readonly entries: readonly Entry[] }[] =
  [
    {
      group: 'today',
      entries: [
        { page: 'calls', needs: 'task.work', icon: <PhoneOutlined aria-hidden /> },
        { page: 'board', needs: 'task.supervise', icon: <DashboardOutlined aria-hidden /> },
        { page: 'appointments', needs: 'appointment.read', icon: <CalendarOutlined aria-hidden /> },
        { page: 'insurance', needs: 'task.work', icon: <SafetyCertificateOutlined aria-hidden /> },
        { page: 'insurance-audit', needs: 'task.supervise', icon: <AudioOutlined aria-hidden /> },
      ],
    },
    {
      group: 'base',
      entries: [
        { page: 'customers', needs: 'customer.read', icon: <TeamOutlined aria-hidden /> },
        { page: 'sharing', needs: 'customer.share', icon: <CarOutlined aria-hidden /> },
        { page: 'new-cars', needs: 'customer.read', icon: <KeyOutlined aria-hidden /> },
        { page: 'imports', needs: 'import.run', icon: <ImportOutlined aria-hidden /> },
        { page: 'messages', needs: 'message.read', icon: <MessageOutlined aria-hidden /> },
        { page: 'templates', needs: 'message.read', icon: <FileTextOutlined aria-hidden /> },
        { page: 'audiences', needs: 'message.send', icon: <NotificationOutlined aria-hidden /> },
        { page: 'weather', needs: 'task.supervise', icon: <CloudOutlined aria-hidden /> },
      ],
    },
    {
      group: 'insight',
      entries: [
        { page: 'analysis', needs: 'analysis.read', icon: <BarChartOutlined aria-hidden /> },
        { page: 'base-analysis', needs: 'analysis.read', icon: <PieChartOutlined aria-hidden /> },
      ],
    },
    {
      group: 'system',
      entries: [
        { page: 'settings', needs: 'setting.read', icon: <SettingOutlined aria-hidden /> },
        { page: 'audit', needs: 'audit.read', icon: <AuditOutlined aria-hidden /> },
      ],
    },
  ]

/** The pages this person may open, in groups. */
export function Navigation({ head, onGo }: { head?: ReactNode; onGo?: () => void }) {
  const t = useTexts(texts)
  const { store, may } = useStore()
  return (
    <nav aria-label={t.navigation} className="navigation">
      {head}
      {groups.map(({ group, entries }) => {
        const open = entries.filter((entry) => may(entry.needs))
        return open.length === 0 ? null : (
          <div key={group} className="navigation-group">
            <div className="navigation-label" id={`navigation-${group}`}>
              {t.groups[group]}
            </div>
            <ul aria-labelledby={`navigation-${group}`}>
              {open.map(({ page, icon }) => (
                <li key={page}>
                  <Link
                    to={`/s/$storeCode/${page}`}
                    params={{ storeCode: store.code }}
                    onClick={onGo}
                    activeProps={{ 'aria-current': 'page' }}
                    preload="intent"
                  >
                    <span aria-hidden="true">{icon}</span>
                    {t.pages[page]}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}
