import type { ImportReason } from '@changhui/contract/import-reasons'
import type { Mapping } from '@changhui/contract/imports'
import { normaliseName } from '@changhui/rules/name'
import { normalisePhone, splitPhones } from '@changhui/rules/phone'
import { normalisePlate } from '@changhui/rules/plate'
import { normaliseVin } from '@changhui/rules/vin'
import type { Payer } from '@changhui/rules/words'
import * as cell from './cells.ts'
import { parseDay } from './dates.ts'
import { type FieldKey, fieldKeys, fieldOf, type ImportKind } from './fields.ts'

/** One thing wrong with a row: the column as the file calls it, a reason, the text that stood there. */
export interface RowProblem {
  readonly refused: boolean
  readonly column: string
  readonly reason: ImportReason
  readonly value: string
}

export interface VisitLine {
  readonly name: string
  readonly kind: 'labour' | 'part'
  readonly quantity: number
  readonly amountFen: number | null
  readonly payer: Payer
}

export interface VisitPart {
  readonly arrivedOn: string
  readonly completedOn: string | null
  readonly orderNo: string | null
  readonly kindText: string | null
  readonly mileageKm: number | null
  readonly lines: readonly VisitLine[]
  readonly totalFen: number | null
  readonly payerFen: Readonly<Partial<Record<Payer, number>>>
  readonly advisor: string | null
  readonly technician: string | null
}

/** A row, read and normalised. Fields that the file leaves blank are absent. */
export interface ImportRecord {
  readonly row: number
  readonly name: string
  readonly phones: readonly string[]
  readonly customer: Readonly<Record<string, string>>
  readonly vehicle: Readonly<Record<string, string>>
  readonly vin: string | null
  readonly plate: string | null
  /** Whether the plate may name the vehicle: not where the mapping names other columns and the plate is none of the usual. */
  readonly plateNames: boolean
  /** The vehicle by the mapping's own columns. */
  readonly key: string | null
  readonly visit: VisitPart | null
}

export interface ReadRow {
  readonly record: ImportRecord | null
  readonly problems: readonly RowProblem[]
}

export interface ReadingRules {
  readonly kind: ImportKind
  readonly mapping: Mapping
  readonly columns: readonly string[]
  readonly today: string
  readonly date1904: boolean
}

const CUSTOMER_TEXT: readonly FieldKey[] = [
  'wechatId',
  'email',
  'address',
  'region',
  'occupation',
  'industry',
  'source',
  'memberLevel',
]
const VEHICLE_TEXT: readonly FieldKey[] = ['brand', 'series', 'model', 'compulsoryInsurer', 'commercialInsurer']
const VEHICLE_DAYS: readonly FieldKey[] = [
  'warrantyEndOn',
  'inspectionDueOn',
  'compulsoryExpiryOn',
  'commercialExpiryOn',
]
const VEHICLE_COUNTS = { warrantyEndKm: [0, 2_000_000], intervalMonths: [1, 60], intervalKm: [500, 100_000] } as const

/** A DMS writes a day it does not know so. */
const ZERO_DAY = /^0*(?:[-/.]0+){0,2}(?: 0+:0+(?::0+)?)?$/

