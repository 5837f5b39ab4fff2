import { AudioOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { client } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { callCentreTexts } from './texts.ts'

/** Opens the recording of a call for whom is allowed to listen; asking for the link is logged. */
export function RecordingButton({ callId }: { callId: string }) {
  const t = useTexts(callCentreTexts)
  const { store, may } = useStore()
  const open = useMutation({ mutationFn: () => client.callCentre.openRecording({ storeId: store.id, callId }) })
  if (!may('recording.listen')) return null
  // http(s) is checked where the link comes in; a page never follows another kind
  const url = open.data && /^https?:\/\//.test(open.data.url) ? open.data.url : undefined
  return (
    <>
      <Button size="small" icon={<AudioOutlined aria-hidden />} loading={open.isPending} onClick={() => open.mutate()}>
        {t.listen}
      </Button>
      <Modal
        open={url !== undefined}
        title={t.listenTitle}
        onCancel={open.reset}
        width={420}
        footer={
          <>
            <Button onClick={open.reset}>{t.close}</Button>{' '}
            <Button type="primary" href={url} target="_blank" rel="noopener noreferrer">
              {t.listenOpen}
            </Button>
          </>
        }
      >
        {t.listenText}
      </Modal>
    </>
  )
}
