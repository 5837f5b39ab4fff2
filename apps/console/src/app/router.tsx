import { landingPage } from '@changhui/rules/permissions'
import { ORPCError } from '@orpc/client'
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
  useRouter,
} from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect } from 'react'
import { api, client, problemOf, problemText, queryClient } from './api.ts'
import { useTexts } from './i18n.tsx'
import { Layout } from './layout.tsx'
import { LoadingState } from './page.tsx'
import { lastStoreCode, StoreProvider } from './store.tsx'
import { texts } from './texts.ts'

function NotFound() {
  const t = useTexts(texts)
  return (
    <div className="state">
      <h1 className="state-title">{t.notFound}</h1>
      <div className="state-text">{t.notFoundText}</div>
      <div className="state-action">
        <Button type="primary" href="/">
          {t.home}
        </Button>
      </div>
    </div>
  )
}

function Broken({ error, reset }: ErrorComponentProps) {
  const t = useTexts(texts)
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  const known = problemOf(error) !== undefined || error instanceof ORPCError || error instanceof TypeError
  return (
    <div className="state" role="alert">
      <h1 className="state-title">{t.broken}</h1>
      <div className="state-text">{known ? problemText(error) : t.brokenText}</div>
      <div className="state-action">
        <Button type="primary" onClick={again}>
          {t.retry}
        </Button>
        <Button href="/">{t.home}</Button>
      </div>
    </div>
  )
}

function Root() {
  const router = useRouter()
  useEffect(() => {
    const leave = () => {
      const to = router.state.location.href
      if (!to.startsWith('/sign-in')) void router.navigate({ to: '/sign-in', search: { to } })
    }
    window.addEventListener('changhui:signed-out', leave)
    return () => window.removeEventListener('changhui:signed-out', leave)
  }, [router])
  return <Outlet />
}

const root = createRootRoute({ component: Root })

/** Who is signed in; sends to the sign-in page (or the first-run wizard) when nobody is. */
async function whoAmI(to: string) {
  try {
    return await queryClient.ensureQueryData(api.session.me.queryOptions({ staleTime: 60_000 }))
  } catch (error) {
    if (!(error instanceof ORPCError && error.status === 401)) throw error
    const setup = await client.session.setupStatus()
    if (setup.needed) throw redirect({ to: '/setup' })
    throw redirect({ to: '/sign-in', search: to === '/' ? {} : { to } })
  }
}

function NoStore() {
  const t = useTexts(texts)
  return (
    <div className="state">
      <h1 className="state-title">{t.noStore}</h1>
      <div className="state-text">{t.noStoreText}</div>
    </div>
  )
}
const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async () => {
    const me = await whoAmI('/')
    const last = lastStoreCode()
    const store = me.stores.find((one) => one.code === last) ?? me.stores[0]
    if (store) throw redirect({ to: '/s/$storeCode', params: { storeCode: store.code } })
  },
  component: NoStore,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    // Only a path of this site: an address elsewhere would turn the sign-in page into a decoy.
    typeof search.to === 'string' && /^\/(?![/\\])/.test(search.to) ? { to: search.to } : {},
  component: lazyRouteComponent(() => import('../features/session/sign-in-page.tsx')),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../features/session/setup-page.tsx')),
})

const store = createRoute({
  getParentRoute: () => root,
  path: '/s/$storeCode',
  beforeLoad: async ({ params, location }) => {
    const me = await whoAmI(location.href)
    const found = me.stores.find((one) => one.code === params.storeCode)
    if (!found) throw notFound()
    return { me, store: found }
  },
  component: StoreFrame,
})
function StoreFrame() {
  const context = store.useRouteContext()
  return (
    // The key starts the pages of another store afresh: no text or selection of one store appears in the next.
    <StoreProvider me={context.me} store={context.store} key={context.store.id}>
      <Layout />
    </StoreProvider>
  )
}

const storeHome = createRoute({
  getParentRoute: () => store,
  path: '/',
  beforeLoad: ({ context, params }) => {
    throw redirect({ to: `/s/$storeCode/${landingPage(context.store.roles)}`, params })
  },
})

/** Filters and tabs of a page live in the address: each page reads its own with `Route.useSearch` or `useSearch`. */
type PageSearch = Record<string, unknown>
const loose = (search: PageSearch): PageSearch => search
const under = { getParentRoute: () => store, validateSearch: loose }

const pages = [
  createRoute({ ...under, path: 'calls', component: lazyRouteComponent(() => import('../features/calls/page.tsx')) }),
  createRoute({ ...under, path: 'board', component: lazyRouteComponent(() => import('../features/board/page.tsx')) }),
  createRoute({
    ...under,
    path: 'appointments',
    component: lazyRouteComponent(() => import('../features/appointments/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'appointments/register',
    component: lazyRouteComponent(() => import('../features/appointments/register-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'customers/duplicates',
    component: lazyRouteComponent(() => import('../features/duplicates/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'sharing',
    component: lazyRouteComponent(() => import('../features/sharing/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'insurance',
    component: lazyRouteComponent(() => import('../features/insurance/pipeline-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'insurance-audit',
    component: lazyRouteComponent(() => import('../features/insurance/audit-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'customers',
    component: lazyRouteComponent(() => import('../features/customers/list-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'customers/$customerId',
    component: lazyRouteComponent(() => import('../features/customers/customer-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'imports',
    component: lazyRouteComponent(() => import('../features/imports/list-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'imports/$importId',
    component: lazyRouteComponent(() => import('../features/imports/import-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'messages',
    component: lazyRouteComponent(() => import('../features/messages/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'templates',
    component: lazyRouteComponent(() => import('../features/templates/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'audiences',
    component: lazyRouteComponent(() => import('../features/audiences/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'analysis',
    component: lazyRouteComponent(() => import('../features/analysis/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'base-analysis',
    component: lazyRouteComponent(() => import('../features/analysis/base-page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'settings',
    component: lazyRouteComponent(() => import('../features/settings/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'settings/$tab',
    component: lazyRouteComponent(() => import('../features/settings/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'new-cars',
    component: lazyRouteComponent(() => import('../features/new-cars/page.tsx')),
  }),
  createRoute({
    ...under,
    path: 'weather',
    component: lazyRouteComponent(() => import('../features/weather/page.tsx')),
  }),
  createRoute({ ...under, path: 'audit', component: lazyRouteComponent(() => import('../features/audit/page.tsx')) }),
] as const

export const router = createRouter({
  routeTree: root.addChildren([home, signIn, setup, store.addChildren([storeHome, ...pages])]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: () => <LoadingState rows={8} />,
  defaultPendingMs: 200,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
})
declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The number of a caller nobody knows, for the form of a new customer. */
    newPhone?: string
  }
  interface Register {
    router: typeof router
  }
}
