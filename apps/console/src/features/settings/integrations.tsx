import { Button, Modal, Typography } from 'antd'
import { useState } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { ApiKeys } from './api-keys.tsx'
import { settingTexts } from './texts.ts'
import { Webhooks } from './webhooks.tsx'

/** API keys and webhooks; a secret is shown once, right after it was made. */
export function Integrations() {
  const t = useTexts(settingTexts)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <>
      <ApiKeys onSecret={setSecret} />
      <Webhooks onSecret={setSecret} />
      <p>
        <a href="/api/docs" target="_blank" rel="noreferrer">
          {t.api}
        </a>
      </p>
      <Modal
        open={secret !== null}
        title={t.secretTitle}
        mask={{ closable: false }}
        onCancel={() => setSecret(null)}
        footer={
          <Button type="primary" onClick={() => setSecret(null)}>
            {t.close}
          </Button>
        }
      >
        <p>{t.secretText}</p>
        <Typography.Text
          code
          copyable={{ text: secret ?? '', tooltips: [t.copy, t.copied] }}
          className="settings-secret"
        >
          {secret}
        </Typography.Text>
      </Modal>
    </>
  )
}
