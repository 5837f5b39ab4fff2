/** Why a row was refused (first part) or a value not used (second part), with the way out. `{value}` stands beside it on the page. */
export const importReasons = {
  'name.missing': { zh: '没有客户姓名，请补上', en: 'No customer name. Add it' },
  'name.too-long': { zh: '姓名超过 60 个字，请缩短', en: 'The name is longer than 60 characters. Shorten it' },
  'phone.scientific': {
    zh: '号码被表格存成科学计数（如 1.38E+10），末位已丢失；请把该列设为文本后重新导出',
    en: 'The spreadsheet stored the number as 1.38E+10 and lost digits. Make the column text and export again',
  },
  'phone.masked': { zh: '号码被打码，请换成完整号码', en: 'The number is masked. Enter the whole number' },
  'phone.foreign': { zh: '不是中国大陆号码，请核对', en: 'Not a mainland-China number. Check it' },
  'phone.characters': { zh: '号码里有文字或符号，请核对', en: 'There are letters or signs in the number. Check it' },
  'phone.too-short': { zh: '号码位数不够，请核对', en: 'The number is too short. Check it' },
  'phone.too-long': { zh: '号码位数过多，请核对', en: 'The number is too long. Check it' },
  'phone.no-area-code': { zh: '固定电话缺少区号，请补上', en: 'The landline has no area code. Add it' },
  'phone.lost-zero': {
    zh: '固定电话开头的 0 被表格去掉了，请补上',
    en: 'The spreadsheet dropped the leading 0 of the landline. Add it',
  },
  'phone.unknown-prefix': { zh: '没有这样的号段，请核对', en: 'No such number range. Check it' },
  'date.invalid': {
    zh: '日期不存在或无法识别，请写成 2026-01-31；若是日/月顺序不对，请在列对应页改日期顺序',
    en: 'That date does not exist or cannot be read. Write 2026-01-31; if day and month are swapped, change the date order of the mapping',
  },
  'date.missing': { zh: '没有日期，请补上', en: 'No date. Add it' },
  'date.future': { zh: '日期晚于今天，请核对', en: 'The date is later than today. Check it' },
  'vin.length': { zh: '车架号不是 17 位，请核对行驶证', en: 'The VIN has not 17 characters. Check the licence' },
  'vin.ioq': {
    zh: '车架号不含字母 I、O、Q，可能是 1 或 0，请核对',
    en: 'A VIN has no I, O or Q; perhaps it is 1 or 0. Check it',
  },
  'vin.characters': { zh: '车架号只含字母和数字，请核对', en: 'A VIN has only letters and digits. Check it' },
  'vehicle.missing': {
    zh: '没有车架号或车牌，无法知道是哪辆车；请补上，或在列对应页指定识别车辆的列',
    en: 'No VIN and no plate: the vehicle is not known. Add one, or name the columns that identify it in the mapping',
  },
  'row.too-many-columns': {
    zh: '这一行的列比表头多，可能有未加引号的分隔符，请核对',
    en: 'This row has more columns than the header; perhaps a separator without quotes. Check it',
  },
  'row.bad-quotes': {
    zh: '这一行的引号不成对，请核对',
    en: 'The quotes of this row do not match. Check it',
  },
  'vin.check-digit': {
    zh: '车架号校验位不符，已照录，请核对',
    en: 'The VIN’s check digit does not fit. Kept as written; check it',
  },
  'vin.placeholder': {
    zh: '车架号是占位符，未使用',
    en: 'The VIN is a placeholder and is not used',
  },
  'plate.unusual': { zh: '车牌格式少见，已照录，请核对', en: 'An unusual plate. Kept as written; check it' },
  'plate.too-long': { zh: '车牌过长，未使用', en: 'The plate is too long and is not used' },
  'odometer.zero': { zh: '里程为 0，未使用', en: 'The odometer is 0. Not used' },
  'odometer.not-a-number': { zh: '里程不是数字，未使用', en: 'The odometer is no number. Not used' },
  'odometer.absurd': { zh: '里程不合常理，未使用', en: 'The odometer is not believable. Not used' },
  'odometer.rollback': {
    zh: '里程低于以前的读数，未使用',
    en: 'The odometer is below earlier readings. Not used',
  },
  'odometer.future': { zh: '里程日期晚于今天，未使用', en: 'The reading is dated later than today. Not used' },
  'value.invalid': { zh: '无法识别，未使用', en: 'Not understood and not used' },
  'text.shortened': { zh: '文字过长，已截短', en: 'The text was too long and is shortened' },
  'visit.completed-before': {
    zh: '完工日期早于进厂日期，未使用',
    en: 'Completed before it arrived. The completion date is not used',
  },
  'vehicle.owner-changed': {
    zh: '这辆车原登记在另一位客户名下，已改为本行的客户',
    en: 'The vehicle stood under another customer and now belongs to the one of this row',
  },
  'vehicle.other-owner': {
    zh: '送修人与车主不同，车主未改',
    en: 'Brought in by someone else than the owner. The owner is not changed',
  },
} as const satisfies Record<string, { zh: string; en: string }>

