/** `other`: kept as written, with a warning. */
export type PlateKind = 'ordinary' | 'new-energy' | 'special' | 'other'

export type PlateResult =
  | { readonly ok: true; readonly plate: string; readonly kind: PlateKind; readonly warnings: readonly 'unusual'[] }
  | { readonly ok: false; readonly reason: 'empty' | 'too-long' }

const PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
const ORDINARY = new RegExp(`^[${PROVINCES}][A-HJ-Z][A-HJ-NP-Z0-9]{5}$`)
// Small cars carry the energy letter in front of the number, large ones behind it (GA 36).
const NEW_ENERGY = new RegExp(`^[${PROVINCES}][A-HJ-Z](?:[A-HJK][A-HJ-NP-Z0-9]\\d{4}|\\d{5}[A-HJK])$`)
const SPECIAL = new RegExp(
  `^(?:[${PROVINCES}][A-HJ-Z][A-HJ-NP-Z0-9]{4}[挂学警港澳领使试超]|使\\d{6}|\\d{6}使|WJ[${PROVINCES}]?[A-Z0-9]{4,5}|[A-Z]{2}\\d{5})$`,
)
const NO_PLATE = /^(?:无|无牌|未上牌|未上户|新车|临牌|临时牌照|暂无|待上牌|N\/?A|NULL|0*)$/

/**
 * Normalises a number plate (BASE-02, BASE-04): upper case, no blanks, dots or dashes. A plate that looks like no Chinese
 * plate is kept with the warning `unusual`; "no plate yet" in words counts as empty.
 */
export function normalisePlate(raw: string): PlateResult {
  const plate = raw
    .normalize('NFKC')
    .toUpperCase()
    .normalize('NFKC')
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}\-–—_.·•・‧∙●']/gu, '')
  if (NO_PLATE.test(plate)) return { ok: false, reason: 'empty' }
  if (plate.length > 20) return { ok: false, reason: 'too-long' }
  if (ORDINARY.test(plate)) return { ok: true, plate, kind: 'ordinary', warnings: [] }
  if (NEW_ENERGY.test(plate)) return { ok: true, plate, kind: 'new-energy', warnings: [] }
  if (SPECIAL.test(plate)) return { ok: true, plate, kind: 'special', warnings: [] }
  return { ok: true, plate, kind: 'other', warnings: ['unusual'] }
}
