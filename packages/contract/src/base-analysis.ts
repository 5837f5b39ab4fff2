import { z } from 'zod'
import { day, file, ofStore, route } from './meta.ts'

/** Any day of the month that is looked at; not one to come. */
const month = day
/** How many have a value; null: nothing is known. Bands of years are written `25-29`, the last `60-`. */
const figure = z.object({ value: z.string().nullable(), count: z.number() })
/** The values in the order they are shown; `rest`: how many values were left off, and how many have one of them. */
const part = z.object({ rows: z.array(figure), rest: z.object({ values: z.number(), count: z.number() }) })

/** What the base is looked at by, in the order it is shown. */
export const baseParts = [
  'age',
  'vehicleAge',
  'churn',
  'model',
  'region',
  'source',
  'occupation',
  'industry',
  'arrivalRegion',
  'arrivalSource',
] as const
export type BasePart = (typeof baseParts)[number]

/** What the parts are called, on the page and in its workbook. */
export const basePartTitles: Readonly<Record<'zh' | 'en', Readonly<Record<BasePart, string>>>> = {
  zh: {
    age: '客户年龄（岁）',
    vehicleAge: '车龄（满几年）',
    churn: '流失等级',
    model: '车型',
    region: '地区',
    source: '来源',
    occupation: '职业',
    industry: '行业',
    arrivalRegion: '当月来厂客户 · 地区',
    arrivalSource: '当月来厂客户 · 来源',
  },
  en: {
    age: 'Age of customers, years',
    vehicleAge: 'Age of vehicles, full years',
    churn: 'Churn band',
    model: 'Model',
    region: 'Region',
    source: 'Source',
    occupation: 'Occupation',
    industry: 'Industry',
    arrivalRegion: 'Who came, by region',
    arrivalSource: 'Who came, by source',
  },
}

export const baseAnalysisContract = {
  month: route(
    'GET',
    '/stores/{storeId}/base-analysis/{month}',
    'analysis.read',
    'Who the customers and vehicles of a store are at the end of a month, and who came in it (BASE-05)',
  )
    .input(ofStore({ month }))
    .output(
      z.object({
        month: z.string(),
        /** The last day of the month; today in the present one. */
        asOf: z.string(),
        customers: z.number(),
        vehicles: z.number(),
        /** Customers who came in the month, and their visits. */
        arrivals: z.number(),
        visits: z.number(),
        parts: z.record(z.enum(baseParts), part),
      }),
    ),
  export: route(
    'GET',
    '/stores/{storeId}/base-analysis/{month}/export',
    'analysis.read',
    'The same as .xlsx, no value left off; logged',
  )
    .input(ofStore({ month }))
    .output(file),
}
