/** Why a text is no VIN. */
export type VinRefusal = 'empty' | 'length' | 'ioq' | 'characters'

/** `placeholder`: one character seventeen times (its check digit may even be right); never join two cars by it. */
export type VinWarning = 'check-digit' | 'placeholder'

export type VinResult =
  | { readonly ok: true; readonly vin: string; readonly warnings: readonly VinWarning[] }
  | { readonly ok: false; readonly reason: VinRefusal }

const LETTERS = 'ABCDEFGH..JKLMN.P.R.STUVWXYZ'
const VALUES = '12345678..12345.7.9.23456789'
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

const charValue = (char: string): number => Number(char >= 'A' ? VALUES[LETTERS.indexOf(char)] : char)

/** The check digit ISO 3779 / GB 16735 asks for at place 9 of a 17-character VIN: `0`–`9` or `X`. */
export function vinCheckDigit(vin: string): string {
  let sum = 0
  for (let place = 0; place < 17; place++) sum += charValue(vin.charAt(place)) * (WEIGHTS[place] ?? 0)
  const rest = sum % 11
  return rest === 10 ? 'X' : String(rest)
}

/**
 * Normalises a VIN (BASE-02, BASE-04): 17 characters without I, O, Q, upper case. A wrong check digit only warns, because
 * makers outside North America and China often do not keep it.
 */
export function normaliseVin(raw: string): VinResult {
  const vin = raw
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-*·']/g, '')
  if (vin === '') return { ok: false, reason: 'empty' }
  if (!/^[A-Z0-9]+$/.test(vin)) return { ok: false, reason: 'characters' }
  if (vin.length !== 17) return { ok: false, reason: 'length' }
  if (/[IOQ]/.test(vin)) return { ok: false, reason: 'ioq' }
  const warnings: VinWarning[] = []
  if (vinCheckDigit(vin) !== vin[8]) warnings.push('check-digit')
  if (/^(.)\1*$/.test(vin)) warnings.push('placeholder')
  return { ok: true, vin, warnings }
}
