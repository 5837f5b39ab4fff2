import type { ChannelSettings } from '@changhui/contract/channels'
import type { ChannelAdapter, OutgoingMessage, SendResult } from './channel.ts'
import { messageOf, refused, unknown, untilAborted } from './results.ts'

export type SmtpSettings = Extract<ChannelSettings, { provider: 'smtp' }>

/** Where one can leave with a click (RFC 8058), for a mailbox that shows a button for it; undefined where nobody can reach us. */
export type UnsubscribeLink = (message: OutgoingMessage) => string | undefined

const open = async (settings: SmtpSettings, password: string) => {
  const { createTransport } = await import('nodemailer')
  const { encryption, host, port, username } = settings
  return createTransport({
    pool: true,
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    maxConnections: 3,
    maxMessages: 100,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
    ...(username ? { auth: { user: username, pass: password } } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
type Transport = Awaited<ReturnType<typeof open>>

/** An idle pool hangs up after this long, so that a process with nothing to do can end. */
const idleMs = 30_000

/**
 * Mail through an SMTP server. Message-ID is made of the message's id, so that a mail sent twice after a time-out is one to mailboxes that
 * look at it; SMTP itself promises no more. Marketing carries List-Unsubscribe.
 */
export function smtpAdapter(
  settings: SmtpSettings,
  password: string,
  unsubscribe: UnsubscribeLink,
): ChannelAdapter & { close(): void } {
  let opened: Promise<Transport> | undefined
  let idle: NodeJS.Timeout | undefined
  const close = () => {
    clearTimeout(idle)
    // one that could not even be opened has told so to its message
    opened?.then(
      (transport) => transport.close(),
      () => undefined,
    )
    opened = undefined
  }
  return {
    key: 'smtp',
    channel: 'email',
    close,
    send: async (message, signal) => {
      clearTimeout(idle)
      try {
        opened ??= open(settings, password)
        const transport = await opened
        const sent = await untilAborted(transport.sendMail(mail(settings, message, unsubscribe)), signal)
        return { state: 'accepted', providerId: sent.messageId }
      } catch (error) {
        return failure(error)
      } finally {
        idle = setTimeout(close, idleMs).unref()
      }
    },
  }
}

function mail(settings: SmtpSettings, message: OutgoingMessage, unsubscribe: UnsubscribeLink) {
  const { from, fromName, replyTo } = settings
  const link = message.purpose === 'marketing' ? unsubscribe(message) : undefined
  const leave = `mailto:${replyTo || from}?subject=TD`
  const leaveHeaders = {
    'List-Unsubscribe': link ? `<${link}>, <${leave}>` : `<${leave}>`,
    ...(link ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  }
  return {
    from: { name: fromName, address: from },
    to: { name: '', address: message.recipient },
    ...(replyTo ? { replyTo } : {}),
    subject: message.subject || message.body.split('\n')[0]?.slice(0, 60) || fromName,
    text: message.body,
    messageId: `<${message.id}@${from.split('@')[1] ?? 'localhost'}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(message.purpose === 'marketing' ? leaveHeaders : {}),
    },
  }
}

/** Replies of the server by RFC 5321: 4yz later again, 5yz never; before DATA nothing has been handed over. */
function failure(error: unknown): SendResult {
  const {
    code = '',
    command = '',
    responseCode = 0,
  } = error as {
    code?: string
    command?: string
    responseCode?: number
  }
  const reason = messageOf(error)
  const shown = String(responseCode || code)
  if (['EAUTH', 'ENOAUTH', 'EOAUTH2'].includes(code)) return refused('account', shown, reason)
  // what the server says about ourselves is for us to repair
  if (responseCode >= 500 && command === 'MAIL FROM') return refused('account', shown, reason)
  if (responseCode >= 500) return refused(command === 'DATA' ? 'content' : 'recipient', shown, reason)
  if (responseCode >= 400) return refused('limit', shown, reason)
  if (['ECONFIG', 'ETLS', 'EDNS', 'EPROTOCOL'].includes(code) || command === 'CONN')
    return refused(code === 'ETLS' ? 'settings' : 'system', shown, reason)
  if (['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].some((one) => reason.includes(one)))
    return refused('system', 'unreachable', reason)
  return unknown(reason)
}
