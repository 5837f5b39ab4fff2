import { Link } from '@tanstack/react-router'
import { Button, Popconfirm } from 'antd'
import type { Answers } from '../../app/api.ts'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { messageTexts } from './texts.ts'
import { messageWords, stateMark, whyNot } from './words.ts'

interface MessageRowProps {
  readonly message: Answers['messages']['list']['rows'][number]
  readonly onShow: () => void
  /** Missing for who may not. */
  readonly onAct: ((what: 'retry' | 'giveUp') => void) | undefined
}

export function MessageRow({ message, onShow, onAct }: MessageRowProps) {
  const t = useTexts(messageTexts)
  const m = useTexts(messageWords)
  const w = useTexts(words)
  const f = useFormat()
  const { store } = useStore()
  const why = whyNot(message, m, f)
  const shown = message.provider === 'embedded'
  return (
    <li className="message">
      <div className="message-head">
        <span className="num muted">{f.moment(message.createdAt)}</span>
        <Link
          to="/s/$storeCode/customers/$customerId"
          params={{ storeCode: store.code, customerId: message.customerId }}
        >
          {message.customerName}
        </Link>
        {message.recipientMasked ? (
          <span className="muted num">{t.sendTo({ to: message.recipientMasked })}</span>
        ) : null}
        <span className="mark">{w.channel[message.channel]}</span>
        <span className="mark">
          {message.programme ? word(w.programme, message.programme) : w.contactPurpose[message.purpose]}
        </span>
        <span className={shown ? 'mark' : stateMark[message.state]}>
          {shown ? m.providers.embedded : m.states[message.state]}
        </span>
        <span className="message-buttons">
          {onAct && message.state === 'failed' ? (
            <Button size="small" type="link" onClick={() => onAct('retry')}>
              {t.retry}
            </Button>
          ) : null}
          {onAct && (message.state === 'failed' || message.state === 'queued') ? (
            <Popconfirm title={t.giveUpAsk} okText={t.giveUp} onConfirm={() => onAct('giveUp')}>
              <Button size="small" type="link">
                {t.giveUp}
              </Button>
            </Popconfirm>
          ) : null}
          <Button size="small" type="link" onClick={onShow}>
            {t.details}
          </Button>
        </span>
      </div>
      {why ? <p className="message-why">{why}</p> : null}
      <p className="message-body">
        {message.body} <span className="muted">{t.length({ n: f.number([...message.body].length) })}</span>
      </p>
    </li>
  )
}
