import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { api, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { MemberForm, type MemberTask } from './member-form.tsx'
import type { Member } from './shape.ts'
import { staffTexts } from './texts.ts'

/** Staff of the store with their roles; adding, changing, switching off, new passwords for those who may. */
export function Staff() {
  const t = useTexts(staffTexts)
  const { store, may } = useStore()
  const [task, setTask] = useState<MemberTask | null>(null)
  const staff = useQuery(api.staff.list.queryOptions({ input: { storeId: store.id } }))
  return (
    <Panel
      title={t.title}
      flush
      extra={
        may('staff.manage') ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setTask({ kind: 'add' })}>
            {t.add}
          </Button>
        ) : null
      }
    >
      {staff.isPending ? (
        <LoadingState rows={6} />
      ) : staff.isError ? (
        <ErrorState error={staff.error} retry={() => void staff.refetch()} />
      ) : staff.data.length === 0 ? (
        <EmptyState title={t.empty} />
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              {[t.name, t.username, t.roles, t.state, t.lastSignIn].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              {may('staff.manage') ? <th scope="col">{t.actions}</th> : null}
            </tr>
          </thead>
          <tbody>
            {staff.data.map((member) => (
              <MemberRow key={member.userId} member={member} onTask={setTask} />
            ))}
          </tbody>
        </table>
      )}
      {task ? <MemberForm task={task} onDone={() => setTask(null)} /> : null}
    </Panel>
  )
}

function MemberRow({ member, onTask }: { member: Member; onTask: (task: MemberTask) => void }) {
  const t = useTexts(staffTexts)
  const w = useTexts(words)
  const f = useFormat()
  const { store, me, may } = useStore()
  const queries = useQueryClient()
  const ofGroup = member.groupRoles.filter((role) => !member.roles.includes(role))
  const toggle = useMutation({
    mutationFn: (disabled: boolean) => client.staff.update({ storeId: store.id, userId: member.userId, disabled }),
    onSuccess: async () => {
      notify('success', t.saved)
      await queries.invalidateQueries({ queryKey: api.staff.key() })
    },
  })
  return (
    <tr>
      <th scope="row">
        {member.name} {member.userId === me.user.id ? <span className="mark">{t.you}</span> : null}
      </th>
      <td>{member.username}</td>
      <td className="staff-roles">
        {f.list([...member.roles, ...ofGroup].map((role) => word(w.role, role)))}{' '}
        {ofGroup.length > 0 ? <span className="mark">{t.group}</span> : null}
      </td>
      <td>
        <span className={member.disabled ? 'mark mark-danger' : 'mark mark-primary'}>
          {member.disabled ? t.disabled : t.active}
        </span>
      </td>
      <td className="num">{member.lastSignInAt ? f.moment(member.lastSignInAt) : t.never}</td>
      {!may('staff.manage') ? null : !member.manageable ? (
        <td className="muted">{member.groupRoles.length > 0 ? t.byGroup : t.byOthers}</td>
      ) : (
        <td>
          <Button
            size="small"
            type="text"
            onClick={() => onTask({ kind: 'edit', member })}
            aria-label={`${t.edit} ${member.name}`}
          >
            {t.edit}
          </Button>
          <Button
            size="small"
            type="text"
            onClick={() => onTask({ kind: 'reset', member })}
            aria-label={`${t.reset} ${member.name}`}
          >
            {t.reset}
          </Button>
          {member.disabled ? (
            <Button size="small" type="text" loading={toggle.isPending} onClick={() => toggle.mutate(false)}>
              {t.enable}
            </Button>
          ) : member.userId === me.user.id ? null : (
            <Popconfirm
              title={t.disableAsk(member)}
              okText={t.disable}
              cancelText={t.cancel}
              onConfirm={() => toggle.mutate(true)}
            >
              <Button
                size="small"
                type="text"
                danger
                loading={toggle.isPending}
                aria-label={`${t.disable} ${member.name}`}
              >
                {t.disable}
              </Button>
            </Popconfirm>
          )}
        </td>
      )}
    </tr>
  )
}
