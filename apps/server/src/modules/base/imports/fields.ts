import type { importKinds } from '@changhui/contract/imports'

export type ImportKind = (typeof importKinds)[number]

/** How a cell of the field is read. */
export type FieldType =
  | 'name'
  | 'phone'
  | 'text'
  | 'day'
  | 'sex'
  | 'locality'
  | 'energy'
  | 'purpose'
  | 'vin'
  | 'plate'
  | 'count'
  | 'km'
  | 'money'
  | 'quantity'
  | 'payer'
  | 'lineKind'

interface Field {
  readonly type: FieldType
  readonly zh: string
  readonly en: string
  /** Header words, already in the form of `headerWord`. The field's own zh and en count too. */
  readonly also: readonly string[]
  readonly kinds?: readonly ImportKind[]
  readonly required?: readonly ImportKind[]
  /** Longest text that is kept. */
  readonly max?: number
}

const sold: readonly ImportKind[] = ['customers', 'deliveries']
const visits: readonly ImportKind[] = ['visits']

const field = (type: FieldType, zh: string, en: string, also: string, rest: Partial<Field> = {}): Field => ({
  type,
  zh,
  en,
  also: also.split(' ').filter((word) => word !== ''),
  ...rest,
})

/** Every field a column can be read into. The order is the order of the mapping page, and the earlier wins a header. */
export const fields = {
  name: field(
    'name',
    '客户姓名',
    'Customer name',
    '姓名 客户 客户名称 客户名 车主 车主姓名 车主名称 名称 联系人 联系人姓名 送修人 送修人姓名 购车人 name customer owner ownername fullname clientname client customerfullname businesspartnername partnername buyer buyername contact contactname contactperson',
    { required: ['customers', 'deliveries', 'visits'] },
  ),
  phone: field(
    'phone',
    '手机',
    'Phone',
    '手机号 手机号码 电话 电话号码 联系电话 联系方式 联系手机 客户电话 客户手机 车主电话 车主手机 移动电话 送修人电话 送修人手机 phonenumber phoneno mobile mobilephone mobilenumber mobileno cell cellphone tel telephone contactnumber contactphone customerphone customermobile',
  ),
  phone2: field(
    'phone',
    '备用电话',
    'Second phone',
    '电话2 手机2 其他电话 备用手机 备用联系电话 固定电话 座机 家庭电话 办公电话 第二联系电话 phone2 mobile2 otherphone homephone workphone officephone landline alternatephone',
  ),
  vin: field(
    'vin',
    '车架号',
    'VIN',
    'vin码 vin号 车架号码 车架号vin 底盘号 底盘号码 车辆识别代号 车辆识别代码 车辆识别码 车辆识别号 识别代码 大架号 vincode vinno vinnumber chassis chassisno chassisnumber frameno framenumber vehicleidentificationnumber',
  ),
  plate: field(
    'plate',
    '车牌号',
    'Plate',
    '车牌 车牌号码 牌照 牌照号 牌照号码 牌号 号牌 号牌号码 车号 车辆牌照 licenseplate licenceplate platenumber plateno licenseno licenceno vehicleno vehiclenumber regno registration registrationno registrationnumber carno carnumber',
  ),
  brand: field('text', '品牌', 'Brand', '车辆品牌 厂牌 make carbrand vehiclebrand vehiclemake', { max: 40 }),
  series: field('text', '车系', 'Series', '车辆系列 carseries vehicleseries', { max: 60 }),
  model: field('text', '车型', 'Model', '车辆型号 型号 车型名称 车款 carmodel vehiclemodel modelname', { max: 80 }),
  energy: field('energy', '能源类型', 'Energy', '能源 燃料 燃料类型 燃料种类 动力类型 fuel fueltype energytype'),
  purpose: field('purpose', '使用性质', 'Use', '车辆用途 用途 usage purpose vehicleuse'),
  deliveredOn: field(
    'day',
    '交车日期',
    'Delivery date',
    '交付日期 提车日期 销售日期 购车日期 交车时间 购买日期 购车时间 销售时间 开票日期 deliverydate delivered deliveredon salesdate saledate purchasedate dateofsale solddate deliveredat',
    { kinds: ['customers', 'deliveries'], required: ['deliveries'] },
  ),
  warrantyEndOn: field(
    'day',
    '质保到期',
    'Warranty end',
    '质保到期日 质保到期日期 质保截止日期 保修到期 保修到期日 保修到期日期 保修截止日期 warrantyend warrantyenddate warrantyexpiry warrantyuntil warrantyexpirydate',
    { kinds: sold },
  ),
  warrantyEndKm: field('count', '质保里程', 'Warranty km', '保修里程 质保公里数 warrantymileage warrantykm', {
    kinds: sold,
  }),
  inspectionDueOn: field(
    'day',
    '年检到期',
    'Inspection due',
    '年检到期日 年检到期日期 年检日期 年审到期 年审日期 检验有效期止 检验有效期 验车日期 inspectiondue inspectiondate inspectionexpiry inspectionduedate motdue',
    { kinds: sold },
  ),
  compulsoryInsurer: field('text', '交强险公司', 'Compulsory insurer', '交强险保险公司 交强险承保公司', {
    max: 40,
    kinds: sold,
  }),
  compulsoryExpiryOn: field(
    'day',
    '交强险到期',
    'Compulsory insurance end',
    '交强险到期日 交强险到期日期 交强险止期 compulsoryexpiry compulsoryinsuranceexpiry',
    { kinds: sold },
  ),
  commercialInsurer: field(
    'text',
    '商业险公司',
    'Commercial insurer',
    '保险公司 承保公司 商业险保险公司 商业险承保公司 insurer insurancecompany',
    { max: 40, kinds: sold },
  ),
  commercialExpiryOn: field(
    'day',
    '保险到期',
    'Insurance end',
    '保险到期日 保险到期日期 保险止期 商业险到期 商业险到期日 商业险到期日期 商业险止期 保单到期日 insuranceexpiry insuranceend insuranceexpirydate commercialexpiry policyend',
    { kinds: sold },
  ),
  intervalMonths: field('count', '保养间隔（月）', 'Interval months', '保养间隔月 保养周期月 intervalmonths', {
    kinds: sold,
  }),
  intervalKm: field('count', '保养间隔（公里）', 'Interval km', '保养间隔公里 保养间隔里程 保养里程间隔 intervalkm', {
    kinds: sold,
  }),
  arrivedOn: field(
    'day',
    '进厂日期',
    'Arrival date',
    '进厂时间 进店日期 进店时间 来店日期 回厂日期 入厂日期 维修日期 维修时间 开单日期 开单时间 工单日期 接车日期 接车时间 服务日期 业务日期 日期 arrivaldate arrivedon arrived visitdate servicedate repairdate orderdate rodate jobcarddate jobdate opendate opened date',
    { kinds: visits, required: visits },
  ),
  completedOn: field(
    'day',
    '完工日期',
    'Completion date',
    '完工时间 竣工日期 竣工时间 交车日期 交车时间 结算日期 结算时间 结单日期 出厂日期 开票日期 invoicedate completiondate completedon completed closeddate closedate finishdate settlementdate deliverydate',
    { kinds: visits },
  ),
  mileageKm: field(
    'km',
    '里程',
    'Mileage',
    '公里数 里程数 行驶里程 进厂里程 进店里程 行驶公里数 当前里程 当前公里数 表显里程 里程公里 里程km odometer mileagekm km kms kilometers kilometres currentkm currentkmreading kmreading odometerreading currentmileage miles',
    { kinds: visits },
  ),
  orderNo: field(
    'text',
    '工单号',
    'Order number',
    '工单编号 工单 维修单号 维修工单号 委托书号 委托单号 结算单号 单号 施工单号 orderno ordernumber order ro rono ronumber repairorder repairorderno jobcard jobcardno jobcardnumber workorder workorderno invoiceno invoicenumber',
    { max: 40, kinds: visits },
  ),
  visitKind: field(
    'text',
    '维修类型',
    'Visit type',
    '维修类别 业务类型 业务类别 服务类型 工单类型 作业类型 修理类别 visittype visitkind servicetype repairtype ordertype jobtype kind type',
    { max: 60, kinds: visits },
  ),
  item: field(
    'text',
    '项目',
    'Item',
    '维修项目 服务项目 项目名称 维修内容 作业内容 作业项目 工时项目 配件名称 维修项目名称 保养项目 items operation operations description servicedescription workdone invoicelinetext linetext job work partname service services',
    { max: 2000, kinds: visits },
  ),
  lineKind: field('lineKind', '项目类别', 'Line kind', '工时配件 linetype', { kinds: visits }),
  quantity: field('quantity', '数量', 'Quantity', 'qty count', { kinds: visits }),
  amount: field('money', '金额', 'Amount', '小计 项目金额 行金额 价格 单价 lineamount price lineprice', {
    kinds: visits,
  }),
  payer: field('payer', '付费方式', 'Payer', '付费类别 结算类型 支付方 账类 payertype paytype paidby', {
    kinds: visits,
  }),
  total: field(
    'money',
    '总金额',
    'Total',
    '合计 合计金额 结算金额 应收金额 实收金额 总计 工单金额 totalamount grandtotal invoiceamount invoicetotal',
    { kinds: visits },
  ),
  customerAmount: field('money', '自费金额', 'Customer pays', '客户付费 自费 客付金额 customeramount', {
    kinds: visits,
  }),
  warrantyAmount: field('money', '保修金额', 'Warranty pays', '索赔金额 三包金额 warrantyamount', { kinds: visits }),
  insuranceAmount: field('money', '保险金额', 'Insurance pays', '保险赔付金额 insuranceamount', { kinds: visits }),
  internalAmount: field('money', '内部金额', 'Internal', '内部结算金额 内返金额 internalamount', { kinds: visits }),
  advisor: field('text', '服务顾问', 'Service advisor', '顾问 sa 接待员 接待人 advisor serviceadvisor adviser', {
    max: 40,
    kinds: visits,
  }),
  technician: field('text', '技师', 'Technician', '维修技师 主修人 主修技师 维修工 维修人 mechanic tech', {
    max: 40,
    kinds: visits,
  }),
  sex: field('sex', '性别', 'Sex', 'gender'),
  birthday: field('day', '生日', 'Birthday', '出生日期 出生年月 客户生日 birthdate dateofbirth dob'),
  wechatId: field('text', '微信', 'WeChat', '微信号 wechatid wechatno weixin', { max: 64 }),
  email: field('text', '邮箱', 'E-mail', '电子邮箱 电子邮件 邮件 emailaddress mail', { max: 120 }),
  address: field('text', '地址', 'Address', '联系地址 通讯地址 住址 家庭住址 客户地址 详细地址 postaladdress street', {
    max: 200,
  }),
  region: field('text', '地区', 'Region', '区域 所在地区 城市 省市 区县 city district province area', { max: 60 }),
  locality: field('locality', '本地/外地', 'Local', '本地外地 是否本地 本外地 localoroutoftown'),
  occupation: field('text', '职业', 'Occupation', '岗位 职务 job profession', { max: 60, kinds: sold }),
  industry: field('text', '行业', 'Industry', '所属行业 sector', { max: 60 }),
  source: field('text', '来源', 'Source', '客户来源 信息来源 渠道 customersource leadsource channel', { max: 60 }),
  memberLevel: field('text', '会员等级', 'Member level', '会员级别 客户等级 memberlevel membership level tier', {
    max: 30,
  }),
} as const satisfies Record<string, Field>

export type FieldKey = keyof typeof fields

export const fieldKeys = Object.keys(fields) as FieldKey[]

/** A field's description. */
export const fieldOf = (key: FieldKey): Field => fields[key]

const forKind = (key: FieldKey, kind: ImportKind) => fieldOf(key).kinds?.includes(kind) ?? true

/** The fields a kind of file can fill. */
export const fieldsOf = (kind: ImportKind): FieldKey[] => fieldKeys.filter((key) => forKind(key, kind))

/** Fields a kind cannot do without. */
export const requiredFields = (kind: ImportKind): FieldKey[] =>
  fieldKeys.filter((key) => fieldOf(key).required?.includes(kind))

/** What the mapping page offers. */
export const fieldList = (kind: ImportKind) =>
  fieldsOf(kind).map((key) => {
    const { zh, en, required } = fieldOf(key)
    return { key, zh, en, required: required?.includes(kind) ?? false }
  })
