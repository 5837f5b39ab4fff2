import { describe, expect, test } from 'vitest'
import { foldLine, vcard } from './vcard.ts'

const someone = {
  id: '01a1fbd4-f500-7279-812b-a4bddcd5e01b',
  name: '欧阳小明',
  phones: [
    { number: '15400001234', label: null },
    { number: '02561230000-801', label: '公司' },
    { number: '4000000000', label: null },
  ],
  email: 'a;b@example.com',
  plates: ['苏ZA1234'],
  models: ['晨行 X7, 2.0T'],
}

describe('vCard 4.0', () => {
  test('says name, plate, numbers as they are dialled, and the car', () => {
    expect(vcard(someone).split('\r\n')).toEqual([
      'BEGIN:VCARD',
      'VERSION:4.0',
      `UID:urn:uuid:${someone.id}`,
      'FN:欧阳小明 苏ZA1234',
      'N:欧阳;小明;;;',
      'TEL;TYPE=cell:+8615400001234',
      'TEL;TYPE=voice:+862561230000,801',
      'TEL;TYPE=voice:4000000000',
      'EMAIL:a\\;b@example.com',
      'NOTE:晨行 X7\\, 2.0T · 苏ZA1234',
      'END:VCARD',
      '',
    ])
  })

  test.each([
    ['王明', 'N:王;明;;;'],
    ['John Smith', 'N:John Smith;;;;'],
    ['某某汽车服务有限公司', 'N:某某汽车服务有限公司;;;;'],
    ['a\nEND:VCARD', 'N:a\\nEND:VCARD;;;;'],
  ])('keeps the name %j in its field', (name, line) => {
    const lines = vcard({ ...someone, name, plates: [] }).split('\r\n')
    expect(lines).toContain(line)
    expect(lines.filter((one) => one === 'END:VCARD')).toHaveLength(1)
  })

  test('folds at 75 octets and never inside a character; unfolding gives the line back', () => {
    for (const line of [
      '短',
      `NOTE:${'中文'.repeat(60)}`,
      `NOTE:${'a😀'.repeat(50)}`,
      'x'.repeat(75),
      'x'.repeat(76),
    ]) {
      const folded = foldLine(line)
      for (const part of folded.trimEnd().split('\r\n')) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75)
      expect(folded.replace(/\r\n $/g, '').replaceAll('\r\n ', '')).toBe(`${line}\r\n`)
      expect(folded).not.toContain('\ufffd')
    }
    expect(foldLine('x'.repeat(75))).toBe(`${'x'.repeat(75)}\r\n`)
  })
})
