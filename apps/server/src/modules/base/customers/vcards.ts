import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { vcard } from './vcard.ts'
import { cardFacts } from './vcard-store.ts'

const type = 'text/vcard;charset=utf-8'

/** The card of one customer; logged, since it carries full numbers. */
export async function customerCard(scope: Scope, customerId: string): Promise<File> {
  const [facts] = await cardFacts(scope, { customerId })
  const one = found(facts)
  await recordAudit(scope, { action: 'customer.vcard', subjectKind: 'customer', subjectId: customerId })
  return new File([vcard(one)], `${one.name}.vcf`, { type })
}

/** The cards of an advisor's customers, of the caller's own where none is named; logged with their number. */
export async function advisorCards(scope: Scope, advisorId: string | undefined): Promise<File> {
  const advisor = advisorId ?? scope.actor.id
  const facts = advisor ? await cardFacts(scope, { advisorId: advisor }) : []
  await recordAudit(scope, {
    action: 'customer.vcards',
    subjectKind: 'staff',
    subjectId: advisor,
    detail: { customers: facts.length },
  })
  return new File([facts.map(vcard).join('')], 'customers.vcf', { type })
}
