import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { saveFile } from './download.ts'
import { notify } from './notice.tsx'

interface ExportButtonProps {
  /** Asks for the file. */
  readonly make: () => Promise<File>
  readonly label: string
  /** What is said once it is saved, where saying nothing is not enough. */
  readonly said?: string
  readonly disabled?: boolean
}

/** Asks for a file and hands it to the browser's downloads. */
export function ExportButton({ make, label, said, disabled = false }: ExportButtonProps) {
  const file = useMutation({
    mutationFn: async () => saveFile(await make()),
    onSuccess: () => said !== undefined && notify('success', said),
  })
  return (
    <Button
      icon={<DownloadOutlined aria-hidden />}
      loading={file.isPending}
      disabled={disabled}
      onClick={() => file.mutate()}
    >
      {label}
    </Button>
  )
}
