export const churnTexts = {
  zh: {
    title: '流失等级',
    intro: '按客户最近一次进厂至今的时间划分。客户列表、客户页、群发名单和基盘分析都按这里的界限；保存后立即生效。',
    months: '个月',
    hint: (from: number, to: number) =>
      from === 0 ? `最近进厂在 ${to} 个月以内` : `超过 ${from} 个月，不超过 ${to} 个月`,
    beyond: (v: { band: string; months: number }) => `超过 ${v.months} 个月未进厂：${v.band}。从未进厂的客户不分等级。`,
  },
  en: {
    title: 'Churn bands',
    intro:
      'By the time since the last visit of a customer. The list and page of customers, notices and the analysis of the base use these limits as soon as they are saved.',
    months: 'months',
    hint: (from: number, to: number) =>
      from === 0 ? `months since the visit: up to ${to}` : `more than ${from}, up to ${to}`,
    beyond: (v: { band: string; months: number }) =>
      `Beyond ${v.months} months without a visit: ${v.band}. Who never came has no band.`,
  },
} as const
