import type { Scope } from '../../../../platform/scope.ts'
import { receiveReply } from '../../service.ts'
import type { WeixinXml } from './xml.ts'

type Fields = WeixinXml['fields']

/** When Weixin says it happened; now where it says nothing sensible. */
export function happenedAt({ now }: Scope, { CreateTime }: Fields): Temporal.Instant {
  const seconds = Number(CreateTime)
  return seconds > 1e9 && seconds < 1e10 ? Temporal.Instant.fromEpochMilliseconds(seconds * 1000) : now
}

/** What a person wrote to the official account or in WeCom. */
export async function takeText(
  scope: Scope,
  channel: 'wechat' | 'wecom',
  from: string,
  fields: Fields,
  at: Temporal.Instant,
): Promise<void> {
  const id = fields.MsgId ? { providerId: fields.MsgId } : {}
  await receiveReply(scope, { provider: channel, channel, from, text: fields.Content ?? '', at, ...id })
}
