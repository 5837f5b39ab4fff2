/** What a person can meet when getting in touch with customers: texts, messages, calls, notices, new cars. */
export const contactProblems = {
  'link.no-account': {
    zh: '门店还没有启用微信公众号。请先在“设置 · 消息渠道”中添加。',
    en: 'The store has no WeChat official account in force. Add one under Settings, Message channels first.',
  },
  'link.refused': {
    zh: '微信没有给出二维码：{reason}。请检查公众号设置后重试。',
    en: 'WeChat gave no code: {reason}. Check the account’s settings and try again.',
  },
  'link.taken': {
    zh: '这个账号已绑定在另一位客户名下，请先在那位客户的页面解除。',
    en: 'This id belongs to another customer. Take it away on that customer’s page first.',
  },
  'gate.hours': {
    zh: '免扰时段的起止时间无效，或占满了全天。请填写两个不同的时间，例如 22:00–08:00。',
    en: 'These hours are not valid or fill the whole day. Give two different times, such as 22:00–08:00.',
  },
  'gate.out-of-range': {
    zh: '数值超出范围：天数 1–366、次数 1–100、间隔 0–2160 小时。请修改标出的数值。',
    en: 'This number is out of range: days 1–366, contacts 1–100, hours 0–2160. Correct the marked value.',
  },
  'script.unknown-variable': {
    zh: '话术里有未知变量：{names}。请从变量列表中选择。',
    en: 'The script has unknown variables: {names}. Choose from the list.',
  },
  'template.too-long': {
    zh: '短信最多 {most} 字（含签名与变量），请缩短内容，或改用微信、邮件。',
    en: 'An SMS holds {most} characters at most, signature and values included. Shorten it, or use WeChat or e-mail.',
  },
  'template.subject-missing': { zh: '请填写邮件主题。', en: 'Enter the subject of the e-mail.' },
  'template.no-text': {
    zh: '这个渠道还没有审核通过的内容，请先审核一个版本。',
    en: 'No version of this text is approved on this channel yet. Approve one first.',
  },
  'template.not-for-many': {
    zh: '这类内容由系统在客户办理业务时发送，不能群发。请选择提醒、问候或营销类内容。',
    en: 'The system sends this text when the customer has something running; it is not for many. Choose a reminder, greeting or marketing text.',
  },
  'template.test-limit': {
    zh: '一小时内最多发送 {most} 条测试消息，请稍后再试。',
    en: 'At most {most} test messages an hour. Try again later.',
  },
  'template.recipient': {
    zh: '“{value}”不是这个渠道的收件人：短信填手机号，邮件填邮箱，微信与企业微信填用户编号。',
    en: '“{value}” is no recipient of this channel: a mobile number for SMS, an address for e-mail, a user id for WeChat and WeCom.',
  },
  'audience.changed': {
    zh: '符合条件的客户或内容已有变化（现为 {customers} 位），请核对新的预览后再发送。',
    en: 'The customers or the text have changed ({customers} now). Look at the new preview, then send.',
  },
  'audience.too-many': {
    zh: '一次通知最多 {most} 位客户，请缩小筛选范围。',
    en: 'One notice goes to {most} customers at most. Narrow the filters.',
  },
  'channel.endpoint-refused': {
    zh: '这个地址不能作为服务商地址，请填写服务商给出的地址，或留空使用公网地址。',
    en: 'This address cannot be a provider’s. Enter the one the provider gave you, or leave it empty for the public one.',
  },
  'channel.secret-missing': {
    zh: '请填写“{field}”。',
    en: 'Enter “{field}”.',
  },
  'channel.secret-unreadable': {
    zh: '本机打不开已保存的密钥（CHANGHUI_SECRET 或数据目录已更换）。请重新填写密钥并保存。',
    en: 'This machine cannot open the stored secrets (CHANGHUI_SECRET or the data folder changed). Enter them again and save.',
  },
  'channel.provider-fixed': {
    zh: '账号的服务商不能更改，请新增一个账号。',
    en: 'The provider of an account cannot be changed. Add another account.',
  },
  'weather.area': {
    zh: '看不出是哪个地区，请写省、市、区县的全称，如“北京市海淀区”。',
    en: 'That is no administrative area. Write province, city and district in full, in Chinese.',
  },
  'weather.over': {
    zh: '预警的结束时间应晚于现在和发布时间。',
    en: 'A warning must end later than now and later than it was issued.',
  },
  'weather.host': {
    zh: '请填写和风天气控制台给出的 API Host，形如 abc123.re.qweatherapi.com。',
    en: 'Enter the API host shown in the QWeather console, such as abc123.re.qweatherapi.com.',
  },
  'weather.account': {
    zh: '启用天气接口需要 API Host、密钥和门店经纬度，请补全。',
    en: 'The weather provider needs the API host, the key and the store’s latitude and longitude. Fill in what is missing.',
  },
  'order.ended': {
    zh: '这份订单已交车或已取消，不能再推进。',
    en: 'This order is delivered or cancelled and cannot be moved on.',
  },
  'order.step-order': {
    zh: '进度日期不能早于前一步（{day}）。',
    en: 'A step cannot be earlier than the one before it ({day}).',
  },
  'class.full': {
    zh: '这期讲堂已满 {capacity} 人，请改报下一期或增加名额。',
    en: 'This class has its {capacity} guests. Take the next class or add seats.',
  },
  'class.over': {
    zh: '这期讲堂已结束或已取消。',
    en: 'This class is over or cancelled.',
  },
  'extension.taken': {
    zh: '分机 {extension} 已分配给{name}，请先收回或换一个分机。',
    en: 'Extension {extension} belongs to {name}. Take it back first or choose another.',
  },
  'recording.none': {
    zh: '这通电话没有录音，或呼叫中心还没有送来录音地址，请稍后再试。',
    en: 'This call has no recording, or the call centre has not sent its link yet. Try again later.',
  },
  'recording.link-missing': {
    zh: '“recording”事件必须带录音地址 recordingUrl（http 或 https）。',
    en: 'A “recording” event needs recordingUrl (http or https).',
  },
  'audit.month-running': {
    zh: '{month} 还没有结束，月底过后才能抽取当月的续保电话。',
    en: '{month} is not over yet. Its renewal calls can be drawn from the 1st of the next month on.',
  },
  'phone.unusable': {
    zh: '这个号码已标记为空号或非本人，请改打其他号码，或先把号码改回可用。',
    en: 'This number is marked dead or wrong. Dial another one, or set it back to usable first.',
  },
} as const satisfies Record<string, { zh: string; en: string }>
