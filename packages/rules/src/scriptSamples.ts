import { SCRIPT_VARIABLES, type ScriptValues, type ScriptVariable } from './script.ts'

/** What editors show of each variable: its English name and a made-up value for the preview. */
const samples: Readonly<Record<ScriptVariable, readonly [en: string, sample: string]>> = {
  customerName: ['Customer name', '王小明'],
  honorific: ['Form of address', '王先生'],
  phone: ['Phone', '138****0000'],
  plate: ['Plate', '京A·D1234'],
  model: ['Model', '轩逸 1.6L'],
  brand: ['Brand', '东风'],
  vinTail: ['VIN, last six', '012345'],
  odometer: ['Odometer now', '32,000 公里'],
  monthlyKm: ['Driven in a month', '约 1,200 公里'],
  visitCount: ['Visits so far', '8 次'],
  lastVisitOn: ['Last visit', '5月18日'],
  lastServiceOn: ['Last service', '5月18日'],
  lastServiceKm: ['Odometer at last service', '25,000 公里'],
  dueOn: ['Due on', '11月28日'],
  dueBy: ['Why due', '距上次保养已满 6 个月'],
  dueKm: ['Due at', '30,000 公里'],
  serviceName: ['Service', '常规保养'],
  storeName: ['Store', '常回示范店'],
  storePhone: ['Store phone', '010-0000 0000'],
  storeAddress: ['Store address', '示范路 1 号'],
  openingHours: ['Opening hours', '每天 08:30–17:30'],
  agentName: ['Agent', '李客服'],
  advisorName: ['Service advisor', '赵顾问'],
  today: ['Today', '11月20日'],
  memberLevel: ['Member level', '金卡'],
  deliveredOn: ['Delivered on', '2025年5月18日'],
  arrivesOn: ['Arrives on', '12月3日'],
  warrantyUntil: ['Warranty until', '2028年5月18日'],
  inspectionBy: ['Inspection by', '2027年5月31日'],
  policyEndsOn: ['Policy ends on', '12月18日'],
  insurer: ['Insurer', '示范保险'],
  festival: ['Festival', '春节'],
  weather: ['Weather', '今晚有大雪'],
  advice: ['Tip for use', '天气转冷，请检查防冻液'],
  appointmentAt: ['Appointment', '11月25日 10:00'],
  eventName: ['Event', '车主课堂'],
  eventOn: ['Event time', '12月5日 14:00'],
  eventPlace: ['Event place', '展厅二楼'],
}

/** A made-up value for each variable. */
export const sampleValues: ScriptValues = Object.fromEntries(
  Object.entries(samples).map(([name, [, sample]]) => [name, sample]),
)

/** Every variable by the name pages put in, with its English name and sample. */
export const variableList = Object.entries(samples).map(([name, [en, sample]]) => {
  const [zh] = SCRIPT_VARIABLES[name as ScriptVariable]
  return { name: zh, zh, en, sample }
})

/** What only the cause of a message knows: no customer's facts fill these. */
export const CAUSE_VARIABLES: readonly ScriptVariable[] = [
  'festival',
  'weather',
  'advice',
  'appointmentAt',
  'arrivesOn',
  'eventName',
  'eventOn',
  'eventPlace',
]
