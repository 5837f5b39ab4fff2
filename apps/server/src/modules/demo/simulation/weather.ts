import type { Scope } from '../../../platform/scope.ts'
import { addAlert, endWhatIsOver } from '../../weather/alerts.ts'
import type { SimWorld } from './world.ts'

const kinds = ['大雾', '暴雨', '寒潮', '大风'] as const
const districts = ['虚河区', '望川区', '南屏区', '云台区'] as const

/** A warning for one district every ten days or so, entered in the morning. */
export async function weatherToday({ luck }: SimWorld, scope: Scope): Promise<void> {
  await endWhatIsOver(scope)
  const day = scope.today.toString()
  if (!luck.yes(0.1, 'weather', day)) return
  const area = `云江省虚川市${luck.pick(districts, 'district', day)}`
  const endsAt = scope.now.add({ hours: luck.int(8, 30, 'hours', day) }).toString()
  await addAlert(scope, { area, kind: luck.pick(kinds, 'kind', day), level: 'yellow', endsAt })
}
