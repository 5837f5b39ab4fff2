import type { Channel, Purpose } from '@changhui/rules/gate'
import type { Scope } from '../../../platform/scope.ts'

/** A channel a message can take; calls are made by people. */
export type MessageChannel = Exclude<Channel, 'call'>

/** One message on its way to a provider, everything chosen: channel, recipient, text. */
export interface OutgoingMessage {
  /**
   * The idempotency key: the same in every retry on this channel, so a provider that saw it before sends nothing twice. A UUID; an
   * adapter whose provider wants another form derives it from this.
   */
  readonly id: string
  readonly storeId: string
  readonly channel: MessageChannel
  /** Mobile number (11 digits), WeChat open id, WeCom external user id, e-mail address, or the customer's id (in-app). */
  readonly recipient: string
  readonly customerId: string
  readonly purpose: Purpose
  readonly subject: string | null
  /** The filled text, without signature and opt-out words: these belong to the provider. */
  readonly body: string
  /** The template the text was made from, for providers that only send templates of theirs. */
  readonly template: MessageTemplate | null
  /** 1 for the first try on this channel; more where it may have been sent before, by a worker that died for instance. */
  readonly attempt: number
}

export interface MessageTemplate {
  readonly key: string
  readonly version: number
  readonly variables: Readonly<Record<string, string>>
}

/**
 * `recipient`: this number or person cannot be reached here; `content`, `template`: what is written; `limit`: too many, later again;
 * `account`: keys, rights or credit with the provider; `settings`: something is missing on our side; `system`: the provider's trouble.
 */
export type RefusalKind = 'recipient' | 'content' | 'template' | 'limit' | 'account' | 'settings' | 'system'

export type SendResult =
  | {
      readonly state: 'accepted'
      /** The provider's own name of the message; its receipts carry it. */
      readonly providerId: string
      /** Parts it was cut into and is billed for. */
      readonly segments?: number
      /** It has arrived; no receipt will follow. */
      readonly delivered?: true
    }
  | {
      readonly state: 'refused'
      /** The provider's code as it came. */
      readonly code: string
      readonly reason: string
      /** Whose matter it is, which tells the way out. */
      readonly kind?: RefusalKind
      /** Trying again on this channel is pointless: the next channel is taken. */
      readonly permanent: boolean
    }
  /** No answer in time or the connection broke: it may have been sent. Tried again with the same id. */
  | { readonly state: 'unknown'; readonly reason: string }

/** One provider of one channel, with the settings of one store. `send` gives every failure as a result and throws only on defects. */
export interface ChannelAdapter {
  /** `embedded`, `aliyun`, `tencent`, `wechat`, `wecom`, `smtp`: stands on the message and in its receipts. */
  readonly key: string
  readonly channel: MessageChannel
  /** `signal` aborts after the time a provider has to answer. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<SendResult>
  /**
   * Takes what sending uses up (one WeChat subscription a message), inside the transaction that claims the messages. Those in the
   * answer get this result instead of being sent. A message that was claimed before is not charged again.
   */
  reserve?(scope: Scope, messages: readonly OutgoingMessage[]): Promise<ReadonlyMap<string, SendResult>>
  /** A code by which a customer follows the account, so that its callback knows who did; `scene` (64 characters at most) comes back with it. */
  followCode?(scene: string, signal: AbortSignal): Promise<FollowCode | Exclude<SendResult, { state: 'accepted' }>>
}

/** What stands in the code (an address), and how long it holds. */
export interface FollowCode {
  readonly state: 'made'
  readonly address: string
  readonly seconds: number
}
