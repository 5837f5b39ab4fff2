import { channelSecrets, channelSettings } from '@changhui/contract/channels'
import { describe, expect, it } from 'vitest'
import {
  type Account,
  bare,
  draftOf,
  fieldsOf,
  newDraft,
  plainFields,
  providers,
  secretFields,
  settingsOf,
  typedSecrets,
} from './channel-draft.ts'

describe('the form of a message channel', () => {
  it('asks for exactly what the API takes', () => {
    for (const option of channelSettings.options) {
      const { provider, ...rest } = option.shape
      const names = Object.keys(rest).filter((name) => name !== 'templates')
      expect([provider.value, plainFields[provider.value].map(bare).sort()]).toEqual([provider.value, names.sort()])
    }
    for (const provider of providers) {
      const optional = Object.entries(channelSecrets[provider]).map(([name, need]) =>
        need === 'optional' ? `${name}?` : name,
      )
      expect([provider, [...secretFields[provider]].sort()]).toEqual([provider, optional.sort()])
    }
  })

  it('gives back what it was given', () => {
    const settings = channelSettings.parse({
      provider: 'wechat',
      appId: 'wx-app',
      endpoint: '',
      templates: [
        {
          template: '*',
          code: 'T-1',
          kind: 'subscription',
          url: '',
          fields: [{ name: 'thing1', value: '{{body}}=好' }],
        },
      ],
    })
    const account = { settings, name: '公众号', enabled: true, priority: 3, fenPerSegment: 0 } as Account
    expect(settingsOf(draftOf(account))).toEqual(settings)
  })

  it('makes numbers of ports and leaves untouched secrets out', () => {
    const draft = {
      ...newDraft('smtp'),
      plain: { host: 'mail.example.cn', port: '587', encryption: 'starttls', from: 'a@b.cn' },
    }
    expect(channelSettings.parse(settingsOf(draft))).toMatchObject({ port: 587, username: '', replyTo: '' })
    expect(typedSecrets({ ...draft, secrets: { password: ' ', appSecret: 'not of this provider' } })).toEqual({})
    expect(typedSecrets({ ...draft, secrets: { password: 'x' } })).toEqual({ password: 'x' })
  })

  it('reads one variable a line', () => {
    expect(fieldsOf(' a = {{b}} \n\nc\nd=e=f')).toEqual([
      { name: 'a', value: '{{b}}' },
      { name: 'c', value: '' },
      { name: 'd', value: 'e=f' },
    ])
  })
})
