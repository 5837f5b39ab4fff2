import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App } from 'antd'
import { queryClient } from './api.ts'
import { Appearance } from './i18n.tsx'
import { Notices } from './notice.tsx'
import { router } from './router.tsx'
import './shell.css'

export function Console() {
  return (
    <Appearance>
      <App>
        <Notices />
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </Appearance>
  )
}
