import { messageChannels } from '@changhui/contract/templates'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input, Popconfirm, Select } from 'antd'
import { useState } from 'react'
import { type Answers, api, client, isProblemCode, showProblem } from '../../app/api.ts'
import { useFormat, useLocale, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, ErrorState, LoadingState, PageHeader, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { words } from '../../app/words.ts'
import { FilterBar } from '../customers/filter-bar.tsx'
import { apiFilters, type Filters, readFilters } from '../customers/filters.ts'
import { Check } from './check.tsx'
import { Notices } from './notices.tsx'
import { audienceTexts } from './texts.ts'
import '../../app/shapes.css'
import '../customers/customers.css'
import '../settings/settings.css'
import '../templates/templates.css'
import './audiences.css'

type Template = Answers['templates']['list']['templates'][number]
type Channel = (typeof messageChannels)[number]

const validChoices = [1, 2, 3, 7, 14, 30] as const
/** What the system sends about something the customer has running is no notice to many. */
const forMany = new Set(['reminder', 'greeting', 'marketing'])

/** One message to many: customers, text, check, send (MSG-03). */
export default function AudiencesPage() {
  const t = useTexts(audienceTexts)
  const { store } = useStore()
  const templates = useQuery(api.templates.list.queryOptions({ input: { storeId: store.id } }))
  return (
    <>
      <PageHeader title={t.title} subtitle={t.subtitle} />
      {templates.isPending ? (
        <LoadingState rows={8} />
      ) : templates.isError ? (
        <ErrorState error={templates.error} retry={() => void templates.refetch()} />
      ) : (
        <NewNotice templates={templates.data.templates.filter((one) => forMany.has(one.purpose))} />
      )}
      <Notices />
    </>
  )
}

function NewNotice({ templates }: { templates: readonly Template[] }) {
  const t = useTexts(audienceTexts)
  const w = useTexts(words)
  const locale = useLocale()
  const { store } = useStore()
  const [filters, setFilters] = useState<Filters>({})
  const [key, setKey] = useState(templates.find((one) => one.key === 'notice')?.key ?? templates[0]?.key ?? '')
  const [channel, setChannel] = useState<Channel>('sms')
  const [validDays, setValidDays] = useState<number>(3)
  const chosen = templates.find((one) => one.key === key)
  const hasText = chosen?.channels.some((one) => one.channel === channel && one.version !== null) ?? false
  const wanted = { ...apiFilters(filters, store.today), key, channel, validDays }
  const preview = useQuery(
    api.audiences.preview.queryOptions({
      input: { storeId: store.id, ...wanted },
      enabled: hasText,
      placeholderData: keepPreviousData,
    }),
  )
  const nameOf = (one: Template) => (locale === 'en' ? one.en : one.zh)
  return (
    <div className="audience-steps">
      <Panel title={t.steps.who}>
        <FilterBar filters={filters} onChange={(change) => setFilters(readFilters({ ...filters, ...change }))} />
      </Panel>
      <Panel title={t.steps.what}>
        <div className="audience-choices">
          <Select
            aria-label={t.template}
            className="audience-template"
            value={key}
            onChange={setKey}
            options={templates.map((one) => ({ value: one.key, label: nameOf(one) }))}
          />
          <Select
            aria-label={t.channel}
            value={channel}
            onChange={setChannel}
            options={messageChannels.map((one) => ({ value: one, label: w.channel[one] }))}
          />
          <Select
            aria-label={t.valid}
            value={validDays}
            onChange={setValidDays}
            options={validChoices.map((n) => ({ value: n as number, label: t.validDays({ n }) }))}
          />
          <span className="muted">{t.validHint}</span>
          <Link
            to="/s/$storeCode/templates"
            params={{ storeCode: store.code }}
            search={{ key, channel }}
            className="audience-edit"
          >
            {t.editText}
          </Link>
        </div>
      </Panel>
      <Panel title={t.steps.check}>
        {!hasText ? (
          <EmptyState title={t.noText} />
        ) : preview.isPending ? (
          <LoadingState rows={4} />
        ) : preview.isError ? (
          <ErrorState error={preview.error} retry={() => void preview.refetch()} />
        ) : (
          <div aria-busy={preview.isPlaceholderData} className={preview.isPlaceholderData ? 'audience-busy' : ''}>
            <span className="visually-hidden" role="status">
              {preview.isPlaceholderData ? t.counting : t.recipients}
            </span>
            <Check preview={preview.data} channel={channel} />
          </div>
        )}
      </Panel>
      <Send
        wanted={{ filters: apiFilters(filters, store.today), key, channel, validDays }}
        preview={hasText && !preview.isPlaceholderData ? preview.data : undefined}
        onChanged={() => void preview.refetch()}
      />
    </div>
  )
}

type Wanted = Pick<Parameters<typeof client.audiences.send>[0], 'filters' | 'key' | 'channel' | 'validDays'>

function Send({
  wanted,
  preview,
  onChanged,
}: {
  wanted: Wanted
  preview: Answers['audiences']['preview'] | undefined
  onChanged: () => void
}) {
  const t = useTexts(audienceTexts)
  const f = useFormat()
  const { store } = useStore()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  // the same until it was sent: pressing twice is one notice
  const [id, setId] = useState(() => crypto.randomUUID())
  const send = useMutation({
    mutationFn: (checked: Answers['audiences']['preview']) =>
      client.audiences.send({
        storeId: store.id,
        id,
        name,
        ...wanted,
        customers: checked.customers,
        templateVersion: checked.version,
      }),
    onSuccess: async () => {
      setId(crypto.randomUUID())
      setName('')
      notify('success', t.sent)
      await queries.invalidateQueries({ queryKey: api.audiences.list.key() })
    },
    onError: (error) => {
      showProblem(error)
      if (isProblemCode(error, 'audience.changed')) onChanged()
    },
  })
  const ready = preview && !preview.tooMany && preview.recipients > 0 && name.trim() !== ''
  return (
    <Panel title={t.steps.send}>
      <div className="audience-choices">
        <Input
          aria-label={t.name}
          className="audience-name"
          placeholder={t.namePlaceholder}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
        />
        <Popconfirm
          title={t.sendAsk({ n: f.number(preview?.recipients ?? 0), cost: f.fen(preview?.costFen ?? 0) })}
          description={t.sendText}
          okText={t.send({ n: f.number(preview?.recipients ?? 0) })}
          cancelText={t.cancel}
          disabled={!ready}
          onConfirm={() => (preview ? send.mutate(preview) : undefined)}
        >
          <Button type="primary" disabled={!ready} loading={send.isPending}>
            {t.send({ n: f.number(preview?.recipients ?? 0) })}
          </Button>
        </Popconfirm>
      </div>
    </Panel>
  )
}
