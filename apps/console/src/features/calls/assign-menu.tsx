import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { api, client } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { callTexts } from './texts.ts'
import type { Card } from './use-call.ts'

/** Gives the call in hand to somebody else, or back to everybody's list; for who supervises. */
export function AssignMenu({ card, onAssigned, off }: { card: Card; onAssigned: () => void; off: boolean }) {
  const t = useTexts(callTexts)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const allowed = may('task.supervise')
  const load = useQuery({
    ...api.care.workload.queryOptions({ input: { storeId: store.id } }),
    enabled: allowed && open,
  })
  const assign = useMutation({
    mutationFn: (to: string | null) => client.care.assign({ storeId: store.id, to, taskIds: [card.id] }),
    onSuccess: async () => {
      notify('success', t.assigned)
      onAssigned()
      await queries.invalidateQueries({ queryKey: api.care.key() })
    },
  })
  if (!allowed) return null
  const people = load.data?.people ?? []
  return (
    <Dropdown
      trigger={['click']}
      open={open}
      onOpenChange={setOpen}
      menu={{
        selectedKeys: card.assigneeId ? [card.assigneeId] : [],
        items: [
          ...people.map((one) => ({ key: one.userId, label: one.name })),
          { type: 'divider' as const },
          { key: 'all', label: t.assignAll },
        ],
        onClick: ({ key }) => assign.mutate(key === 'all' ? null : key),
      }}
    >
      <Button disabled={off} loading={assign.isPending}>
        {t.assign}
      </Button>
    </Dropdown>
  )
}
