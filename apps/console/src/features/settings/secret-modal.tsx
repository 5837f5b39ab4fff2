import { Button, Modal, Typography } from 'antd'
import { useTexts } from '../../app/i18n.tsx'
import { settingTexts } from './texts.ts'

interface SecretModalProps {
  readonly secret: string | null
  readonly title: string
  readonly text: string
  readonly onClose: () => void
}

/** A secret, shown once right after it was made. */
export function SecretModal({ secret, title, text, onClose }: SecretModalProps) {
  const t = useTexts(settingTexts)
  return (
    <Modal
      open={secret !== null}
      title={title}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t.close}
        </Button>
      }
    >
      <p>{text}</p>
      <Typography.Text code copyable={{ text: secret ?? '', tooltips: [t.copy, t.copied] }} className="settings-secret">
        {secret}
      </Typography.Text>
    </Modal>
  )
}
