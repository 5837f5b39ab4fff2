import { LoadingState } from '../../app/page.tsx'

export default function Page() {
  return <LoadingState />
}
