import { App } from 'antd'
import type { useAppProps } from 'antd/es/app/context'
import { useEffect } from 'react'

let handle: useAppProps | undefined

/** Lets code outside components show a notice in the page's own look; stands once inside antd's App. */
export function Notices() {
  const app = App.useApp()
  useEffect(() => {
    handle = app
    return () => {
      handle = undefined
    }
  }, [app])
  return null
}
/** A short notice at the top of the page; read out by screen readers. */
export function notify(kind: 'success' | 'error' | 'info' | 'warning', text: string) {
  void handle?.message.open({
    type: kind,
    content: <span role={kind === 'error' ? 'alert' : 'status'}>{text}</span>,
    duration: kind === 'error' ? 6 : 3,
  })
}
