/** The variables a script 话术 may use, each with the names it goes by (CARE-16). The first is the one pages offer in Chinese. */
export const SCRIPT_VARIABLES = {
  customerName: ['客户姓名', '姓名', '客户', 'customer'],
  honorific: ['称呼', '尊称'],
  phone: ['电话', '手机'],
  plate: ['车牌', '车牌号'],
  model: ['车型', '车辆'],
  brand: ['品牌'],
  vinTail: ['VIN尾号', '车架号后六位'],
  odometer: ['里程', '当前里程'],
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

/** The names in a template that no variable goes by, for the check before a script is saved. */
export function unknownVariables(template: string): readonly string[] {
  return fillScript(template, {}).unknown
}
