import { GlobalOutlined, MenuOutlined, MoonOutlined, SunOutlined, UserOutlined } from '@ant-design/icons'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { Button, Drawer, Dropdown, type MenuProps } from 'antd'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { showProblem } from './api.ts'
import { chooseLocale, useLocale, useTexts } from './i18n.tsx'
import { KeysHelp } from './keys.tsx'
import { Navigation } from './navigation.tsx'
import { CustomerSearch } from './search.tsx'
import { signOut } from './session.ts'
import { useStore } from './store.tsx'
import { texts } from './texts.ts'
import { chooseTheme, type ThemeChoice, useThemeChoice } from './theme.ts'

/** Not needed to show a page: fetched behind it. */
const CallPopups = lazy(() => import('../features/callcentre/popup.tsx'))

/** Language and look, also on the sign-in page. */
export function AppearanceMenus() {
  const t = useTexts(texts)
  const locale = useLocale()
  const { choice, shade } = useThemeChoice()
  const languages: MenuProps = {
    selectedKeys: [locale],
    items: [
      { key: 'zh-CN', label: '中文' },
      { key: 'en', label: 'English' },
    ],
    onClick: ({ key }) => chooseLocale(key === 'en' ? 'en' : 'zh-CN'),
  }
  const looks: MenuProps = {
    selectedKeys: [choice],
    items: (['light', 'dark', 'system'] as const).map((key) => ({ key, label: t.themes[key] })),
    onClick: ({ key }) => chooseTheme(key as ThemeChoice),
  }
  return (
    <>
      <Dropdown menu={languages} trigger={['click']}>
        <Button type="text" icon={<GlobalOutlined aria-hidden />} aria-label={t.language} title={t.language} />
      </Dropdown>
      <Dropdown menu={looks} trigger={['click']}>
        <Button
          type="text"
          icon={shade === 'dark' ? <MoonOutlined aria-hidden /> : <SunOutlined aria-hidden />}
          aria-label={t.theme}
          title={t.theme}
        />
      </Dropdown>
    </>
  )
}

function StoreSwitch() {
  const t = useTexts(texts)
  const { store, me } = useStore()
  const navigate = useNavigate()
  const name = (
    <>
      <span className="store-name">{store.name}</span>
      {store.demo ? <span className="badge">{t.demo}</span> : null}
    </>
  )
  if (me.stores.length < 2) return <div className="store-label">{name}</div>
  const menu: MenuProps = {
    selectedKeys: [store.code],
    items: me.stores.map((one) => ({ key: one.code, label: `${one.name} (${one.code})` })),
    onClick: ({ key }) => void navigate({ to: '/s/$storeCode', params: { storeCode: key } }),
  }
  return (
    <Dropdown menu={menu} trigger={['click']}>
      <Button type="text" aria-label={`${t.store}: ${store.name}`} className="store-label">
        {name} <span aria-hidden="true">▾</span>
      </Button>
    </Dropdown>
  )
}

function UserMenu() {
  const t = useTexts(texts)
  const { me } = useStore()
  const menu: MenuProps = {
    items: [{ key: 'out', label: t.signOut }],
    onClick: () => void signOut().catch(showProblem),
  }
  return (
    <Dropdown menu={menu} trigger={['click']}>
      <Button type="text" icon={<UserOutlined aria-hidden />} aria-label={`${t.account}: ${me.user.name}`}>
        <span className="wide-only">{me.user.name}</span>
      </Button>
    </Dropdown>
  )
}

/** The frame around every store page: navigation, search, store, language, look, account. */
export function Layout() {
  const t = useTexts(texts)
  const { store, may } = useStore()
  const [drawer, setDrawer] = useState(false)
  const main = useRef<HTMLElement>(null)
  const path = useLocation({ select: (location) => location.pathname })
  const lastPath = useRef(path)
  useEffect(() => {
    // A screen reader hears the new page, and the page starts at its top.
    if (lastPath.current === path) return
    lastPath.current = path
    main.current?.focus({ preventScroll: true })
  }, [path])
  return (
    <div className="shell">
      <a href="#main" className="skip-link">
        {t.skip}
      </a>
      <div className="sidebar">
        <Navigation
          head={
            <Link
              to="/s/$storeCode"
              params={{ storeCode: store.code }}
              className="brand"
              activeOptions={{ exact: true }}
            >
              <img src="/icon.svg" alt="" width={24} height={24} />
              {t.product}
            </Link>
          }
        />
      </div>
      <header className="topbar">
        <Button
          type="text"
          className="narrow-only"
          icon={<MenuOutlined aria-hidden />}
          aria-label={t.openNavigation}
          onClick={() => setDrawer(true)}
        />
        <CustomerSearch />
        <div className="topbar-end">
          <StoreSwitch />
          <AppearanceMenus />
          <UserMenu />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className="content">
        <Outlet />
      </main>
      <Drawer
        open={drawer}
        placement="left"
        size={240}
        onClose={() => setDrawer(false)}
        title={store.name}
        classNames={{ body: 'drawer-body' }}
      >
        <Navigation onGo={() => setDrawer(false)} />
      </Drawer>
      <KeysHelp />
      {may('customer.read') ? (
        <Suspense fallback={null}>
          <CallPopups />
        </Suspense>
      ) : null}
    </div>
  )
}
