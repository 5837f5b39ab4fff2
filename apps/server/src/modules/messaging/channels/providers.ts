import { type ChannelProvider, type ChannelSettings, channelSecrets } from '@changhui/contract/channels'
import type { Seal } from '../../../platform/auth/seal.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { type Scope, systemActor, withStore } from '../../../platform/scope.ts'
import { sharedToken } from './access-token.ts'
import { aliyunAdapter } from './aliyun.ts'
import { callbackPath, leaveMark } from './callback-address.ts'
import type { ChannelAdapter, MessageChannel } from './channel.ts'
import { returnCredit, voidCredits } from './credits.ts'
import { smtpAdapter } from './smtp.ts'
import { tencentAdapter } from './tencent.ts'
import { fetchWechatToken, wechatAdapter } from './wechat.ts'
import { fetchWecomToken, wecomAdapter } from './wecom.ts'

export const channelOf: Readonly<Record<ChannelProvider, MessageChannel>> = {
  aliyun: 'sms',
  tencent: 'sms',
  wechat: 'wechat',
  wecom: 'wecom',
  smtp: 'email',
}

/** What an adapter is made of. */
export interface AdapterParts {
  readonly platform: Platform
  readonly seal: Seal
  readonly storeId: string
  readonly timeZone: string
  readonly accountId: string
  readonly settings: ChannelSettings
  readonly secrets: Readonly<Record<string, string>>
  /** The address people reach this installation at; undefined where nobody said. */
  readonly origin: string | undefined
}

/** Providers in China count their days there. */
const providersZone = 'Asia/Shanghai'

/** The adapter of one account. Its SDK is loaded with the first message. */
export function makeAdapter(parts: AdapterParts): ChannelAdapter & { close?(): void } {
  const { platform, seal, storeId, timeZone, accountId, settings, secrets, origin } = parts
  const { clock } = platform
  const secret = (name: string) => secrets[name] ?? ''
  const inStore = <T>(work: (scope: Scope) => Promise<T>) =>
    withStore(platform.pool, clock, { id: storeId, timeZone }, systemActor, work)
  switch (settings.provider) {
    case 'aliyun':
      return aliyunAdapter(settings, secret('accessKeySecret'), () =>
        clock.now().toZonedDateTimeISO(providersZone).toPlainDate().toString(),
      )
    case 'tencent':
      return tencentAdapter(settings, secret('secretKey'), () => Math.floor(clock.now().epochMilliseconds / 1000))
    case 'wechat':
      return wechatAdapter(settings, sharedToken(parts, fetchWechatToken(settings, secret('appSecret'))), {
        nothingLeft: ({ openId, templateId, messageId }) =>
          inStore((scope) => voidCredits(scope, openId, templateId, messageId)),
        notUsed: (wanted) => inStore((scope) => returnCredit(scope, wanted)),
      })
    case 'wecom':
      return wecomAdapter(settings, sharedToken(parts, fetchWecomToken(settings, secret('corpSecret'))))
    case 'smtp':
      return smtpAdapter(settings, secret('password'), (message) => {
        if (!origin?.startsWith('https:')) return undefined
        const path = callbackPath(seal, { provider: 'smtp', storeId, accountId })
        return `${origin}${path}/leave?to=${encodeURIComponent(message.recipient)}&mark=${leaveMark(seal, storeId, message.recipient)}`
      })
  }
}

/** Names of the secrets a provider cannot do without. */
export function neededSecrets(provider: ChannelProvider): string[] {
  return Object.entries(channelSecrets[provider]).flatMap(([name, need]) => (need === 'needed' ? [name] : []))
}
