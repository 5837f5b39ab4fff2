import type { Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValues } from './attempt-values.ts'

/** 投诉 A complaint raised in a call (CARE-15): for the care manager, first in the list. */
export const complaint: Programme = {
  key: 'complaint',
  zh: '投诉处理',
  en: 'Complaint',
  work: 'call',
  subject: 'vehicle',
  purpose: 'complaint',
  values: attemptValues,
  policy: attemptPolicy,
  script: '您好，{{客户姓名}}，我是{{门店}}的{{专员}}。您刚才反映的问题我们已经记录，想向您了解详细情况，并给您答复。',
  standard: { reminded: 1 },
}
