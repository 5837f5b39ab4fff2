import { useNavigate, useParams } from '@tanstack/react-router'
import { Alert, Grid, Select, Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { CallCentreSettings } from '../callcentre/settings.tsx'
import { Staff } from '../staff/staff.tsx'
import { CalendarSettings } from './calendar.tsx'
import { Channels } from './channels.tsx'
import { ChurnSettings } from './churn.tsx'
import { GateSettings } from './gate.tsx'
import { Integrations } from './integrations.tsx'
import { ProgrammeSettings } from './programmes.tsx'
import { ScriptSettings } from './scripts.tsx'
import { StoreSettings } from './store.tsx'
import { settingTexts } from './texts.ts'
import '../../app/shapes.css'
import './settings.css'

const tabs = [
  'store',
  'closures',
  'programmes',
  'scripts',
  'gate',
  'churn',
  'staff',
  'call-centre',
  'channels',
  'integrations',
] as const
type Tab = (typeof tabs)[number]
/** Tabs of those who connect the system with others. */
const managed: readonly Tab[] = ['channels', 'integrations']

const contents: Record<Tab, ReactNode> = {
  store: <StoreSettings />,
  closures: <CalendarSettings />,
  programmes: <ProgrammeSettings />,
  scripts: <ScriptSettings />,
  gate: <GateSettings />,
  churn: <ChurnSettings />,
  staff: <Staff />,
  'call-centre': <CallCentreSettings />,
  channels: <Channels />,
  integrations: <Integrations />,
}

/** Everything a store decides for itself, a tab each; the tab stands in the address. */
export default function SettingsPage() {
  const t = useTexts(settingTexts)
  const { store, may } = useStore()
  const params = useParams({ strict: false }) as { tab?: string }
  const navigate = useNavigate()
  const shown = tabs.filter((tab) => !managed.includes(tab) || may('integration.manage'))
  const tab = shown.find((one) => one === params.tab) ?? 'store'
  const mayEdit = tab === 'staff' ? may('staff.manage') : tab === 'scripts' ? may('script.edit') : may('setting.edit')
  const { md } = Grid.useBreakpoint()
  const go = (key: string) =>
    void navigate({ to: '/s/$storeCode/settings/$tab', params: { storeCode: store.code, tab: key } })
  const content = (
    <div className="settings">
      {mayEdit || managed.includes(tab) ? null : <Alert type="info" showIcon title={t.readOnly} />}
      {contents[tab]}
    </div>
  )
  return (
    <>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      {md === false ? (
        // On a phone the tabs would hide behind a menu of their own; a list shows them all.
        <>
          <Select
            className="settings-choice"
            aria-label={t.title}
            value={tab}
            onChange={go}
            options={shown.map((key) => ({ value: key, label: t.tabs[key] }))}
          />
          {content}
        </>
      ) : (
        <Tabs
          activeKey={tab}
          destroyOnHidden
          onChange={go}
          items={shown.map((key) => ({ key, label: t.tabs[key], children: key === tab ? content : null }))}
        />
      )}
    </>
  )
}
