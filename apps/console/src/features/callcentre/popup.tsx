import { CloseOutlined, PhoneOutlined, UserAddOutlined } from '@ant-design/icons'
import type { RingingCall } from '@changhui/contract/callcentre'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { api } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { careWords, word } from '../calls/words.ts'
import { callCentreTexts } from './texts.ts'
import '../../app/shapes.css'
import './callcentre.css'

/** Who has an extension asks every two seconds whether it rings; who has none, once a minute whether he was given one. */
const POLL_MS = 2_000
const IDLE_POLL_MS = 60_000

/** Whoever calls stands in the corner of every page, with his cars and what is open (BASE-08). */
export default function CallPopups() {
  const t = useTexts(callCentreTexts)
  const { store } = useStore()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const mine = useQuery({
    ...api.callCentre.mine.queryOptions({ input: { storeId: store.id } }),
    refetchInterval: (query) => (query.state.data?.extension ? POLL_MS : IDLE_POLL_MS),
    // the agent may be looking at another window when it rings
    refetchIntervalInBackground: true,
    staleTime: 0,
    retry: false,
  })
  const calls = (mine.data?.calls ?? []).filter((call) => !closed.has(call.id))
  return (
    <div className="call-popups" role="status" aria-live="assertive">
      {calls.map((call) => (
        <Popup
          key={call.id}
          call={call}
          onClose={() => setClosed((before) => new Set(before).add(call.id))}
          closeText={t.dismiss}
        />
      ))}
    </div>
  )
}

function Popup({ call, onClose, closeText }: { call: RingingCall; onClose: () => void; closeText: string }) {
  const t = useTexts(callCentreTexts)
  const { store, may } = useStore()
  const navigate = useNavigate()
  const stranger = call.known.length === 0
  const create = () => {
    onClose()
    // the number travels in the window's history, not in an address that is kept and copied
    void navigate({
      to: '/s/$storeCode/customers',
      params: { storeCode: store.code },
      state: { newPhone: call.number ?? '' },
    })
  }
  return (
    <section className="call-popup" aria-label={t.incoming}>
      <div className="call-popup-head">
        <span className="mark mark-primary">
          <PhoneOutlined aria-hidden /> {call.phase === 'talking' ? t.talking : t.incoming}
        </span>
        <strong className="num">{call.number ?? t.withheld}</strong>
        <Button
          size="small"
          type="text"
          icon={<CloseOutlined aria-hidden />}
          aria-label={closeText}
          onClick={onClose}
        />
      </div>
      {call.known.length > 1 ? <p className="muted">{t.several}</p> : null}
      {call.known.map((person) => (
        <Person key={person.customerId} person={person} onGo={onClose} />
      ))}
      {stranger ? (
        <>
          <p className="muted">{call.number === null ? t.withheld : t.stranger}</p>
          {call.number !== null && may('customer.edit') ? (
            <div className="call-popup-actions">
              <Button type="primary" size="small" icon={<UserAddOutlined aria-hidden />} onClick={create}>
                {t.create}
              </Button>
            </div>
          ) : null}
        </>
      ) : null}
    </section>
  )
}

function Person({ person, onGo }: { person: RingingCall['known'][number]; onGo: () => void }) {
  const t = useTexts(callCentreTexts)
  const words = useTexts(careWords)
  const f = useFormat()
  const { store, may } = useStore()
  const customer = { storeCode: store.code, customerId: person.customerId }
  return (
    <div className="call-popup-person">
      <h3>
        <Link to="/s/$storeCode/customers/$customerId" params={customer} onClick={onGo}>
          {person.name}
        </Link>
        {person.doNotDisturb ? <span className="mark mark-warning">{t.dnd}</span> : null}
      </h3>
      {person.vehicles.length === 0 ? <div className="muted">{t.noVehicle}</div> : null}
      {person.vehicles.map((car) => (
        <div key={`${car.plate ?? ''}${car.model ?? ''}`}>
          {[car.plate, car.model].filter(Boolean).join(' · ')}{' '}
          {car.lastVisitOn ? <span className="muted">{t.lastVisit({ day: f.day(car.lastVisitOn) })}</span> : null}
        </div>
      ))}
      {person.tasks.length > 0 ? (
        <ul aria-label={t.openTasks}>
          {person.tasks.map((task) => (
            <li key={task.id}>
              {task.call && may('task.work') ? (
                <Link
                  to="/s/$storeCode/calls"
                  params={{ storeCode: store.code }}
                  search={{ task: task.id }}
                  onClick={onGo}
                >
                  {word(words.programme, task.programme)}
                </Link>
              ) : (
                word(words.programme, task.programme)
              )}{' '}
              <span className="muted num">{t.due({ day: f.day(task.dueOn) })}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="call-popup-actions">
        <Link to="/s/$storeCode/customers/$customerId" params={customer} onClick={onGo}>
          <Button size="small" type="primary" tabIndex={-1}>
            {t.open}
          </Button>
        </Link>
      </div>
    </div>
  )
}
