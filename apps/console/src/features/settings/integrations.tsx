import { useState } from 'react'
import { useTexts } from '../../app/i18n.tsx'
import { ApiKeys } from './api-keys.tsx'
import { SecretModal } from './secret-modal.tsx'
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
      <SecretModal secret={secret} title={t.secretTitle} text={t.secretText} onClose={() => setSecret(null)} />
    </>
  )
}
