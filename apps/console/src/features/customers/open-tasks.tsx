import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Answers, api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { ErrorState, LoadingState, Panel } from '../../app/page.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { texts } from './customer-texts.ts'

type Task = Answers['care']['ofCustomer'][number]
const isOpen = (task: Task) => task.state === 'open' || task.state === 'attempting'

/** What this customer is owed now, and what earlier promises came to. */
export function OpenTasks({ customerId }: { customerId: string }) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const format = useFormat()
  const { store, may } = useStore()
  const tasks = useQuery(api.care.ofCustomer.queryOptions({ input: { storeId: store.id, customerId } }))
  const body = () => {
    if (tasks.isPending) return <LoadingState rows={2} />
    if (tasks.isError) return <ErrorState error={tasks.error} retry={() => void tasks.refetch()} />
    const open = tasks.data.filter(isOpen)
    const past = tasks.data.filter((task) => !isOpen(task))
    return (
      <>
        {open.length === 0 ? <p className="muted">{t.task.none}</p> : null}
        <ul className="tasks">
          {open.map((task) => (
            <li key={task.id}>
              <div className="task-head">
                <strong>{word(w.programme, task.programme)}</strong>
                <span className={`chip ${task.state === 'attempting' ? 'chip-info' : 'chip-primary'}`}>
                  {task.work === 'call' || task.state === 'attempting'
                    ? w.taskState[task.state]
                    : t.task.work[task.work]}
                </span>
                {task.flags.map((flag) => (
                  <span key={flag} className="chip chip-warning">
                    {word(t.task.flag, flag)}
                  </span>
                ))}
                {may('task.work') && task.work === 'call' ? (
                  <Link
                    to="/s/$storeCode/calls"
                    params={{ storeCode: store.code }}
                    search={{ task: task.id }}
                    className="task-link"
                  >
                    {t.task.open}
                  </Link>
                ) : null}
              </div>
              <div className="muted">
                {[
                  task.plate,
                  t.task.due(format.day(task.dueOn)),
                  task.work === 'call' ? t.task.callBy(format.day(task.callBy)) : null,
                  task.nextAt ? t.task.next(format.moment(task.nextAt)) : null,
                  task.attempts > 0 ? t.task.attempts(task.attempts) : null,
                  task.blockedBy ? t.task.blocked : null,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </div>
            </li>
          ))}
        </ul>
        {past.length > 0 ? (
          <details className="tasks-past">
            <summary>
              {t.task.past} ({past.length})
            </summary>
            <ul className="tasks">
              {past.map((task) => (
                <li key={task.id} className="muted">
                  {[
                    word(w.programme, task.programme),
                    format.day(task.dueOn),
                    task.outcome ? word(w.outcome, task.outcome) : w.taskState[task.state],
                  ].join(' · ')}
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </>
    )
  }
  return <Panel title={t.tasks}>{body()}</Panel>
}
