import type { client } from '../../app/api.ts'

export type Member = Awaited<ReturnType<typeof client.staff.list>>[number]
