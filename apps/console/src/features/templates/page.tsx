import { PlusOutlined } from '@ant-design/icons'
import { messageChannels } from '@changhui/contract/templates'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Grid, Segmented, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api } from '../../app/api.ts'
import { useLocale, useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, PageHeader } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { TemplateEditor } from './editor.tsx'
import { NewText } from './new-text.tsx'
import { TestList } from './test-send.tsx'
import { templateTexts } from './texts.ts'
import '../../app/shapes.css'
import '../settings/settings.css'
import './templates.css'

type Template = Answers['templates']['list']['templates'][number]
type Channel = (typeof messageChannels)[number]

/** Message texts by programme and channel; both stand in the address (MSG-01). */
export default function TemplatesPage() {
  const t = useTexts(templateTexts)
  const w = useTexts(words)
  const locale = useLocale()
  const { store, may } = useStore()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as { key?: unknown; channel?: unknown }
  const [adding, setAdding] = useState(false)
  const { md } = Grid.useBreakpoint()
  const list = useQuery(api.templates.list.queryOptions({ input: { storeId: store.id } }))
  if (list.isPending) return <LoadingState rows={10} />
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />
  const { templates } = list.data
  const chosen = templates.find((one) => one.key === search.key) ?? templates[0]
  const channel = messageChannels.find((one) => one === search.channel) ?? chosen?.channels[0]?.channel ?? 'sms'
  const go = (key: string, to: Channel) =>
    void navigate({
      to: '/s/$storeCode/templates',
      params: { storeCode: store.code },
      search: { key, channel: to },
      replace: true,
    })
  const nameOf = (one: Template) => (locale === 'en' ? one.en : one.zh)
  const groups = [
    { label: t.shippedGroup, templates: templates.filter((one) => !one.own) },
    { label: t.ownGroup, templates: templates.filter((one) => one.own) },
  ]
  return (
    <>
      <PageHeader
        title={t.title}
        subtitle={t.subtitle}
        extra={
          may('script.edit') ? (
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
              {t.newText}
            </Button>
          ) : null
        }
      />
      <div className="texts">
        {md === false ? (
          <Select
            className="settings-choice"
            aria-label={t.pick}
            value={chosen?.key}
            onChange={(key) => go(key, channel)}
            options={groups
              .filter((group) => group.templates.length > 0)
              .map((group) => ({
                label: group.label,
                options: group.templates.map((one) => ({ value: one.key, label: nameOf(one) })),
              }))}
          />
        ) : (
          <nav className="panel texts-list" aria-label={t.list}>
            {groups.map((group) => (
              <section key={group.label} aria-label={group.label}>
                <h2>{group.label}</h2>
                {group.templates.length === 0 ? <p className="muted">{t.ownEmpty}</p> : null}
                <ul>
                  {group.templates.map((one) => (
                    <li key={one.key}>
                      <button
                        type="button"
                        aria-current={one.key === chosen?.key ? 'true' : undefined}
                        onClick={() => go(one.key, channel)}
                      >
                        <span>{nameOf(one)}</span>
                        <Marks template={one} />
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </nav>
        )}
        {chosen ? (
          <div className="settings texts-editor">
            <div className="texts-head">
              <h2>{nameOf(chosen)}</h2>
              <span className="mark">{w.contactPurpose[chosen.purpose]}</span>
              <Segmented
                aria-label={t.channel}
                value={channel}
                onChange={(next) => go(chosen.key, next)}
                options={messageChannels.map((one) => ({ value: one, label: w.channel[one] }))}
              />
            </div>
            <TemplateEditor key={`${chosen.key} ${channel}`} templateKey={chosen.key} channel={channel} />
            <TestList />
          </div>
        ) : null}
      </div>
      <NewText
        // a fresh form and id each time
        key={String(adding)}
        open={adding}
        onClose={() => setAdding(false)}
        onMade={(key, to) => {
          setAdding(false)
          go(key, to)
        }}
      />
    </>
  )
}

function Marks({ template }: { template: Template }) {
  const t = useTexts(templateTexts)
  const drafts = template.channels.reduce((sum, one) => sum + one.drafts, 0)
  const edited = !template.own && template.channels.some((one) => (one.version ?? 0) > 0)
  const unused = template.channels.every((one) => one.version === null)
  return (
    <span className="settings-marks">
      {drafts > 0 ? <span className="mark mark-warning">{t.drafts({ n: drafts })}</span> : null}
      {edited ? <span className="mark">{t.edited}</span> : null}
      {unused ? <span className="mark">{t.noVersion}</span> : null}
    </span>
  )
}
