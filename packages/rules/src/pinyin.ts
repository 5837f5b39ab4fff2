import { pinyin } from 'pinyin-pro'

/** Compound surnames read otherwise than their characters one by one. */
const COMPOUND: Readonly<Record<string, readonly [string, string]>> = {
  单于: ['chan', 'yu'],
  尉迟: ['yu', 'chi'],
  万俟: ['mo', 'qi'],
  长孙: ['zhang', 'sun'],
  澹台: ['tan', 'tai'],
  乐正: ['yue', 'zheng'],
}

/** Given-name characters whose readings are both heard in names; a dictionary's full list adds readings nobody types. */
const HETERONYMS: Readonly<Record<string, readonly string[]>> = {
  乐: ['le', 'yue'],
  行: ['xing', 'hang'],
  重: ['zhong', 'chong'],
  长: ['chang', 'zhang'],
  朝: ['chao', 'zhao'],
  茜: ['qian', 'xi'],
  晟: ['sheng', 'cheng'],
  盛: ['sheng', 'cheng'],
  娜: ['na', 'nuo'],
  莎: ['sha', 'suo'],
  柏: ['bai', 'bo'],
  传: ['chuan', 'zhuan'],
  藏: ['cang', 'zang'],
  都: ['du', 'dou'],
  曾: ['zeng', 'ceng'],
  单: ['dan', 'shan'],
  解: ['jie', 'xie'],
  朴: ['pu', 'piao'],
  覃: ['tan', 'qin'],
  折: ['zhe', 'she'],
}

// One character costs 2–9 µs in pinyin-pro and a Map look-up well under 0.1 µs; names draw on a few thousand characters.
const ordinary = new Map<string, readonly string[]>()
const surname = new Map<string, readonly string[]>()

/** `lü` is typed `lv` on Chinese keyboards and printed `lu` abroad. */
const spellings = (syllable: string): string[] =>
  syllable.includes('ü') ? [syllable.replace('ü', 'v'), syllable.replace('ü', 'u')] : [syllable]

function ordinaryReadings(char: string): readonly string[] {
  let known = ordinary.get(char)
  if (!known) {
    known = HETERONYMS[char] ?? pinyin(char, { type: 'array', toneType: 'none' }).flatMap(spellings)
    ordinary.set(char, known)
  }
  return known
}

function surnameReadings(char: string): readonly string[] {
  let known = surname.get(char)
  if (!known) {
    const asSurname = pinyin(char, { type: 'array', toneType: 'none', surname: 'head' }).flatMap(spellings)
    known = [...new Set([...asSurname, ...ordinaryReadings(char)])]
    surname.set(char, known)
  }
  return known
}

const MAX_VARIANTS = 4

/**
 * The ways a Chinese name is read, each a list of toneless syllables, one a character; the likeliest first, at most four
 * (BASE-07). The first character is read as a surname and as an ordinary word.
 */
export function nameReadings(characters: readonly string[]): string[][] {
  if (characters.length === 0) return []
  const compound = COMPOUND[(characters[0] ?? '') + (characters[1] ?? '')]
  let variants: string[][] = compound ? [[...compound]] : [[]]
  for (let place = compound ? 2 : 0; place < characters.length; place++) {
    const char = characters[place] ?? ''
    const readings = place === 0 ? surnameReadings(char) : ordinaryReadings(char)
    if (readings.length === 1) {
      for (const variant of variants) variant.push(readings[0] ?? '')
    } else {
      variants = readings.flatMap((reading) => variants.map((variant) => [...variant, reading])).slice(0, MAX_VARIANTS)
    }
  }
  return variants
}
