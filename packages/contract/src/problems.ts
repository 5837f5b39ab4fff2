import { z } from 'zod'
import { contactProblems } from './contact-problems.ts'

/** Every problem a person can meet: the reason and the way out, in both languages. `{name}` is filled from `values`. */
export const problems = {
  ...contactProblems,
  'input.invalid': {
    zh: '提交的内容有误，请按提示修改后重试。',
    en: 'Something entered is not right. Correct the marked field and try again.',
  },
  'sign-in.needed': { zh: '登录已失效，请重新登录。', en: 'You are not signed in any more. Please sign in again.' },
  'sign-in.refused': {
    zh: '登录名或密码不正确，请核对后重试；忘记密码请联系管理员重置。',
    en: 'The sign-in name or password is not right. Check and try again; if you forgot it, ask your administrator for a new one.',
  },
  'sign-in.disabled': {
    zh: '这个账号已停用，请联系门店管理员。',
    en: 'This account is switched off. Contact your store’s administrator.',
  },
  'password.wrong': {
    zh: '当前密码不正确，请重新输入。',
    en: 'The current password is not right. Enter it again.',
  },
  'origin.foreign': {
    zh: '请求来自其他网站，已被拒绝。请从系统页面重新操作；若经过代理访问，请管理员设置 CHANGHUI_ORIGIN。',
    en: 'The request came from another site and was refused. Use the pages of this system; behind a proxy, have CHANGHUI_ORIGIN set.',
  },
  'request.too-large': {
    zh: '提交的内容过大，请减少内容后重试。',
    en: 'What was sent is too large. Send less and try again.',
  },
  'request.type': {
    zh: '不支持这种内容类型，请以 application/json 提交。',
    en: 'This content type is not supported. Send application/json.',
  },
  'server.failed': {
    zh: '系统出错，未能完成操作，请稍后重试；若仍不行，请把编号 {errorId} 告诉管理员。',
    en: 'Something failed on our side and the action was not done. Try again shortly; if it stays, give your administrator the number {errorId}.',
  },
  'permission.missing': {
    zh: '您的岗位没有此项权限，如有需要请联系管理员。',
    en: 'Your role does not include this. Ask your administrator if you need it.',
  },
  'store.not-yours': {
    zh: '您不属于这家门店，请切换到自己的门店。',
    en: 'This store is not one of yours. Switch to your own store.',
  },
  'not-found': {
    zh: '没有找到这条记录，可能已被合并或移除，请返回列表刷新。',
    en: 'This record was not found; it may have been merged or removed. Go back and refresh the list.',
  },
  'version.changed': {
    zh: '这条记录刚被别人修改过。您的内容还在，请核对最新内容后再保存。',
    en: 'Someone else changed this record just now. Your text is kept: look at the new state, then save again.',
  },
  'rate.too-many': {
    zh: '操作过于频繁，请 {seconds} 秒后再试。',
    en: 'Too many requests. Try again in {seconds} seconds.',
  },
  'bands.not-rising': {
    zh: '各等级的月数须为 1–120 的整数，且逐级增大。请修改标出的数值。',
    en: 'The months of the bands are whole numbers from 1 to 120, each greater than the one before. Correct the marked value.',
  },
  'phone.invalid': {
    zh: '“{value}”不是有效的电话号码，请核对后重新填写。',
    en: '“{value}” is not a phone number. Check it and enter it again.',
  },
  'phone.duplicate': { zh: '这个号码已经登记在该客户名下。', en: 'This customer already has that number.' },
  'name.missing': { zh: '请填写姓名。', en: 'Enter a name.' },
  'vin.invalid': {
    zh: '车架号应为 17 位，且不含 I、O、Q，请核对行驶证。',
    en: 'A VIN has 17 characters without I, O and Q. Check the vehicle licence.',
  },
  'visit.known': {
    zh: '该车当天同一工单号（或同为无工单号）的进厂已登记，内容不同。请核对已有记录，或填写工单号。',
    en: 'A visit of this car on that day with this order number (or also without one) is recorded already and says something else. Look at it first, or enter the order number.',
  },
  'plate.invalid': {
    zh: '车牌过长，请核对行驶证。',
    en: 'The plate is too long. Check the vehicle licence.',
  },
  'vin.taken': {
    zh: '这个车架号已登记在另一位客户名下，请先查找该车辆。',
    en: 'Another vehicle already has this VIN. Search for it first.',
  },
  'date.invalid': {
    zh: '日期不存在，请按 年-月-日 填写。',
    en: 'That date does not exist. Write it as year-month-day.',
  },
  'date.future': { zh: '日期不能晚于今天。', en: 'The date cannot be later than today.' },
  'date.past': { zh: '日期不能早于今天。', en: 'The date cannot be earlier than today.' },
  'odometer.refused': {
    zh: '里程 {km} 公里与历史读数不符（{reason}），请核对仪表盘。',
    en: 'An odometer of {km} km does not fit the history ({reason}). Check the dashboard.',
  },
  'task.taken': {
    zh: '这位客户正由{name}联系，请领取下一位。',
    en: '{name} is already calling this customer. Take the next one.',
  },
  'task.closed': {
    zh: '这项任务刚刚已结束（{outcome}），无需再打电话。',
    en: 'This task has just ended ({outcome}). No call is needed.',
  },
  'task.held': {
    zh: '按触达规则，{until} 之前不打扰这位客户，到时会自动回到清单。请领取下一位。',
    en: 'The contact rules leave this customer in peace until {until}; the call comes back by itself. Take the next one.',
  },
  'task.blocked': {
    zh: '这位客户没有可用号码，请先补充号码。',
    en: 'This customer has no usable number. Add one first.',
  },
  'outcome.detail-missing': { zh: '请补充“{field}”后再提交。', en: 'Fill in “{field}” before saving this outcome.' },
  'day.closed': { zh: '{day} 门店不营业，请选择营业日。', en: 'The store is closed on {day}. Choose an opening day.' },
  'appointment.not-booked': {
    zh: '这个预约已取消或客户已到店，不能改期。如客户仍要来，请先恢复预约。',
    en: 'This appointment was cancelled, or the customer has been here. Restore it first if he is still to come, then move it.',
  },
  'file.unreadable': {
    zh: '无法读取这个文件：{reason}。请导出为 .xlsx 或 .csv 后重试。',
    en: 'This file cannot be read: {reason}. Export it as .xlsx or .csv and try again.',
  },
  'file.too-large': {
    zh: '文件超过 {limit}，请拆分后上传。',
    en: 'The file is larger than {limit}. Split it and upload the parts.',
  },
  'file.empty': { zh: '文件里没有数据行。', en: 'The file has no data rows.' },
  'mapping.column-missing': {
    zh: '请为必填项“{field}”选择对应的列。',
    en: 'Choose a column for the required field “{field}”.',
  },
  'import.busy': {
    zh: '这个文件正在导入，请等待完成。',
    en: 'This file is being imported already. Wait until it is done.',
  },
  'import.not-ready': { zh: '请先完成列对应并试运行。', en: 'Finish the column mapping and the dry run first.' },
  'hours.invalid': {
    zh: '营业时间有误：结束时间应晚于开始时间。',
    en: 'Opening hours are not right: closing must be later than opening.',
  },
  'staff.username-taken': { zh: '这个登录名已被使用，请换一个。', en: 'This sign-in name is taken. Choose another.' },
  'staff.last-administrator': {
    zh: '门店至少要保留一位可登录的管理员。',
    en: 'A store keeps at least one administrator who can sign in.',
  },
  'staff.of-several-stores': {
    zh: '此人还在其他门店或集团任职，请由兼管这些门店或集团的管理员修改。',
    en: 'This person works in other stores or for a group too. An administrator of those as well must make this change.',
  },
  'staff.beyond-own': {
    zh: '该岗位的权限超出您自己的权限，请由系统管理员操作。',
    en: 'This role may do more than your own. An administrator must make this change.',
  },
  'password.weak': {
    zh: '密码至少 10 位，且不能是常见密码。',
    en: 'A password has at least 10 characters and is not a common one.',
  },
  'setup.done': { zh: '系统已经完成初始化，请直接登录。', en: 'Set-up is already done. Please sign in.' },
  'store.code-taken': { zh: '门店编码已被使用，请换一个。', en: 'This store code is taken. Choose another.' },
  'view.name-taken': { zh: '已有同名视图，请换个名字。', en: 'A view of this name exists. Choose another name.' },
  'merge.already': {
    zh: '其中一位客户刚刚已被合并，请刷新后再看。',
    en: 'One of these records has just been merged. Refresh and look again.',
  },
  'merge.itself': {
    zh: '请选择两条不同的客户记录再合并。',
    en: 'Choose two different records to merge.',
  },
  'merge.on-the-phone': {
    zh: '{name}正在与这位客户通话，请在通话记录保存后再合并。',
    en: '{name} is on the phone with this customer. Merge once that call is reported.',
  },
  'merge.undone': {
    zh: '这次合并已经撤销过了。',
    en: 'This merge has been taken back already.',
  },
  'merge.survivor-merged': {
    zh: '保留的客户后来又被合并到别的客户，请先撤销那一次合并。',
    en: 'The record that stayed was itself merged later. Take that merge back first.',
  },
  'merge.later-merge': {
    zh: '之后又有记录合并到这位客户，请先撤销较晚的那一次合并。',
    en: 'Another record was merged into this customer later. Take that merge back first.',
  },
  'merge.depends-visit': {
    zh: '合并之后，随之转入的车辆又有了进厂或预约，无法自动分开。请在客户页面上手工更正。',
    en: 'Since the merge a car that came along visited or was booked, so it cannot be taken apart by itself. Correct it on the customer’s page.',
  },
  'merge.depends-call': {
    zh: '合并之后，已为转入的任务打过电话，无法自动分开。请在客户页面上手工更正。',
    en: 'Since the merge a task that came along was called about, so it cannot be taken apart by itself. Correct it on the customer’s page.',
  },
  'merge.depends-changed': {
    zh: '合并时改动的内容（资料、授权、号码、车辆或任务）后来又被修改，无法自动分开。请在客户页面上手工更正。',
    en: 'What the merge had changed (details, consents, numbers, cars or tasks) was changed again since, so it cannot be taken apart by itself. Correct it on the customer’s page.',
  },
  'answer.filled': {
    zh: '“{field}”刚刚已由他人填写，请刷新核对。',
    en: '“{field}” was filled in by someone else just now. Refresh and look.',
  },
  'share.not-advisor': {
    zh: '只能分配给本店在岗的服务顾问，请重新选择。',
    en: 'Only a working advisor of this store can be given customers. Choose another.',
  },
  'share.month-future': {
    zh: '这个月还没有开始，请选择本月或更早的月份。',
    en: 'That month has not begun. Choose this month or an earlier one.',
  },
  'register.changed': {
    zh: '打印之后预约有变动，请核对最新名单、重新打印后再交接。',
    en: 'Bookings changed since it was printed. Look at the new list, print it again, then hand it over.',
  },
  'idempotency.reused': {
    zh: '同一幂等键用于了不同的请求，请更换后重试。',
    en: 'This idempotency key was used for a different request. Use a new one.',
  },
  'idempotency.running': {
    zh: '相同的请求正在处理，请稍后再试。',
    en: 'The same request is still running. Try again shortly.',
  },
  'setting.out-of-range': {
    zh: '“{field}”应在 {min} 到 {max} 之间。',
    en: '“{field}” must be between {min} and {max}.',
  },
  'idempotency.not-kept': {
    zh: '这个请求已经执行过，其回复含有密钥，不会再次给出。如未收到，请作废后重新创建。',
    en: 'This request was done already and its answer held a secret, which is not given twice. If it was lost, revoke it and create another.',
  },
  'idempotency.key-form': {
    zh: '幂等键应为 1 到 200 个可见的英文字符。',
    en: 'An idempotency key has 1 to 200 visible ASCII characters.',
  },
  'webhook.url-refused': {
    zh: '回调地址必须是 https 地址，且不能指向内部网络。',
    en: 'A webhook address must be https and must not point into the internal network.',
  },
} as const satisfies Record<string, { zh: string; en: string }>

export type ProblemCode = keyof typeof problems

export const problemData = z.object({
  problem: z.string(),
  field: z.string().optional(),
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** Several fields at once (validation); `reason` is a code, the sentence stands beside it. */
  issues: z.array(z.object({ field: z.string(), reason: z.string(), zh: z.string(), en: z.string() })).optional(),
  /** The sentence in both languages, ready to show. */
  zh: z.string(),
  en: z.string(),
})
export type ProblemData = z.infer<typeof problemData>

/** The problem with its sentences filled in. */
export function problem(
  code: ProblemCode,
  extra: { field?: string; values?: Record<string, string | number>; issues?: ProblemData['issues'] } = {},
): ProblemData {
  const fill = (sentence: string) =>
    sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(extra.values?.[name] ?? whole))
  return { problem: code, ...extra, zh: fill(problems[code].zh), en: fill(problems[code].en) }
}
