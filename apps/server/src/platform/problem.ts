import { type ProblemCode, type ProblemData, problem } from '@changhui/contract/problems'

export type ProblemKind = 'BAD_REQUEST' | 'UNAUTHORIZED' | 'FORBIDDEN' | 'NOT_FOUND' | 'CONFLICT' | 'TOO_MANY_REQUESTS'

/** What a service throws when a person must hear why: the HTTP layer turns it into the contract's typed error. */
export class Problem extends Error {
  override name = 'Problem'
  readonly kind: ProblemKind
  readonly data: ProblemData

  constructor(kind: ProblemKind, code: ProblemCode, extra: Parameters<typeof problem>[1] = {}) {
    const data = problem(code, extra)
    super(data.en)
    this.kind = kind
    this.data = data
  }
}

/** Throws NOT_FOUND unless there is a row. */
export function found<T>(row: T | undefined): T {
  if (row === undefined) throw new Problem('NOT_FOUND', 'not-found')
  return row
}
