import type { Answers } from '../../app/api.ts'

export type Call = Answers['insurance']['calls'][number]
