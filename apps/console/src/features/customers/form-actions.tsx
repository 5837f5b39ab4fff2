import { Button } from 'antd'
import { useTexts } from '../../app/i18n.tsx'
import { texts } from './customer-texts.ts'

/** The end of a dialog's form: away without saving, or save. */
export function FormActions({ onCancel, saving, wide }: { onCancel: () => void; saving: boolean; wide?: boolean }) {
  const t = useTexts(texts)
  return (
    <div className={wide ? 'drawer-actions form-wide' : 'drawer-actions'}>
      <Button onClick={onCancel}>{t.cancel}</Button>
      <Button type="primary" htmlType="submit" loading={saving}>
        {t.save}
      </Button>
    </div>
  )
}
