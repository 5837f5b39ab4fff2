import type { Answers } from '../../app/api.ts'

export type ImportJob = Answers['imports']['get']
export type ImportState = ImportJob['state']
export type ImportKind = ImportJob['kind']
export type Refusal = ImportJob['problems'][number]

export const importKinds = ['customers', 'deliveries', 'visits'] as const satisfies readonly ImportKind[]

/** States in which the server is at work and the page asks for progress. */
export const isWorking = (state: ImportState) => state === 'checking' || state === 'running'

export const stateChip: Record<ImportState, string> = {
  uploaded: 'chip-info',
  mapped: 'chip-info',
  checking: 'chip-primary',
  checked: 'chip-info',
  running: 'chip-primary',
  done: 'chip-success',
  failed: 'chip-danger',
  'rolled-back': 'chip-warning',
  interrupted: 'chip-warning',
  cancelled: '',
}
