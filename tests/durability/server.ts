import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** One result of a call. Once the app has said yes to it, it must be there for ever after. */
export interface Report {
  readonly attemptId: string
  readonly taskId: string
}

export interface Server {
  readonly process: ChildProcess
  /** Runs the daily plan. */
  plan(): Promise<void>
  /** Claims one call after another and reports it, until the server or the list is at its end. */
  callUntilGone(yes: (report: Report) => void, unsure: (report: Report) => void): Promise<void>
  /** Sends a report again whose answer was lost; true when the app said yes. */
  again(report: Report): Promise<boolean>
}

export const password = 'Lake-under-pines-4'
const noAnswer = { result: 'no-answer', phoneId: null } as const

class Refused extends Error {
  override name = 'Refused'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Signs in to a running app as its caller. */
export async function connectTo(origin: string, storeId: string, child: ChildProcess): Promise<Server> {
  const cookie = await signIn(origin)
  const post = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${origin}/api/v1/stores/${storeId}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, origin },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Refused(answer.status, `${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }
  const report = ({ taskId, attemptId }: Report) => post(`/tasks/${taskId}/report`, { attemptId, ...noAnswer })
  return {
    process: child,
    plan: async () => {
      await post('/plan', {})
    },
    again: (lost) =>
      report(lost).then(
        () => true,
        (error: unknown) => {
          // somebody else's by now, or closed: a no, not a fault
          if (error instanceof Refused && error.status === 409) return false
          throw error
        },
      ),
    callUntilGone: async (yes, unsure) => {
      let sent: Report | undefined
      try {
        for (;;) {
          sent = undefined
          const { task } = (await post('/calls/next', {})) as { task: { id: string } | null }
          if (!task) return
          sent = { attemptId: randomUUID(), taskId: task.id }
          await report(sent)
          yes(sent)
        }
      } catch (error) {
        if (sent) unsure(sent)
        // the connection broke, or the database behind the server is being restarted: that is no yes
        const expected = error instanceof Refused ? error.status >= 500 : error instanceof TypeError
        if (!expected) throw error
      }
    },
  }
}

async function signIn(origin: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(`${origin}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ username: 'caller', password }),
    })
    if (answer.ok) {
      const cookies = answer.headers.getSetCookie().map((one) => one.split(';')[0])
      return cookies.join('; ')
    }
    if (attempt === 5) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
    await sleep(200)
  }
}
