import { useMutation } from '@tanstack/react-query'
import { InputNumber, Switch } from 'antd'
import { useState } from 'react'
import { type Answers, client } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from './texts.ts'

type Sharer = Answers['sharing']['month']['sharers'][number]
type Setting = Pick<Sharer, 'weight' | 'away'>

/** How many each advisor has, and who takes part in the next sharing. */
export function Sharers({ sharers: read, onChanged }: { sharers: readonly Sharer[]; onChanged: () => Promise<void> }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { store } = useStore()
  /** Sent and not read back yet, by advisor: the next change goes on from it. */
  const [sent, setSent] = useState<Readonly<Record<string, Setting>>>({})
  const sharers = read.map((one) => ({ ...one, ...sent[one.userId] }))
  const set = useMutation({
    mutationFn: ({ userId, setting }: { userId: string; setting: Setting }) =>
      client.sharing.setSharer({ storeId: store.id, userId, ...setting }),
    // one after another, so that the last one stays
    scope: { id: 'sharers' },
    onSuccess: async () => {
      notify('success', t.saved)
      await onChanged()
    },
    onSettled: (_answer, _error, { userId, setting }) =>
      setSent(({ [userId]: last, ...others }) => (last && last !== setting ? { ...others, [userId]: last } : others)),
  })
  const save = ({ userId, weight, away }: Sharer, change: Partial<Setting>) => {
    const setting = { weight, away, ...change }
    setSent((before) => ({ ...before, [userId]: setting }))
    set.mutate({ userId, setting })
  }
  const most = Math.max(1, ...sharers.map((one) => one.count))
  return (
    <Panel title={t.advisors} extra={<span className="muted">{t.advisorsHint}</span>}>
      {sharers.length === 0 ? (
        <EmptyState title={t.noAdvisors} text={t.noAdvisorsText} />
      ) : (
        <ul className="sharers">
          {sharers.map((sharer) => (
            <li key={sharer.userId}>
              <strong className="sharer-name">{sharer.name}</strong>
              <span className="sharer-bar" aria-hidden="true">
                <span style={{ width: `${(sharer.count / most) * 100}%` }} />
              </span>
              <span className="num sharer-count">{t.count(format.number(sharer.count))}</span>
              {sharer.active ? (
                <span className="sharer-set">
                  <span className="sharer-away">
                    <Switch
                      size="small"
                      checked={sharer.away}
                      aria-label={t.awayOf(sharer.name)}
                      onChange={(away) => save(sharer, { away })}
                    />{' '}
                    {t.away}
                  </span>
                  <Weight key={sharer.weight} sharer={sharer} onChange={(weight) => save(sharer, { weight })} />
                </span>
              ) : (
                <span className="chip">{t.former}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** An advisor's share, sent when the field is left; left empty or with no such number, it shows again what is in force. */
function Weight({ sharer, onChange }: { sharer: Sharer; onChange: (weight: number) => void }) {
  const t = useTexts(texts)
  const [round, setRound] = useState(0)
  return (
    <InputNumber
      key={round}
      size="small"
      min={0}
      max={200}
      step={10}
      prefix={t.weight}
      aria-label={t.weightOf(sharer.name)}
      defaultValue={sharer.weight}
      disabled={sharer.away}
      onBlur={(event) => {
        const typed = event.target.value.trim()
        const weight = Number(typed)
        if (typed === '' || !Number.isInteger(weight) || weight < 0 || weight > 200) setRound(round + 1)
        else if (weight !== sharer.weight) onChange(weight)
      }}
    />
  )
}
