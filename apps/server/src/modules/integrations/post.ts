import { createHmac } from 'node:crypto'
import { lookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isInside } from './webhook-url.ts'

/** What is sent to an address somebody typed. */
export interface SignedPost {
  readonly url: string
  readonly secret: string
  readonly topic: string
  /** Stays the same when it is sent again. */
  readonly id: string
  readonly body: unknown
  readonly at: Temporal.Instant
  readonly timeoutMs: number
  /** For tests alone: reach a server on this machine. */
  readonly allowLoopback?: boolean
}

/**
 * Posts JSON signed with HMAC-SHA256 over `<seconds>.<body>`; never to an inner address, and redirects are not followed, since
 * they could point inside. The status answered, or 0 when nobody answered.
 */
export function postSigned(post: SignedPost): Promise<number> {
  const body = JSON.stringify(post.body)
  const at = Math.floor(post.at.epochMilliseconds / 1000)
  const signature = createHmac('sha256', post.secret).update(`${at}.${body}`).digest('hex')
  const url = new URL(post.url)
  const loopback = post.allowLoopback && url.hostname === '127.0.0.1'
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Changhui-Webhook/1',
    'x-changhui-event': post.topic,
    'x-changhui-delivery': post.id,
    'x-changhui-signature': `t=${at},v1=${signature}`,
  }
  return new Promise((resolve) => {
    const options = { method: 'POST', headers, timeout: post.timeoutMs, lookup: loopback ? undefined : outsideOnly }
    const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    // nobody answered: told by the 0
    sent.on('error', () => resolve(0))
    sent.end(body)
  })
}

/** Asks the name service and refuses an inner address at the moment of connecting: a name may change after it was checked. */
const outsideOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const outside = error ? [] : addresses.filter(({ address }) => !isInside(address))
    const first = outside[0]
    if (!first) return callback(error ?? Object.assign(new Error('inner address'), { code: 'EACCES' }), '', 4)
    if (options.all) return callback(null, outside)
    return callback(null, first.address, first.family)
  })
}
