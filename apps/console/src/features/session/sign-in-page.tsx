import { demoPassword, demoStaff } from '@changhui/contract/demo-accounts'
import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { Alert, Button, Form, Input } from 'antd'
import { useEffect, useState } from 'react'
import { api } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { signIn } from '../../app/session.ts'
import { words } from '../../app/words.ts'
import { SessionFrame } from './frame.tsx'
import { texts } from './texts.ts'

export default function SignInPage() {
  const t = useTexts(texts)
  const w = useTexts(words)
  const router = useRouter()
  const { to } = useSearch({ from: '/sign-in' })
  const status = useQuery(api.session.setupStatus.queryOptions())
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [form] = Form.useForm<{ username: string; password: string }>()

  useEffect(() => {
    if (status.data?.needed) void router.navigate({ to: '/setup', replace: true })
  }, [status.data?.needed, router])

  const enter = async (values: { username: string; password: string }) => {
    setBusy(true)
    setFailure(null)
    const problem = await signIn(values.username.trim().toLowerCase(), values.password)
    setBusy(false)
    if (problem) setFailure(problem)
    else await router.navigate({ href: to ?? '/', replace: true })
  }
  const enterDemo = (username: string) => {
    const values = { username, password: demoPassword }
    form.setFieldsValue(values)
    void enter(values)
  }
  return (
    <SessionFrame title={t.title} lead={t.lead}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void enter(values)}>
        <Form.Item name="username" label={t.username} rules={[{ required: true, message: t.usernameNeeded }]}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus size="large" />
        </Form.Item>
        <Form.Item name="password" label={t.password} rules={[{ required: true, message: t.passwordNeeded }]}>
          <Input.Password autoComplete="current-password" size="large" />
        </Form.Item>
        <div aria-live="assertive">
          {failure ? <Alert type="error" title={failure} showIcon style={{ marginBottom: 12 }} /> : null}
        </div>
        <Button type="primary" htmlType="submit" block size="large" loading={busy}>
          {t.signIn}
        </Button>
      </Form>
      {status.data?.demo ? (
        <section className="session-demo" aria-labelledby="demo-accounts">
          <h2 id="demo-accounts">{t.demoTitle}</h2>
          <p>{t.demoText(demoPassword)}</p>
          <ul>
            {demoStaff.map((account) => (
              <li key={account.username}>
                <Button disabled={busy} onClick={() => enterDemo(account.username)}>
                  <span>
                    {w.role[account.roles[0]]}
                    <br />
                    <code>{account.username}</code>
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </SessionFrame>
  )
}
