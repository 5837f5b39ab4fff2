import type { CustomerEntity, VehicleEntity } from './entities.ts'
import { customerName, textOf } from './entities.ts'

const add = <T>(map: Map<string, T[]>, key: string | null, value: T) => {
  if (key === null) return
  const list = map.get(key)
  if (!list) map.set(key, [value])
  else if (!list.includes(value)) list.push(value)
}

/** `ZHANG SAN` and `Zhang San` are one name. */
const sameName = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase()

/** The customers and vehicles that the rows of one batch may mean: what the database holds of them and what the batch makes. */
export class BatchMemory {
  readonly customers = new Map<string, CustomerEntity>()
  readonly vehicles = new Map<string, VehicleEntity>()
  /** Records merged into a customer, by his id. */
  readonly #aliases = new Map<string, CustomerEntity[]>()
  readonly #byPhone = new Map<string, CustomerEntity[]>()
  readonly #byKey = new Map<string, CustomerEntity>()
  readonly #byVin = new Map<string, VehicleEntity>()
  readonly #byPlate = new Map<string, VehicleEntity[]>()
  readonly #byVehicleKey = new Map<string, VehicleEntity>()

  addCustomer(customer: CustomerEntity): CustomerEntity {
    this.customers.set(customer.id, customer)
    for (const number of customer.phones) add(this.#byPhone, number, customer)
    if (customer.sourceKey !== null) this.#byKey.set(customer.sourceKey, customer)
    add(this.#aliases, customer.mergedInto, customer)
    return customer
  }

  addVehicle(vehicle: VehicleEntity): VehicleEntity {
    this.vehicles.set(vehicle.id, vehicle)
    const vin = textOf(vehicle, 'vin')
    if (vin !== null) this.#byVin.set(vin, vehicle)
    add(this.#byPlate, textOf(vehicle, 'plate'), vehicle)
    if (vehicle.sourceKey !== null) this.#byVehicleKey.set(vehicle.sourceKey, vehicle)
    return vehicle
  }

  addPhone(customer: CustomerEntity, number: string): void {
    customer.newPhones.push({ number, position: customer.phones.size })
    customer.phones.add(number)
    add(this.#byPhone, number, customer)
  }

  /** A car known by plate so far shows its VIN. */
  learnVin(vehicle: VehicleEntity, vin: string): void {
    this.#byVin.set(vin, vehicle)
  }

  withPhone = (number: string): readonly CustomerEntity[] => this.#byPhone.get(number) ?? []
  withKey = (key: string): CustomerEntity | undefined => this.#byKey.get(key)
  withVin = (vin: string): VehicleEntity | undefined => this.#byVin.get(vin)
  withPlate = (plate: string): readonly VehicleEntity[] => this.#byPlate.get(plate) ?? []
  withVehicleKey = (key: string): VehicleEntity | undefined => this.#byVehicleKey.get(key)

  /** The record that lives on after merges (BASE-11); itself where there was none. */
  survivor(customer: CustomerEntity): CustomerEntity {
    let current = customer
    for (let step = 0; step < 10 && current.mergedInto !== null; step++) {
      const next = this.customers.get(current.mergedInto)
      if (!next) break
      current = next
    }
    return current
  }

  /** Whether `name` is that of a record merged into this one, straight or by way of others. */
  isAlias(customer: CustomerEntity, name: string): boolean {
    return (this.#aliases.get(customer.id) ?? []).some(
      (one) => sameName(customerName(one), name) || this.isAlias(one, name),
    )
  }

  /** Whether `name` is what this person, or a record merged into him, is called, or was before staff corrected it. */
  isCalled(customer: CustomerEntity, name: string): boolean {
    const survivor = this.survivor(customer)
    const former = survivor.corrected.name
    return (
      sameName(customerName(customer), name) ||
      sameName(customerName(survivor), name) ||
      (typeof former === 'string' && sameName(former, name)) ||
      this.isAlias(survivor, name)
    )
  }
}
