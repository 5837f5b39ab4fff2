import { connect, type Socket } from 'node:net'

export interface LeanClient {
  /** The JSON of an answer with status 200; throws on any other. */
  get(path: string): Promise<unknown>
  close(): void
}

interface Caller {
  readonly socket: Socket
  answer: Buffer
  done?: (whole: Answer | Error) => void
}

interface Answer {
  readonly status: number
  readonly body: string
}

/**
 * A caller that costs next to nothing, because it shares the process with the server it measures: kept connections, one request on
 * each at a time, answers of a stated length. undici's took 0.2 ms of the 0.45 that HTTP added to a search.
 */
export function leanClient(port: number, headers: Readonly<Record<string, string>>): LeanClient {
  const free: Caller[] = []
  const all = new Set<Caller>()
  const fixed = Object.entries({ host: `127.0.0.1:${port}`, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')

  function open(): Caller {
    const caller: Caller = { socket: connect({ port, host: '127.0.0.1', noDelay: true }), answer: Buffer.alloc(0) }
    all.add(caller)
    const end = (error?: Error) => {
      all.delete(caller)
      caller.done?.(error ?? new Error('the server closed the connection'))
    }
    caller.socket.on('error', end).on('close', () => end())
    caller.socket.on('data', (chunk: Buffer) => {
      caller.answer = caller.answer.length === 0 ? chunk : Buffer.concat([caller.answer, chunk])
      const whole = wholeAnswer(caller.answer)
      if (whole) caller.done?.(whole)
    })
    return caller
  }

  return {
    async get(path) {
      // one the server closed meanwhile, for want of requests, is passed over
      while (free.at(-1)?.socket.destroyed) free.pop()
      const taken = free.pop() ?? open()
      const answer = await new Promise<Answer | Error>((done) => {
        taken.answer = Buffer.alloc(0)
        taken.done = done
        taken.socket.write(`GET ${path} HTTP/1.1\r\n${fixed}\r\n`)
      })
      taken.done = undefined
      if (answer instanceof Error) throw answer
      free.push(taken)
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.body}`)
      return JSON.parse(answer.body)
    },
    close() {
      for (const { socket } of all) socket.destroy()
    },
  }
}

/** The answer once all of it is there. */
function wholeAnswer(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length:\n${head}`)
  const from = end + 4
  if (bytes.length < from + Number(length)) return undefined
  return { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', from, from + Number(length)) }
}
