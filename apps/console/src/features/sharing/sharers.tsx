import { useMutation } from '@tanstack/react-query'
import { InputNumber, Switch } from 'antd'
import { type Answers, api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { EmptyState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { texts } from './texts.ts'

type Sharer = Answers['sharing']['month']['sharers'][number]

/** How many each advisor has, and who takes part in the next sharing. */
export function Sharers({ sharers, onChanged }: { sharers: readonly Sharer[]; onChanged: () => void }) {
  const t = useTexts(texts)
  const format = useFormat()
  const { store } = useStore()
  const set = useMutation({
    ...api.sharing.setSharer.mutationOptions(),
    onSuccess: () => {
      notify('success', t.saved)
      onChanged()
    },
  })
  const save = (sharer: Sharer, change: Partial<Pick<Sharer, 'weight' | 'away'>>) => {
    const { userId, weight, away } = { ...sharer, ...change }
    set.mutate({ storeId: store.id, userId, weight, away })
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
                      loading={set.isPending && set.variables.userId === sharer.userId}
                      onChange={(away) => save(sharer, { away })}
                    />{' '}
                    {t.away}
                  </span>
                  <InputNumber
                    key={sharer.weight}
                    size="small"
                    min={0}
                    max={200}
                    step={10}
                    prefix={t.weight}
                    aria-label={t.weightOf(sharer.name)}
                    defaultValue={sharer.weight}
                    disabled={sharer.away}
                    onBlur={(event) => {
                      const weight = Number(event.target.value)
                      if (Number.isInteger(weight) && weight >= 0 && weight <= 200 && weight !== sharer.weight)
                        save(sharer, { weight })
                    }}
                  />
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