/** A reader of rows for one file: all problems of a row at once (BASE-04). Pure but for the rules it was made with. */
export function rowReader(rules: ReadingRules): (row: number, cells: readonly string[]) => ReadRow {
  const { mapping, columns, today, kind } = rules
  const thisYear = Number(today.slice(0, 4))
  const places = Object.fromEntries(
    fieldKeys.map((key) => [key, columns.flatMap((name, at) => (mapping.columns[name] === key ? [at] : []))]),
  ) as Record<FieldKey, number[]>
  const keyPlaces = mapping.vehicleKey.flatMap((name) => (columns.includes(name) ? [columns.indexOf(name)] : []))
  const plateIsKey = keyPlaces.some((place) => places.plate.includes(place))
  const columnOf = (key: FieldKey) => columns[places[key][0] ?? -1] ?? fieldOf(key).zh

  return (row, cells) => {
    const problems: RowProblem[] = []
    const say = (refused: boolean, key: FieldKey, reason: ImportReason, value: string, at?: number) => {
      const column = at === undefined ? columnOf(key) : (columns[at] ?? '')
      problems.push({ refused, column, reason, value: value.slice(0, 200) })
    }
    const textOf = (key: FieldKey): string => {
      for (const at of places[key]) {
        const text = cell.cleanText(cells[at] ?? '')
        if (text !== '' && !cell.saysNothing(text)) return text
      }
      return ''
    }
    const short = (key: FieldKey): string => {
      const text = textOf(key)
      const max = fieldOf(key).max ?? 60
      if (text.length <= max) return text
      say(false, key, 'text.shortened', text)
      return text.slice(0, max).toWellFormed().trim()
    }
    const day = (key: FieldKey): string | undefined => {
      const text = textOf(key)
      if (text === '' || ZERO_DAY.test(text)) return undefined
      const read = parseDay(text, mapping.dateOrder, thisYear, rules.date1904)
      if (!read) say(true, key, 'date.invalid', text)
      return read
    }
    const parsed = <T>(key: FieldKey, parse: (text: string) => T | undefined): T | undefined => {
      const text = textOf(key)
      if (text === '') return undefined
      const value = parse(text)
      if (value === undefined) say(false, key, 'value.invalid', text)
      return value
    }

    if (cells.length > columns.length && cells.slice(columns.length).some((text) => text.trim() !== '')) {
      problems.push({ refused: true, column: '', reason: 'row.too-many-columns', value: String(cells.length) })
    }
    const name = normaliseName(textOf('name'))
    // `无` is nobody's name: all who were called so became one customer
    if (name === '' || cell.saysNothing(name)) say(true, 'name', 'name.missing', name)
    else if (name.length > 60) say(true, 'name', 'name.too-long', name)

    const phones: string[] = []
    for (const at of [...places.phone, ...places.phone2]) {
      const raw = cell.cleanText(cells[at] ?? '')
      // cut at its stroke, `N/A` would be two bad numbers
      if (raw === '' || cell.saysNothing(raw)) continue
      for (const piece of splitPhones(raw)) {
        const phone = normalisePhone(piece)
        if (phone.ok) {
          if (!phones.includes(phone.number)) phones.push(phone.number)
        } else if (phone.reason !== 'empty') say(true, 'phone', `phone.${phone.reason}`, piece, at)
      }
    }

    const customer: Record<string, string> = {}
    for (const key of CUSTOMER_TEXT) if (places[key].length > 0) put(customer, key, short(key))
    if (places.sex.length > 0) put(customer, 'sex', parsed('sex', cell.parseSex))
    if (places.locality.length > 0) put(customer, 'locality', parsed('locality', cell.parseLocality))
    const birthday = places.birthday.length > 0 ? day('birthday') : undefined
    if (birthday && birthday > today) say(false, 'birthday', 'value.invalid', birthday)
    else put(customer, 'birthday', birthday)

    const vehicle: Record<string, string> = {}
    for (const key of VEHICLE_TEXT) if (places[key].length > 0) put(vehicle, key, short(key))
    for (const key of VEHICLE_DAYS) if (places[key].length > 0) put(vehicle, key, day(key))
    for (const [key, [min, max]] of Object.entries(VEHICLE_COUNTS) as [
      keyof typeof VEHICLE_COUNTS,
      readonly [number, number],
    ][]) {
      if (places[key].length === 0) continue
      const count = parsed(key, (text) => {
        const number = parseNumberIn(text, min, max)
        return number
      })
      put(vehicle, key, count === undefined ? undefined : String(Math.round(count)))
    }
    if (places.energy.length > 0) put(vehicle, 'energy', parsed('energy', cell.parseEnergy))
    if (places.purpose.length > 0) put(vehicle, 'purpose', parsed('purpose', cell.parsePurpose))
    const deliveredOn = kind !== 'visits' && places.deliveredOn.length > 0 ? day('deliveredOn') : undefined
    if (deliveredOn && deliveredOn > today) say(true, 'deliveredOn', 'date.future', textOf('deliveredOn'))
    put(vehicle, 'deliveredOn', deliveredOn)
    if (kind === 'deliveries' && !deliveredOn && !problems.some((one) => one.column === columnOf('deliveredOn'))) {
      say(true, 'deliveredOn', 'date.missing', '')
    }

    let vin: string | null = null
    const vinText = textOf('vin')
    if (vinText !== '') {
      const read = normaliseVin(vinText)
      if (!read.ok) {
        if (read.reason !== 'empty') say(true, 'vin', `vin.${read.reason}`, vinText)
      } else if (read.warnings.includes('placeholder')) say(false, 'vin', 'vin.placeholder', vinText)
      else {
        vin = read.vin
        if (read.warnings.includes('check-digit')) say(false, 'vin', 'vin.check-digit', vinText)
      }
    }
    let plate: string | null = null
    let plateNames = false
    const plateText = textOf('plate')
    if (plateText !== '') {
      const read = normalisePlate(plateText)
      if (read.ok) {
        plate = read.plate
        plateNames = read.kind !== 'other' || !plateIsKey
        if (read.warnings.length > 0 && !plateIsKey) say(false, 'plate', 'plate.unusual', plateText)
      } else if (read.reason === 'too-long') say(false, 'plate', 'plate.too-long', plateText)
    }
    const keyParts = keyPlaces.map((at) => normaliseName(cell.cleanText(cells[at] ?? '')).toUpperCase())
    const key = keyParts.some((part) => part !== '') ? keyParts.join('|') : null
    const vinRefused =
      vinText !== '' && vin === null && problems.some((one) => one.reason.startsWith('vin.') && one.refused)
    if (kind !== 'customers' && vin === null && plate === null && key === null && !vinRefused) {
      say(true, places.vin.length > 0 ? 'vin' : 'plate', 'vehicle.missing', '')
    }

    const visit = kind === 'visits' ? readVisit() : null
    if (problems.some((problem) => problem.refused)) return { record: null, problems }
    return { record: { row, name, phones, customer, vehicle, vin, plate, plateNames, key, visit }, problems }

    function readVisit(): VisitPart | null {
      const before = problems.length
      const arrivedOn = day('arrivedOn')
      if (!arrivedOn) {
        if (problems.length === before) say(true, 'arrivedOn', 'date.missing', '')
      } else if (arrivedOn > today) say(true, 'arrivedOn', 'date.future', textOf('arrivedOn'))
      let completedOn = places.completedOn.length > 0 ? (day('completedOn') ?? null) : null
      if (arrivedOn && completedOn && completedOn < arrivedOn) {
        say(false, 'completedOn', 'visit.completed-before', textOf('completedOn'))
        completedOn = null
      } else if (completedOn && completedOn > today) {
        say(false, 'completedOn', 'value.invalid', textOf('completedOn'))
        completedOn = null
      }
      const kmText = textOf('mileageKm')
      const mileageKm = kmText === '' ? null : (cell.parseKm(kmText, mapping.odometerUnit) ?? null)
      if (kmText !== '' && mileageKm === null) say(false, 'mileageKm', 'odometer.not-a-number', kmText)
      const money = (field: FieldKey) =>
        places[field].length > 0 ? (parsed(field, (text) => cell.parseFen(text, mapping.amountUnit)) ?? null) : null
      const amount = money('amount')
      const payer = (places.payer.length > 0 ? parsed('payer', cell.parsePayer) : undefined) ?? 'customer'
      const item = places.item.length > 0 ? short('item') : ''
      const names = mapping.severalLinesPerVisit ? (item === '' ? [] : [item]) : item.split(/[;；、\n\r]+/)
      const lineKind = places.lineKind.length > 0 ? parsed('lineKind', cell.parseLineKind) : undefined
      const quantity =
        places.quantity.length > 0 ? parsed('quantity', (text) => parseNumberIn(text, 0, 10_000)) : undefined
      const lines = names
        .map((text) => text.trim().slice(0, 120))
        .filter((text) => text !== '')
        .map((text, _at, all) => ({
          name: text,
          kind: lineKind ?? cell.parseLineKind(text) ?? 'labour',
          quantity: quantity ?? 1,
          amountFen: mapping.severalLinesPerVisit || all.length === 1 ? amount : null,
          payer,
        }))
      const payerFen: Partial<Record<Payer, number>> = {}
      for (const [who, field] of [
        ['customer', 'customerAmount'],
        ['warranty', 'warrantyAmount'],
        ['insurance', 'insuranceAmount'],
        ['internal', 'internalAmount'],
      ] as const) {
        const fen = money(field)
        if (fen !== null) payerFen[who] = fen
      }
      return {
        arrivedOn: arrivedOn ?? '',
        completedOn,
        orderNo: short('orderNo') || null,
        kindText: places.visitKind.length > 0 ? short('visitKind') || null : null,
        mileageKm,
        lines,
        totalFen: money('total') ?? (mapping.severalLinesPerVisit ? null : amount),
        payerFen,
        advisor: places.advisor.length > 0 ? short('advisor') || null : null,
        technician: places.technician.length > 0 ? short('technician') || null : null,
      }
    }
  }
}

function put(into: Record<string, string>, key: string, value: string | undefined): void {
  if (value !== undefined && value !== '') into[key] = value
}

function parseNumberIn(text: string, min: number, max: number): number | undefined {
  const value = cell.parseNumber(text)
  return value !== undefined && value >= min && value <= max ? value : undefined
}
