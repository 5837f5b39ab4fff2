import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fillScript, SCRIPT_VARIABLES, unknownVariables } from './script.ts'

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
