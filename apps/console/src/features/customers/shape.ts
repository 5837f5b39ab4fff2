import type { Answers } from '../../app/api.ts'

export type Vehicle = Answers['vehicles']['ofCustomer'][number]
export type Why = Vehicle['due'][number]
