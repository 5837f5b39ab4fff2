import type { client } from '../../app/api.ts'

export type Appointment = Awaited<ReturnType<typeof client.care.appointments>>[number]
