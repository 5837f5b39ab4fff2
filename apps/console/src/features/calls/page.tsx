import { useNavigate, useSearch } from '@tanstack/react-router'
import { Alert, Button, Tabs } from 'antd'
import { useEffect, useState } from 'react'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useKeys } from '../../app/keys.tsx'
import { EmptyState, LoadingState, PageHeader } from '../../app/page.tsx'
import { CallCard } from './card.tsx'
import { Failures } from './failures.tsx'
import { KeyCap } from './key-cap.tsx'
import { NumbersToFind } from './numbers.tsx'
import { Queue } from './queue.tsx'
import { consequenceSentence } from './sentences.ts'
import { callTexts } from './texts.ts'
import { type CallInHand, useCall } from './use-call.ts'
import { careWords, word } from './words.ts'
import '../../app/shapes.css'
import './calls.css'

const tabs = ['list', 'numbers', 'failures'] as const
type Tab = (typeof tabs)[number]

/** The page a care agent spends the day on: the queue on the left, the call in hand on the right. */
export default function CallsPage() {
  const t = useTexts(callTexts)
  const search = useSearch({ strict: false }) as { tab?: unknown }
  const navigate = useNavigate()
  const tab = tabs.find((one) => one === search.tab) ?? 'list'
  const choose = (key: string) => void navigate({ to: '.', search: key === 'list' ? {} : { tab: key }, replace: true })
  const labels: Record<Tab, string> = { list: t.tabList, numbers: t.tabNumbers, failures: t.tabFailures }
  return (
    <>
      <PageHeader title={t.title} />
      <Tabs
        className="call-tabs"
        activeKey={tab}
        onChange={choose}
        destroyOnHidden
        items={tabs.map((key) => ({
          key,
          label: labels[key],
          children: key === 'list' ? <TodaysCalls /> : key === 'numbers' ? <NumbersToFind /> : <Failures />,
        }))}
      />
    </>
  )
}

function TodaysCalls() {
  const t = useTexts(callTexts)
  const f = useFormat()
  const [programme, setProgramme] = useState<string | undefined>()
  const call = useCall(programme)
  const navigate = useNavigate()
  const { task } = useSearch({ strict: false }) as { task?: unknown }
  useEffect(() => {
    // A customer's page led here for one task: take it once, and leave a clean address behind.
    if (typeof task !== 'string') return
    void navigate({ to: '.', search: {}, replace: true })
    call.take(task)
  }, [task])
  const inHand = call.card !== null && !call.ended
  useKeys([{ combo: 'n', what: t.nextHint, run: call.takeNext, off: inHand || call.taking || call.saving }])
  return (
    <div className="call-page" data-in-hand={call.card !== null}>
      <Queue
        currentId={call.card?.id ?? null}
        programme={programme}
        onProgramme={setProgramme}
        onTake={call.take}
        busy={call.taking || call.saving}
      />
      <div className="call-main">
        <Saying call={call} />
        {call.card ? (
          <CallCard key={call.attemptId} call={call} card={call.card} />
        ) : (
          <section className="panel call-idle">
            {call.loading || call.taking ? (
              <LoadingState rows={6} />
            ) : (
              <EmptyState
                title={call.opensAt ? t.closedNow : call.noneLeft ? t.noMore : t.cardEmptyTitle}
                text={
                  call.opensAt
                    ? t.closedNowText({ at: f.moment(call.opensAt) })
                    : call.noneLeft
                      ? t.noMoreText
                      : t.cardEmptyText
                }
                action={
                  <Button type="primary" size="large" onClick={call.takeNext}>
                    {t.startNext} <KeyCap>N</KeyCap>
                  </Button>
                }
              />
            )}
          </section>
        )}
      </div>
    </div>
  )
}

/** What the last call came to, and whether the task in hand ended meanwhile; read out politely. */
function Saying({ call }: { call: CallInHand }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const outcome = word(words.outcome, call.card?.outcome) || word(words.taskState, call.card?.state)
  return (
    <div aria-live="polite" className="call-saying">
      {call.said ? (
        <Alert
          type={call.said.followed.decision === 'other-phone' ? 'warning' : 'success'}
          showIcon
          title={`${t.savedFor({ name: call.said.customerName })}${consequenceSentence(call.said.followed, t, words, f)}`}
        />
      ) : null}
      {call.card && !call.ended && call.takenBy ? (
        <Alert type="warning" showIcon title={t.takenText({ name: call.takenBy })} />
      ) : null}
      {call.card && call.ended ? (
        <Alert
          type="info"
          showIcon
          title={t.closedText({ outcome })}
          action={
            <Button type="primary" size="small" onClick={call.takeNext} loading={call.taking}>
              {t.next} <KeyCap>N</KeyCap>
            </Button>
          }
        />
      ) : null}
    </div>
  )
}
