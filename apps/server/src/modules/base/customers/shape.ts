import type { Customer } from '@changhui/contract/customers'
import { maskPhone } from '@changhui/rules/phone'
import type { CustomerRow, PhoneRow } from './store.ts'

/** A customer as pages get him: numbers masked (SEC-01). */
export function toCustomer(
  row: CustomerRow,
  phones: readonly PhoneRow[],
  seen: Pick<Customer, 'band' | 'value'>,
): Customer {
  return {
    id: row.id,
    name: row.name,
    sex: row.sex as Customer['sex'],
    birthday: row.birthday,
    wechatId: row.wechatId,
    email: row.email,
    address: row.address,
    region: row.region,
    locality: row.locality as Customer['locality'],
    occupation: row.occupation,
    industry: row.industry,
    source: row.source,
    memberLevel: row.memberLevel,
    tags: row.tags,
    consents: row.consents as Customer['consents'],
    doNotDisturb: row.doNotDisturb,
    preferredChannel: row.preferredChannel as Customer['preferredChannel'],
    preferredHour: row.preferredHour,
    advisorId: row.advisorId,
    accountManagerId: row.accountManagerId,
    phones: phones.map((phone) => ({
      id: phone.id,
      masked: maskPhone(phone.number),
      label: phone.label,
      state: phone.state as Customer['phones'][number]['state'],
      position: phone.position,
    })),
    lastVisitOn: row.lastVisitOn,
    ...seen,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}
