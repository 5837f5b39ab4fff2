import type { Me } from '@changhui/contract/session'
import type { Permission } from '@changhui/rules/permissions'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { api } from './api.ts'
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

const ME_POLL_MS = 60_000

interface StoreProviderProps {
  /** As they were when the address was entered. */
  readonly me: Me
  readonly store: Store
  readonly children: ReactNode
}
export function StoreProvider({ me: first, store: entered, children }: StoreProviderProps) {
  // A page left open goes on into the next day, and roles change, without anybody following a link.
  const { data: me = first } = useQuery(api.session.me.queryOptions({ refetchInterval: ME_POLL_MS }))
  const store = me.stores.find((one) => one.id === entered.id) ?? entered
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