export type ImportReason = keyof typeof importReasons

/** Why a file could not be used, or not to its end. `{…}` is filled from values. */
export const fileReasons = {
  'old-excel': {
    zh: '这是旧版 Excel（.xls），请另存为 .xlsx 后上传',
    en: 'This is an old Excel file (.xls). Save it as .xlsx and upload that',
  },
  encrypted: {
    zh: '文件有密码保护，请去掉密码后上传',
    en: 'The file is protected by a password. Remove it and upload again',
  },
  'other-format': {
    zh: '这是{format}文件，不是 .xlsx 或 .csv；请另存后上传',
    en: 'This is a {format} file, not .xlsx or .csv. Save it as one of them and upload that',
  },
  binary: { zh: '这不是表格文件', en: 'This is not a table' },
  'broken-zip': {
    zh: '.xlsx 文件不完整或已损坏，没有导入任何内容；请重新导出',
    en: 'The .xlsx file is cut off or damaged. Nothing was imported; export it again',
  },
  'too-big-inside': {
    zh: '.xlsx 解压后过大，请拆分或改用 .csv',
    en: 'The .xlsx grows too large when unpacked. Split it or use .csv',
  },
  'no-header': { zh: '第一行没有列名', en: 'The first row has no column names' },
  'no-rows': { zh: '文件里没有数据行', en: 'The file has no data rows' },
  'cut-off-resumes': {
    zh: '文件在第 {row} 行被截断（引号没有闭合）。前 {rows} 行已导入并保留；上传完整文件后会接着导入，已有的不会重复',
    en: 'The file is cut off at row {row} (a quote is not closed). The first {rows} rows are imported and stay; import the whole file and it goes on from there, nothing twice',
  },
  'cut-off-rolled-back': {
    zh: '文件在第 {row} 行被截断（引号没有闭合）。没有导入任何内容，请上传完整文件',
    en: 'The file is cut off at row {row} (a quote is not closed). Nothing was imported; import the whole file',
  },
  'field-unmapped': {
    zh: '没有找到“{field}”这一列，请在列对应页（或 --mapping）指定',
    en: 'No column was found for “{field}”. Choose it in the mapping (or with --mapping)',
  },
  gone: {
    zh: '导入没有完成，文件也不在服务器上。已导入的内容保留；请重新导入同一文件，不会重复',
    en: 'The import did not end and its file is not here. What is in stays; import the file again, nothing comes twice',
  },
  failed: {
    zh: '系统出错，导入中断；已导入的 {rows} 行保留，再次点“导入”会接着进行',
    en: 'Something failed on our side. The {rows} rows that are in stay; start the import again and it goes on',
  },
} as const satisfies Record<string, { zh: string; en: string }>

export type FileReason = keyof typeof fileReasons

/** The sentences of a file's failure, filled in. */
export function fileFailure(code: FileReason, values: Record<string, string | number> = {}) {
  const fill = (sentence: string) =>
    sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
  return { code, zh: fill(fileReasons[code].zh), en: fill(fileReasons[code].en) }
}
