import type { Me } from '@changhui/contract/session'
import type { Permission } from '@changhui/rules/permissions'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { TimeZone } from './i18n.tsx'

export type Store = Me['stores'][number]
interface StoreView {
  /** The store of the address bar. */
  readonly store: Store
  readonly me: Me
  /** Whether the signed-in person may do this in this store. */
  readonly may: (permission: Permission) => boolean
}
const Context = createContext<StoreView | undefined>(undefined)

/** The store the page works in. Only inside `/s/:storeCode/…`. */
export function useStore(): StoreView {
  const view = useContext(Context)
  if (!view) throw new Error('useStore() needs a page under /s/:storeCode')
  return view
}

const lastStoreKey = 'changhui.store'
export const lastStoreCode = () => localStorage.getItem(lastStoreKey)

export function StoreProvider({ me, store, children }: { me: Me; store: Store; children: ReactNode }) {
  const view = useMemo(() => {
    localStorage.setItem(lastStoreKey, store.code)
    return { me, store, may: (permission: Permission) => store.permissions.includes(permission) }
  }, [me, store])
  return (
    <Context value={view}>
      <TimeZone value={store.timeZone}>{children}</TimeZone>
    </Context>
  )
}
