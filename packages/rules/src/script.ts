/** The variables a script 话术 or a message may use, each with the names it goes by (CARE-16, MSG-01). The first is the one pages offer in Chinese. */
export const SCRIPT_VARIABLES = {
  customerName: ['客户姓名', '姓名', '客户', 'customer'],
  honorific: ['称呼', '尊称'],
  phone: ['电话', '手机'],
  plate: ['车牌', '车牌号'],
  model: ['车型', '车辆'],
  brand: ['品牌'],
  vinTail: ['VIN尾号', '车架号后六位'],
  odometer: ['里程', '当前里程'],
  monthlyKm: ['月均里程', '平均每月里程'],
  visitCount: ['到店次数', '来店次数', '进厂次数'],
  lastVisitOn: ['上次进厂', '上次进厂日期'],
  lastServiceOn: ['上次保养', '上次保养日期'],
  lastServiceKm: ['上次里程', '上次保养里程'],
  dueOn: ['到期日', '保养到期日', '应保养日期'],
  dueBy: ['推算依据'],
  dueKm: ['到期里程', '应保养里程'],
  serviceName: ['保养项目', '项目'],
  storeName: ['门店', '店名', '门店名称', 'store'],
  storePhone: ['门店电话', '预约电话'],
  storeAddress: ['门店地址', '地址'],
  openingHours: ['营业时间'],
  agentName: ['专员', '客服姓名', '坐席', 'agent'],
  advisorName: ['服务顾问', '顾问', 'advisor'],
  today: ['今天', '日期'],
  memberLevel: ['会员等级'],
  deliveredOn: ['交车日期'],
  arrivesOn: ['预计到店日期'],
  warrantyUntil: ['质保到期日', '保修到期日'],
  inspectionBy: ['年检到期日', '年检有效期'],
  policyEndsOn: ['保险到期日', '保单到期日'],
  insurer: ['保险公司'],
  festival: ['节日'],
  weather: ['天气'],
  advice: ['用车提示', '提示'],
  appointmentAt: ['预约时间'],
  eventName: ['活动名称', '活动'],
  eventOn: ['活动时间', '活动日期'],
  eventPlace: ['活动地点'],
} as const satisfies Record<string, readonly string[]>

export type ScriptVariable = keyof typeof SCRIPT_VARIABLES
export type ScriptValues = { readonly [name in ScriptVariable]?: string | null }

/** The filled text; `unknown`: names no variable goes by, left standing as written; `missing`: known, but without a value. */
export interface FilledScript {
  readonly text: string
  readonly unknown: readonly string[]
  readonly missing: readonly ScriptVariable[]
}

/** `customer_name`, `Customer Name` and `customerName` are the same. */
const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '')

const isVariable = (name: string): name is ScriptVariable => name in SCRIPT_VARIABLES
const byName = new Map(
  Object.entries(SCRIPT_VARIABLES).flatMap(([name, aliases]) =>
    isVariable(name) ? [name, ...aliases].map((alias) => [plain(alias), name] as const) : [],
  ),
)

// Braces are typed full-width by a Chinese keyboard; a name holds no brace, so that a stray `{{` swallows nothing.
const PLACE = /(?:\{\{|｛｛)\s*([^{}｛｝]{1,40}?)\s*(?:\}\}|｝｝)|[{｛]\s*([^{}｛｝]{1,40}?)\s*[}｝]/g

/** Fills `{{客户姓名}}`- or `{客户姓名}`-like places of a script (CARE-16). A value is put in as it is, never read as a template again. */
export function fillScript(template: string, values: ScriptValues): FilledScript {
  const unknown = new Set<string>()
  const missing = new Set<ScriptVariable>()
  const text = template.replace(PLACE, (place: string, twice?: string, once?: string) => {
    const name = twice ?? once ?? ''
    const variable = byName.get(plain(name))
    if (!variable) {
      unknown.add(name)
      return place
    }
    const value = values[variable]
    if (value) return value
    missing.add(variable)
    return '——'
  })
  return { text, unknown: [...unknown], missing: [...missing] }
}

/** The variable a name stands for, in any of its spellings; undefined for a name nobody knows. */
export function variableOf(name: string): ScriptVariable | undefined {
  return byName.get(plain(name))
}

/** The variables a template uses, each once, in the order of their first place. */
export function variablesIn(template: string): readonly ScriptVariable[] {
  return fillScript(template, {}).missing
}

const DOUBLE_SURNAMES = /^(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|端木|百里|南宫|长孙)/

/** How a customer is addressed: 王女士, 欧阳先生; a company, a foreign name or one without a known sex by the name as it stands. */
export function honorificOf(name: string, sex: string | null | undefined): string {
  const short = /^\p{Script=Han}{1,4}$/u.test(name)
  if (!short || /先生|女士|小姐|师傅|公司|车队|单位$/.test(name)) return name
  const surname = DOUBLE_SURNAMES.exec(name)?.[0] ?? name.slice(0, 1)
  return sex === 'female' ? `${surname}女士` : sex === 'male' ? `${surname}先生` : name
}

/** The names in a template that no variable goes by, for the check before a script is saved. */
export function unknownVariables(template: string): readonly string[] {
  return fillScript(template, {}).unknown
}
