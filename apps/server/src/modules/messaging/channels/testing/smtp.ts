import { SMTPServer } from 'smtp-server'

export interface MailServer {
  readonly port: number
  readonly mails: { from: string; to: string; source: string }[]
  /** How the next mail is answered: a reply code, or never (it is kept all the same). */
  next: number | 'hang' | undefined
  /** Sessions opened so far. */
  sessions: number
  stop(): Promise<void>
}

/** A real SMTP server with sign-in and STARTTLS. `unknown@…` is no mailbox here. */
export async function startMailServer(user: string, password: string): Promise<MailServer> {
  const state: Omit<MailServer, 'port' | 'stop'> = { mails: [], next: undefined, sessions: 0 }
  const failed = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })
  const server = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 300,
    onConnect: (_session, done) => {
      state.sessions += 1
      done()
    },
    onAuth: (auth, _session, done) =>
      auth.username === user && auth.password === password
        ? done(null, { user })
        : done(failed(535, 'authentication failed')),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('unknown@') ? done(failed(550, 'no such mailbox')) : done(),
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const { next } = state
        state.next = undefined
        if (typeof next === 'number') return done(failed(next, 'refused'))
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map(({ address }) => address).join()
        state.mails.push({ from, to, source: Buffer.concat(parts).toString('utf8') })
        if (next !== 'hang') done()
      })
    },
  })
  // hanging sessions end with the clients; their broken lines are no news
  server.on('error', () => undefined)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return Object.assign(state, { port, stop: () => new Promise<void>((closed) => server.close(() => closed())) })
}
