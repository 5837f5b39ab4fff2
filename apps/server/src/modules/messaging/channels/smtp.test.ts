import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SmtpSettings, smtpAdapter } from './smtp.ts'
import { outgoing } from './testing/message.ts'
import { type MailServer, startMailServer } from './testing/smtp.ts'

let server: MailServer
let opened: { close(): void }[] = []
beforeAll(async () => {
  server = await startMailServer('care', 'mail-password')
})
beforeEach(() => {
  server.mails.length = 0
  server.sessions = 0
})
afterEach(() => {
  for (const one of opened) one.close()
  opened = []
})
afterAll(() => server.stop())

function smtp(password = 'mail-password', given: Partial<SmtpSettings> = {}) {
  const settings: SmtpSettings = {
    provider: 'smtp',
    host: '127.0.0.1',
    port: server.port,
    encryption: 'none',
    username: 'care',
    from: 'care@dealer.example',
    fromName: '常回测试店',
    replyTo: '',
    ...given,
  }
  const adapter = smtpAdapter(settings, password, ({ id }) => `https://care.example.cn/leave?m=${id}`)
  opened.push(adapter)
  return adapter
}

const soon = () => AbortSignal.timeout(5_000)
const mail = (given = {}) =>
  outgoing({ channel: 'email', recipient: 'wang@customer.example', subject: '保养提醒', ...given })
const headerOf = (source = '', name: string) =>
  new RegExp(`^${name}:(.*(?:\\r\\n[ \\t].*)*)`, 'im')
    .exec(source)?.[1]
    ?.replace(/\r\n\s+/g, ' ')
    .trim()

describe('mail', () => {
  it('is handed over with a Message-ID made of the message, over connections that are kept', async () => {
    const adapter = smtp()
    expect(await adapter.send(mail(), soon())).toEqual({
      state: 'accepted',
      providerId: `<${outgoing().id}@dealer.example>`,
    })
    await adapter.send(mail({ id: '019a0000-0000-7000-8000-0000000000ab' }), soon())
    const [{ from, to, source } = { from: '', to: '', source: '' }] = server.mails
    expect({ from, to }).toEqual({ from: 'care@dealer.example', to: 'wang@customer.example' })
    expect(headerOf(source, 'Message-ID')).toBe(`<${outgoing().id}@dealer.example>`)
    expect(headerOf(source, 'List-Unsubscribe')).toBeUndefined()
    expect(server.mails).toHaveLength(2)
    expect(server.sessions).toBe(1)
  })

  it('that advertises tells how to leave, by mail and with one click', async () => {
    await smtp().send(mail({ purpose: 'marketing' }), soon())
    const source = server.mails[0]?.source
    expect(headerOf(source, 'List-Unsubscribe')).toBe(
      `<https://care.example.cn/leave?m=${outgoing().id}>, <mailto:care@dealer.example?subject=TD>`,
    )
    expect(headerOf(source, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
  })

  it('tried again carries the same Message-ID', async () => {
    server.next = 'hang'
    expect(await smtp().send(mail(), AbortSignal.timeout(400))).toMatchObject({ state: 'unknown' })
    await smtp().send(mail({ attempt: 2 }), soon())
    expect(new Set(server.mails.map(({ source }) => headerOf(source, 'Message-ID'))).size).toBe(1)
  })

  it('with a wrong password is refused', async () => {
    const answer = await smtp('wrong').send(mail(), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'account', code: '535', permanent: false })
    expect(server.mails).toEqual([])
  })

  it('to no mailbox is refused for good; refused for its text, too', async () => {
    const nobody = await smtp().send(mail({ recipient: 'unknown@customer.example' }), soon())
    expect(nobody).toMatchObject({ state: 'refused', kind: 'recipient', code: '550', permanent: true })
    server.next = 554
    expect(await smtp().send(mail(), soon())).toMatchObject({ state: 'refused', kind: 'content', permanent: true })
  })

  it('put off by the server waits', async () => {
    server.next = 451
    expect(await smtp().send(mail(), soon())).toMatchObject({ state: 'refused', kind: 'limit', permanent: false })
  })

  it('with no server at the address is refused and tried again', async () => {
    const answer = await smtp('mail-password', { port: 9 }).send(mail(), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'system', permanent: false })
  })

  it('does not go out in the open where encryption is asked for', async () => {
    const answer = await smtp('mail-password', { encryption: 'starttls' }).send(mail(), soon())
    expect(answer).toMatchObject({ state: 'refused', permanent: false })
    expect(server.mails).toEqual([])
  })

  it('cannot be given more recipients or headers through its texts', async () => {
    await smtp().send(
      mail({ subject: 'x\r\nBcc: all@customer.example', recipient: 'a@x.example, b@x.example' }),
      soon(),
    )
    expect(server.mails.map(({ to }) => to)).not.toContain('b@x.example')
    expect(server.mails.every(({ source }) => headerOf(source, 'Bcc') === undefined)).toBe(true)
  })
})
