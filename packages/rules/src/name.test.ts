import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matcher, normaliseName, queryTokens, type SearchFacts, searchTokens } from './name.ts'

const hit = (query: string, facts: SearchFacts) => {
  const index = new Set(searchTokens(facts))
  return queryTokens(query).some((all) => all.every((token) => index.has(token)))
}
const named = (name: string): SearchFacts => ({ name, phones: [], plates: [], vins: [] })
const wang: SearchFacts = {
  name: '王小明',
  phones: ['13800001234'],
  plates: ['沪A12345'],
  vins: ['LSVAM4187C2184847'],
}

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
const han = fc.constantFrom(...'王李张单曾解乐长吕小明伟芳娜欧阳单于')
const someone: fc.Arbitrary<SearchFacts> = fc.record({
  name: fc.oneof(
    fc.array(han, { minLength: 1, maxLength: 6 }).map((chars) => chars.join('')),
    fc.constantFrom('John Smith', '阿卜杜拉·买买提', '王先生A', "O'Brien", 'shivXXXXXXXXXX', 'T恤厂'),
  ),
  phones: fc.array(
    digits(9).map((rest) => `13${rest}`),
    { maxLength: 2 },
  ),
  plates: fc.array(
    fc.tuple(fc.constantFrom('沪A', '京B'), digits(5)).map((parts) => parts.join('')),
    { maxLength: 2 },
  ),
  vins: fc.array(
    digits(7).map((tail) => `LSVAM4187C${tail}`),
    { maxLength: 1 },
  ),
})
const typed = fc.oneof(
  fc.array(han, { minLength: 1, maxLength: 4 }).map((chars) => chars.join('')),
  fc.string({ unit: fc.constantFrom(...'wangxiomlzhjs0123 ABAA沪京王'), maxLength: 8 }),
  fc.constantFrom('john sm', 'wang xiao', '王 1234', '沪A1', 'js', '阿卜', '买买提'),
)

describe('normaliseName', () => {
  it.each([
    [' 张  三 ', '张三'],
    ['John   Smith', 'John Smith'],
    ['ＡＢＣ公司', 'ABC公司'],
    ['王\u200b小\t明', '王小明'],
    [' \n ', ''],
  ])('%j → %j', (raw, name) => expect(normaliseName(raw)).toBe(name))
})

describe('the search index', () => {
  it.each([
    '王',
    '小明',
    '王小明',
    'w',
    'wa',
    'wangxiao',
    'wangxiaoming',
    'wang xiao ming',
    'WANG',
    'wxm',
    'wx',
    'xm',
    '1234',
    '01234',
    '13800001234',
    '138 0000 1234',
    '+86 13800001234',
    '12345',
    'A123',
    '沪a12345',
    '沪A',
    '23',
    '4847',
    'c2184847',
    'lsvam4187c2184847',
    '王 1234',
    '王1234',
    'wxm 4847',
  ])('finds 王小明 by %j', (query) => {
    expect(hit(query, wang)).toBe(true)
    expect(matcher(query)(wang)).toBe(true)
  })
  it.each([
    '李',
    '明小',
    'xiaoming',
    'wm',
    'm',
    '1235',
    '3800',
    '沪B',
    '54',
    '2184846',
    '李 1234',
    '王 9999',
    '',
    ' ',
    '1',
  ])('does not find 王小明 by %j', (query) => expect([hit(query, wang), matcher(query)(wang)]).toEqual([false, false]))
  it.each([
    ['单雄信', 'shanxiong'],
    ['单雄信', 'danxiong'],
    ['曾乐', 'zengle'],
    ['曾乐', 'zengyue'],
    ['单于丹', 'chanyu'],
    ['尉迟恭', 'yuchi'],
    ['吕布', 'lvbu'],
    ['吕布', 'lubu'],
    ['解珍', 'xiezhen'],
    ['John Smith', 'smi'],
    ['John Smith', 'john sm'],
    ['John Smith', 'js'],
    ['阿卜杜拉·买买提', '买买提'],
    ['阿卜杜拉·买买提', 'abudula'],
  ])('%s answers to %s', (name, query) => expect(hit(query, named(name))).toBe(true))

  it('never misses a customer whom plain comparison finds', () => {
    fc.assert(
      fc.property(someone, typed, (facts, query) => {
        if (matcher(query)(facts)) expect(hit(query, facts)).toBe(true)
      }),
      { numRuns: 4000 },
    )
  })

  it('finds each customer by every part of the name, tail and run of plate', () => {
    const places = fc.tuple(fc.nat(), fc.nat())
    fc.assert(
      fc.property(someone, places, ({ name, ...facts }, [a, b]) => {
        const whole = { name, ...facts }
        const runs = /^\p{Script=Han}+$/u.test(name) ? [[...name]] : []
        for (const run of runs)
          expect(
            hit(
              run
                .slice(a % run.length)
                .slice(0, 1 + (b % run.length))
                .join(''),
              whole,
            ),
          ).toBe(true)
        for (const phone of facts.phones) expect(hit(phone.slice(-(4 + (a % 8))), whole)).toBe(true)
        for (const plate of facts.plates) {
          const from = a % 6
          expect(hit(plate.slice(from, from + 2 + (b % (6 - from))), whole)).toBe(true)
        }
        for (const vin of facts.vins) expect(hit(vin.slice(-(4 + (a % 5))), whole)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('brings nobody too many for short runs; longer ones are rechecked', () => {
    const short = typed.filter((query) => !/\p{Script=Han}{3}|[\p{Script=Han}A-Z0-9]{3}/iu.test(query))
    fc.assert(
      fc.property(someone, short, (facts, query) => {
        expect(hit(query, facts)).toBe(matcher(query)(facts))
      }),
      { numRuns: 4000 },
    )
    // Three pairs of a plate that stand apart: the known price of storing pairs.
    const odd = { ...named('王'), plates: ['沪A34123'] }
    expect([hit('1234', odd), matcher('1234')(odd)]).toEqual([true, false])
  })

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (query) => {
        const alternatives = queryTokens(query)
        expect(alternatives.length).toBeLessThanOrEqual(130)
        for (const all of alternatives) expect(all.length).toBeGreaterThan(0)
      }),
      { numRuns: 2000 },
    )
  })

  it('needs at most 40 tokens for a customer with one phone and one car, on average', () => {
    const surnames = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹曾单解吕']
    const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉红建国文辉力小梅志长乐']
    let total = 0
    const count = 20_000
    const started = performance.now()
    for (let i = 0; i < count; i++) {
      const name = `${surnames[i % surnames.length]}${given[(i * 7) % given.length]}${i % 5 === 0 ? '' : given[(i * 13) % given.length]}`
      const number = String(1_000_000_000 + i * 39_916_801).slice(-9)
      const facts = {
        name,
        phones: [`13${number}`],
        plates: [`沪A${number.slice(-5)}`],
        vins: [`LSVAM4187C${number.slice(-7)}`],
      }
      total += searchTokens(facts).length
    }
    const micros = ((performance.now() - started) * 1000) / count
    console.log(`searchTokens: ${(total / count).toFixed(1)} tokens a customer, ${micros.toFixed(1)} µs each`)
    expect(total / count).toBeLessThanOrEqual(40)
  })
})
