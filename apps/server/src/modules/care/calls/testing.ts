import { randomUUID } from 'node:crypto'
import type { TestDatabase } from '../../../platform/testing/test-database.ts'
import { type AppointmentChange, setAppointment } from '../appointments/appointments.ts'
import { factsChanged, planStore } from '../service.ts'
import { careStore, type TestCar } from '../testing.ts'
import { type CallReport, reportCall } from './report.ts'

interface Task {
  id: string
  state: string
  outcome: string | null
  next_at: string | null
  due_on: string
  blocked_by: string | null
  attempts: number
  next_phone_id: string | null
}
export type Given = Partial<CallReport> & Pick<CallReport, 'result'>
export const problem = (name: string) => ({ data: { problem: name } })

/** A store with an agent at the phone: planned cars, calls reported, what became of them. */
export async function callDesk(database: TestDatabase, code: string) {
  const care = await careStore(database, code)
  const { as, agent, addCar, rows, scoped } = care
  const li = agent('李')
  const tasksOf = (customerId: string, programme = 'regular-service') =>
    rows<Task>('SELECT * FROM task WHERE store_id = $1 AND customer_id = $2 AND programme = $3', customerId, programme)
  const kindsOf = async (customerId: string) =>
    (
      await rows<{ kind: string }>(
        'SELECT kind FROM timeline_event WHERE store_id = $1 AND customer_id = $2 ORDER BY id',
        customerId,
      )
    ).map((event) => event.kind)
  const one = async <Row extends object>(table: string, car: TestCar) =>
    (await rows<Row>(`SELECT * FROM ${table} WHERE store_id = $1 AND customer_id = $2`, car.customerId))[0]
  async function planned(facts?: Parameters<typeof addCar>[0]) {
    const car = await addCar(facts)
    await scoped((scope) => planStore(scope, scope.today))
    const [task] = await tasksOf(car.customerId)
    if (!task) throw new Error('the car was not planned')
    return { ...car, taskId: task.id, task: async () => (await tasksOf(car.customerId))[0] }
  }
  const call = (taskId: string, given: Given, actor = li) =>
    as(actor, (scope) => reportCall(scope, taskId, { attemptId: randomUUID(), phoneId: null, ...given }))
  /** A number somebody found for a customer, as the task area hears of it; its id. */
  async function giveNumber(customerId: string, number: string): Promise<string> {
    const id = randomUUID()
    await rows(
      `INSERT INTO customer_phone (store_id, id, customer_id, number, position, updated_at) VALUES ($1, $2, $3, $4, 1, $5)`,
      id,
      customerId,
      number,
      care.clock.now().toString(),
    )
    await scoped((scope) => factsChanged(scope, { customerIds: [customerId] }))
    return id
  }
  /** Changes an appointment as it stands now. */
  const setBooking = (id: string, change: Omit<AppointmentChange, 'version'>) =>
    scoped(async (scope) => {
      const { version } = await scope.tx
        .selectFrom('appointment')
        .select('version')
        .where('storeId', '=', scope.storeId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return setAppointment(scope, id, { ...change, version })
    })
  return { ...care, setBooking, li, tasksOf, kindsOf, one, planned, call, giveNumber }
}
