/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { normaliseVin, vinCheckDigit } from './vin.ts'

const vectors = new URL('../../../../shared/data/vehicle/vin_vectors.json', import.meta.url)

describe('normaliseVin', () => {
  it('normalises width, case, blanks and dashes', () => {
    expect(normaliseVin(' ｌsvam4187c2184847 ')).toEqual({ ok: true, vin: 'LSVAM4187C2184847', warnings: [] })
    expect(normaliseVin('LSVAM418-7C218-4847')).toMatchObject({ ok: true, vin: 'LSVAM4187C2184847' })
  })
  it.each([
    ['', 'empty'],
    ['LSVAM4187C218484', 'length'],
    ['LSVAM4187C21848477', 'length'],
    ['LSVAM4187C218484O', 'ioq'],
    ['LSVAM4187C218484车', 'characters'],
  ])('%s is refused: %s', (raw, reason) => expect(normaliseVin(raw)).toEqual({ ok: false, reason }))

  it('warns of a wrong check digit and of a placeholder, refuses neither', () => {
    expect(normaliseVin('LSVAM4181C2184847')).toMatchObject({ ok: true, warnings: ['check-digit'] })
    expect(normaliseVin('11111111111111111')).toMatchObject({ ok: true, warnings: ['placeholder'] })
    expect(vinCheckDigit('1M8GDM9A0KP042788')).toBe('X')
  })

  it.skipIf(!existsSync(vectors))('agrees with the published check digits (skipped without ../shared/data)', () => {
    const rows: unknown = JSON.parse(readFileSync(vectors, 'utf8'))
    if (!Array.isArray(rows)) throw new Error('vin_vectors.json is no list')
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows as { vin: string; check_digit_ok: boolean }[]) {
      const result = normaliseVin(row.vin)
      if (!result.ok) throw new Error(`${row.vin} refused`)
      expect([row.vin, !result.warnings.includes('check-digit')]).toEqual([row.vin, row.check_digit_ok])
    }
  })
})
