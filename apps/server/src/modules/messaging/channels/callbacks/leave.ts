import { receiveReply } from '../../service.ts'
import { type Callback, refusedCall } from './callback.ts'

/**
 * Leaving a mailing list with a click (RFC 8058). A mailbox sends POST; a person who opens the link gets a page with a button,
 * since programs that look at links before people do must not unsubscribe them. `isMarked`: the link was sent to this address.
 */
export function leaveCallback(isMarked: (address: string, mark: string) => boolean): Callback {
  return ({ method, query }) => {
    const address = query.get('to') ?? ''
    if (address.length > 200 || !isMarked(address, query.get('mark') ?? '')) return refusedCall(403, 'link')
    if (method === 'GET') return { type: 'text/html; charset=utf-8', body: page(ask) }
    if (method !== 'POST') return refusedCall(405, 'POST')
    return {
      type: 'text/html; charset=utf-8',
      body: page(done),
      work: async (scope) => {
        const reply = { provider: 'smtp', channel: 'email' as const, from: address, text: 'TD', at: scope.now }
        await receiveReply(scope, reply)
      },
    }
  }
}

const ask = `<p>不再接收这家门店的邮件？<br>Stop mails from this store?</p><form method="post"><button>退订 / Unsubscribe</button></form>`
const done = '<p>已退订。<br>You are unsubscribed.</p>'
const page = (content: string) =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>退订 / Unsubscribe</title>${content}</html>`
