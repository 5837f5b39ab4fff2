import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Steps } from 'antd'
import { useState } from 'react'
import { api, fieldProblems, problemText, queryClient } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState } from '../../app/page.tsx'
import { signIn } from '../../app/session.ts'
import { SessionFrame } from './frame.tsx'
import { texts } from './texts.ts'

interface SetupForm {
  storeName: string
  storeCode: string
  name: string
  username: string
  password: string
  repeat: string
}
const storeFields = ['storeName', 'storeCode'] as const

/** First run: the first store, then its administrator, then straight in. */
export default function SetupPage() {
  const t = useTexts(texts)
  const router = useRouter()
  const status = useQuery(api.session.setupStatus.queryOptions())
  const [step, setStep] = useState(0)
  const [form] = Form.useForm<SetupForm>()
  const setup = useMutation(
    api.session.setup.mutationOptions({
      onError: (error) => {
        const fields = fieldProblems(error)
        form.setFields(
          Object.entries(fields).map(([name, text]) => ({ name: name as keyof SetupForm, errors: [text] })),
        )
        if (storeFields.some((name) => fields[name])) setStep(0)
      },
    }),
  )
  const finish = async () => {
    const { repeat: _, ...values } = form.getFieldsValue(true) as SetupForm
    await setup.mutateAsync(values)
    queryClient.clear()
    const problem = await signIn(values.username, values.password)
    await router.navigate({ to: problem ? '/sign-in' : '/', replace: true })
  }
  const forward = async () => {
    await form.validateFields(step === 0 ? [...storeFields] : undefined)
    if (step === 0) setStep(1)
    else await finish()
  }
  // validateFields and mutateAsync reject after the page already shows why
  const onFinish = () => void forward().catch(() => undefined)

  const needed = { required: true, message: t.needed }
  const body = () => {
    if (status.isPending) return <LoadingState rows={4} />
    if (status.isError) return <ErrorState error={status.error} retry={() => void status.refetch()} />
    if (!status.data.needed && !setup.isSuccess)
      return (
        <Alert
          type="info"
          title={t.already}
          action={<Button onClick={() => void router.navigate({ to: '/sign-in' })}>{t.toSignIn}</Button>}
        />
      )
    return (
      <Form form={form} layout="vertical" requiredMark={false} onFinish={onFinish} preserve>
        <Steps
          size="small"
          current={step}
          items={[{ title: t.stepStore }, { title: t.stepAdmin }]}
          style={{ marginBottom: 20 }}
        />
        <div hidden={step !== 0}>
          <Form.Item name="storeName" label={t.storeName} extra={t.storeNameHint} rules={[needed]}>
            <Input maxLength={80} autoFocus />
          </Form.Item>
          <Form.Item
            name="storeCode"
            label={t.storeCode}
            extra={t.storeCodeHint}
            normalize={(value: string) => value.toUpperCase()}
            rules={[needed, { pattern: /^[A-Z0-9][A-Z0-9_-]{0,31}$/, message: t.storeCodeBad }]}
          >
            <Input maxLength={32} autoCapitalize="characters" spellCheck={false} />
          </Form.Item>
        </div>
        {step === 1 ? (
          <>
            <Form.Item name="name" label={t.name} rules={[needed]}>
              <Input maxLength={60} autoComplete="name" autoFocus />
            </Form.Item>
            <Form.Item
              name="username"
              label={t.username}
              normalize={(value: string) => value.toLowerCase()}
              rules={[needed, { pattern: /^[a-z0-9._-]{3,30}$/, message: t.usernameBad }]}
            >
              <Input autoComplete="username" autoCapitalize="none" spellCheck={false} />
            </Form.Item>
            <Form.Item
              name="password"
              label={t.password}
              extra={t.passwordHint}
              rules={[needed, { min: 10, message: t.passwordShort }]}
            >
              <Input.Password autoComplete="new-password" maxLength={128} />
            </Form.Item>
            <Form.Item
              name="repeat"
              label={t.repeat}
              dependencies={['password']}
              rules={[
                needed,
                ({ getFieldValue }) => ({
                  validator: (_rule, value) =>
                    !value || value === getFieldValue('password')
                      ? Promise.resolve()
                      : Promise.reject(new Error(t.repeatBad)),
                }),
              ]}
            >
              <Input.Password autoComplete="new-password" maxLength={128} />
            </Form.Item>
          </>
        ) : null}
        <div aria-live="assertive">
          {setup.isError ? (
            <Alert type="error" title={problemText(setup.error)} showIcon style={{ marginBottom: 12 }} />
          ) : null}
        </div>
        <div className="session-actions">
          {step === 1 ? <Button onClick={() => setStep(0)}>{t.previous}</Button> : <span />}
          <Button type="primary" htmlType="submit" loading={setup.isPending}>
            {step === 0 ? t.next : t.finish}
          </Button>
        </div>
      </Form>
    )
  }
  return (
    <SessionFrame title={t.setupTitle} lead={t.setupLead}>
      {body()}
    </SessionFrame>
  )
}
