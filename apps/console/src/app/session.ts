import { isProblem, queryClient } from './api.ts'
import { currentLocale } from './i18n.tsx'

const signInProblems = {
  offline: {
    'zh-CN': '连不上服务器，请检查网络后重试。',
    en: 'The server cannot be reached. Check the network and try again.',
  },
  server: { 'zh-CN': '服务器出了问题，请稍后重试。', en: 'Something went wrong on the server. Try again shortly.' },
} as const

async function post(path: string, body: unknown): Promise<Response> {
  return await fetch(`/api/auth/${path}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Signs in with name and password. Returns the sentence of what went wrong, or null when it worked. */
export async function signIn(username: string, password: string): Promise<string | null> {
  const say = (problem: keyof typeof signInProblems) => signInProblems[problem][currentLocale()]
  const answer = await post('sign-in/username', { username, password }).catch(() => undefined)
  if (!answer) return say('offline')
  if (answer.ok) {
    queryClient.clear()
    return null
  }
  const told: unknown = await answer.json().catch(() => undefined)
  const data = typeof told === 'object' && told !== null && 'data' in told ? told.data : undefined
  if (!isProblem(data)) return say('server')
  return currentLocale() === 'en' ? data.en : data.zh
}

/** Ends the session here and starts the application afresh, so nothing of this person stays in memory. */
export async function signOut(): Promise<void> {
  await post('sign-out', {})
  window.location.assign('/sign-in')
}
