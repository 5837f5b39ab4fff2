declare module 'virtual:routes' {
  import type { Contract } from '@changhui/contract/contract'

  const routes: Contract
  export default routes
}
