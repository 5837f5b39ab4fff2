import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fillScript, honorificOf, SCRIPT_VARIABLES, unknownVariables, variableOf, variablesIn } from './script.ts'

it('fills Chinese and English names alike, with either braces and any blanks', () => {
  const values = { customerName: '王女士', plate: '沪A12345', dueOn: '2026-12-01' }
  const template = '{{客户姓名}}您好，您的{{ plate }}应于{{ due_on }}保养。｛｛车牌号｝｝ {{Customer Name}} {customer}'
  expect(fillScript(template, values)).toEqual({
    text: '王女士您好，您的沪A12345应于2026-12-01保养。沪A12345 王女士 王女士',
    unknown: [],
    missing: [],
  })
})

it('leaves unknown names standing and reports them and what has no value, once each', () => {
  expect(fillScript('{{姓明}} {{姓明}} {{dueKm}} {{到期里程}}', { dueKm: null })).toEqual({
    text: '{{姓明}} {{姓明}} —— ——',
    unknown: ['姓明'],
    missing: ['dueKm'],
  })
  expect(unknownVariables('{{constructor}}{{__proto__}}{{客户姓名}}')).toEqual(['constructor', '__proto__'])
})

it('reads no value as a template and survives stray braces', () => {
  expect(fillScript('{{客户姓名}} {{ {{车牌}} }} {{}} {', { customerName: '{{车牌}}$&', plate: 'A' }).text).toBe(
    '{{车牌}}$& {{ A }} {{}} {',
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(fillScript(`x${text}`, {}).text.startsWith('x')).toBe(true)
    }),
  )
})

it('gives every name to one variable only', () => {
  const names = Object.entries(SCRIPT_VARIABLES).flatMap(([name, aliases]) => [name.toLowerCase(), ...aliases])
  expect(new Set(names).size).toBe(names.length)
})

it('addresses a customer by surname and sex, and by the whole name where one of them is unsure', () => {
  const cases = [
    ['王小明', 'male', '王先生'],
    ['欧阳倩', 'female', '欧阳女士'],
    ['王小明', null, '王小明'],
    ['李女士', 'male', '李女士'],
    ['北京某某商贸有限公司', 'male', '北京某某商贸有限公司'],
    ['John Li', 'male', 'John Li'],
  ] as const
  expect(cases.map(([name, sex]) => honorificOf(name, sex))).toEqual(cases.map((one) => one[2]))
})

it('knows a variable in any spelling and lists the ones a text uses', () => {
  expect([variableOf('festival'), variableOf('节日'), variableOf('Policy Ends On'), variableOf('链接')]).toEqual([
    'festival',
    'festival',
    'policyEndsOn',
    undefined,
  ])
  expect(variablesIn('{{车牌}}，{{车牌号}}，{{节日}}')).toEqual(['plate', 'festival'])
})
