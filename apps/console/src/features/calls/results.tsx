import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Input, type InputRef, Modal } from 'antd'
import { useRef, useState } from 'react'
import { api } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { type Shortcut, useKeys } from '../../app/keys.tsx'
import { useStore } from '../../app/store.tsx'
import { KeyCap } from './key-cap.tsx'
import { type Choice, outcomeKeys, resultKeys, stepOf } from './keys.ts'
import { OutcomeForm } from './outcome-form.tsx'
import { type Built, buildReport, type Draft, emptyDraft, nextOpenDay } from './report.ts'
import { callTexts } from './texts.ts'
import type { CallInHand, Card } from './use-call.ts'
import { careWords, word } from './words.ts'

/** The buttons and keys that end a call: results, what the customer said, and the small forms behind them. */
export function Results({ call, card, phoneId }: { call: CallInHand; card: Card; phoneId: string | null }) {
  const t = useTexts(callTexts)
  const words = useTexts(careWords)
  const { store } = useStore()
  const defaults = useNextOpenDay()
  const [reached, setReached] = useState(false)
  const [choice, setChoice] = useState<Choice | null>(null)
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  const [problem, setProblem] = useState<Extract<Built, { ok: false }> | null>(null)
  const [note, setNote] = useState('')
  const noteField = useRef<InputRef>(null)

  const nameOf = (one: Choice) =>
    one.result !== 'reached' ? word(words.callResult, one.result) : word(words.outcome, one.outcome)
  const save = (one: Choice, form: Draft) => {
    const frame = { attemptId: call.attemptId, phoneId, note, today: store.today, timeZone: store.timeZone }
    const built = buildReport(one, form, frame)
    if (!built.ok) return setProblem(built)
    setProblem(null)
    call.send(built.report)
  }
  const choose = (one: Choice) => {
    if (call.saving) return
    setProblem(null)
    setReached(one.result === 'reached')
    const form = { ...emptyDraft, ...startOf(one, store.today, defaults) }
    setDraft(form)
    if (stepOf(one) === 'save') save(one, form)
    else setChoice(one)
  }
  const back = () => {
    setProblem(null)
    if (choice) setChoice(null)
    else setReached(false)
  }

  const off = call.ended || call.saving
  const shortcuts: Shortcut[] = [
    ...resultKeys.map(({ key, result }) => ({
      combo: key,
      what: words.callResult[result],
      run: () => (result === 'reached' ? setReached(true) : choose({ result })),
      off,
    })),
    ...outcomeKeys.map(({ key, outcome }) => ({
      combo: key,
      what: words.outcome[outcome],
      run: () => choose({ result: 'reached', outcome }),
      off,
    })),
    { combo: 'w', what: t.helpNote, run: () => noteField.current?.focus(), off },
    { combo: 'Escape', what: t.helpBack, run: back, off: off || (!reached && !choice) },
  ]
  useKeys(shortcuts)

  const form = choice && choice.result === 'reached' && stepOf(choice) === 'form' ? choice : null
  const confirm = choice && stepOf(choice) === 'confirm' ? choice : null
  return (
    <section className="call-results" aria-label={t.resultTitle}>
      {call.retrying ? <Alert type="warning" showIcon title={t.retrying} role="status" /> : null}
      {form ? (
        <OutcomeForm
          outcome={form.outcome}
          title={nameOf(form)}
          draft={draft}
          today={store.today}
          problem={problem}
          saving={call.saving}
          onChange={setDraft}
          onSave={() => save(form, draft)}
          onBack={back}
        />
      ) : (
        <>
          <fieldset className="call-keys" disabled={off}>
            <legend>{t.resultTitle}</legend>
            {resultKeys.map(({ key, result }) => (
              <KeyButton
                key={key}
                hint={key}
                label={words.callResult[result]}
                pressed={reached && result === 'reached'}
                strong={result === 'reached'}
                off={off}
                onPress={() => (result === 'reached' ? setReached(!reached) : choose({ result }))}
              />
            ))}
          </fieldset>
          {reached ? (
            <fieldset className="call-keys call-keys-said" disabled={off}>
              <legend>{t.outcomeTitle}</legend>
              {outcomeKeys.map(({ key, outcome }) => (
                <KeyButton
                  key={key}
                  hint={key.toUpperCase()}
                  label={words.outcome[outcome]}
                  strong={outcome === 'booked'}
                  off={off}
                  onPress={() => choose({ result: 'reached', outcome })}
                />
              ))}
            </fieldset>
          ) : null}
        </>
      )}
      <Input
        aria-label={t.note}
        ref={noteField}
        value={note}
        maxLength={500}
        placeholder={t.notePlaceholder}
        prefix={<span className="call-note-name">{t.note}</span>}
        onChange={(event) => setNote(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <Modal
        open={confirm !== null}
        title={`${t.confirmTitle}：${confirm ? nameOf(confirm) : ''} · ${card.customerName}`}
        okText={t.confirmYes}
        cancelText={t.cancel}
        okButtonProps={{ danger: true, loading: call.saving, autoFocus: true }}
        onOk={() => {
          if (confirm) save(confirm, draft)
          setChoice(null)
        }}
        onCancel={back}
        width={420}
        destroyOnHidden
      >
        {confirm ? confirmText(confirm, t) : null}
      </Modal>
    </section>
  )
}

function KeyButton(props: {
  hint: string
  label: string
  strong?: boolean
  pressed?: boolean
  off: boolean
  onPress: () => void
}) {
  return (
    <Button
      className="call-key"
      type={props.pressed || props.strong ? 'primary' : 'default'}
      ghost={props.strong && !props.pressed}
      aria-pressed={props.pressed}
      aria-keyshortcuts={props.hint}
      disabled={props.off}
      onClick={props.onPress}
    >
      <KeyCap>{props.hint}</KeyCap>
      {props.label}
    </Button>
  )
}

type Texts = ReturnType<typeof useTexts<(typeof callTexts)['zh']>>
function confirmText(choice: Choice, t: Texts): string {
  const said = choice.result === 'reached' ? choice.outcome : 'refused'
  if (said === 'do-not-disturb') return t.confirm_do_not_disturb
  if (said === 'sold') return t.confirm_sold
  if (said === 'moved-away') return t.confirm_moved_away
  if (said === 'commercial-use') return t.confirm_commercial_use
  return t.confirm_refused
}

/** What a form starts with: the next suitable day, so that a booking is often Enter alone. */
function startOf(choice: Choice, today: string, nextOpen: string): Partial<Draft> {
  if (choice.result !== 'reached') return {}
  if (choice.outcome === 'booked') return { day: nextOpen }
  if (choice.outcome === 'callback') return { day: today }
  if (choice.outcome === 'later') return { day: Temporal.PlainDate.from(today).add({ days: 7 }).toString() }
  if (choice.outcome === 'elsewhere') return { day: today }
  return {}
}

/** The next day the store is open, by its hours, closures and (where it closes on them) holidays. */
function useNextOpenDay(): string {
  const { store } = useStore()
  const slow = { staleTime: 10 * 60_000 }
  const year = Number(store.today.slice(0, 4))
  const hours = useQuery({ ...api.settings.store.queryOptions({ input: { storeId: store.id } }), ...slow })
  const days = useQuery({ ...api.settings.closures.queryOptions({ input: { storeId: store.id, year } }), ...slow })
  const holidays = hours.data?.hours.closedOnHolidays
    ? (days.data?.calendar.days.filter((one) => one.kind === 'holiday') ?? [])
    : []
  const closed = new Set([...(days.data?.closures ?? []), ...holidays].map((one) => one.day))
  return nextOpenDay(store.today, hours.data?.hours, closed)
}
