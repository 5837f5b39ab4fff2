import { grants, staffRoles } from '@changhui/rules/permissions'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Input, Modal, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { api, client, fieldProblems, problemText } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { Field } from '../settings/field.tsx'
import type { Member } from './shape.ts'
import { staffTexts } from './texts.ts'

export type MemberTask = { readonly kind: 'add' } | { readonly kind: 'edit' | 'reset'; readonly member: Member }

const usernameShape = /^[a-z0-9._-]{3,30}$/
const shortestPassword = 10

/** The small dialog for adding a member, changing name and roles, or setting a new password. */
export function MemberForm({ task, onDone }: { task: MemberTask; onDone: () => void }) {
  const t = useTexts(staffTexts)
  const w = useTexts(words)
  const { store, may } = useStore()
  const queries = useQueryClient()
  const member = task.kind === 'add' ? null : task.member
  const [name, setName] = useState(member?.name ?? '')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [held, setHeld] = useState(staffRoles.filter((role) => (member?.roles ?? ['care-agent']).includes(role)))
  const [checked, setChecked] = useState(false)
  const save = useMutation({
    mutationFn: async () => {
      const storeId = store.id
      if (task.kind === 'add')
        return client.staff.create({ storeId, name: name.trim(), username, password, roles: held })
      const { userId } = task.member
      return task.kind === 'edit'
        ? client.staff.update({ storeId, userId, name: name.trim(), ...(held.length > 0 ? { roles: held } : {}) })
        : client.staff.resetPassword({ storeId, userId, password })
    },
    // The dialog itself shows what is wrong.
    onError: () => undefined,
    onSuccess: async () => {
      notify('success', task.kind === 'add' ? t.added({ name }) : task.kind === 'reset' ? t.wasReset : t.saved)
      await queries.invalidateQueries({ queryKey: api.staff.key() })
      onDone()
    },
  })
  const asks = {
    name: task.kind !== 'reset',
    username: task.kind === 'add',
    password: task.kind !== 'edit',
    roles: task.kind !== 'reset',
  }
  const own = {
    name: asks.name && !name.trim() ? t.missing : undefined,
    username: asks.username && !usernameShape.test(username) ? t.usernameWrong : undefined,
    password: asks.password && password.length < shortestPassword ? t.passwordShort : undefined,
    roles: asks.roles && held.length === 0 && !member?.groupRoles.length ? t.rolesMissing : undefined,
  }
  const server = fieldProblems(save.error)
  const wrong = (field: keyof typeof own) => (checked ? own[field] : undefined) ?? server[field]
  const general = save.isError && Object.keys(server).length === 0 ? problemText(save.error) : null
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    setChecked(true)
    if (!Object.values(own).some(Boolean)) save.mutate()
  }
  const title =
    task.kind === 'add' ? t.add : task.kind === 'edit' ? t.editTitle(task.member) : t.resetTitle(task.member)
  return (
    <Modal
      open
      title={title}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={() => submit()}
      onCancel={onDone}
      width={440}
    >
      <form onSubmit={submit} className="staff-form" noValidate>
        {task.kind === 'reset' ? <p>{t.resetText}</p> : null}
        {asks.name ? (
          <Field label={t.name} wrong={wrong('name')}>
            <Input value={name} maxLength={60} autoFocus onChange={(event) => setName(event.target.value)} />
          </Field>
        ) : null}
        {asks.username ? (
          <Field label={t.username} wrong={wrong('username')} hint={t.usernameHint}>
            <Input
              value={username}
              maxLength={30}
              autoComplete="off"
              onChange={(event) => setUsername(event.target.value.toLowerCase())}
            />
          </Field>
        ) : null}
        {asks.password ? (
          <Field
            label={task.kind === 'add' ? t.password : t.newPassword}
            wrong={wrong('password')}
            hint={t.passwordHint}
          >
            <Input.Password
              value={password}
              maxLength={128}
              autoComplete="new-password"
              autoFocus={task.kind === 'reset'}
              onChange={(event) => setPassword(event.target.value)}
            />
          </Field>
        ) : null}
        {asks.roles ? (
          <Field label={t.roles} wrong={wrong('roles')} hint={t.rolesHint}>
            <Select
              mode="multiple"
              value={held}
              onChange={setHeld}
              options={staffRoles.map((value) => ({
                value,
                label: w.role[value],
                // nobody gives more rights than he has
                disabled: !grants[value].every((one) => may(one)),
              }))}
            />
          </Field>
        ) : null}
        {general ? (
          <p role="alert" className="settings-wrong">
            {general}
          </p>
        ) : null}
        <button type="submit" hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}
