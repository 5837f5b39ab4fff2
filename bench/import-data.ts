import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { vinCheckDigit } from '@changhui/rules/vin'
import { writeXlsx } from '../apps/server/src/platform/xlsx-write.ts'

const headers = [
  '工单号',
  '进厂日期',
  '完工日期',
  '客户姓名',
  '手机',
  '车牌号',
  '车架号',
  '车型',
  '里程',
  '维修类型',
  '项目',
  '总金额',
  '服务顾问',
]
const surnames = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗']
const given = [...'伟芳娜敏静强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉梅']
const models = ['轩逸 1.6', '天籁 2.0', '逍客 2.0', '奇骏 2.5', '凯美瑞 2.0', '卡罗拉 1.2T', 'RAV4 2.0', '帕萨特 1.8T']
const items = ['更换机油机滤;常规检查', '更换空调滤芯', '前刹车片;刹车油', '四轮定位', '洗车', '更换轮胎']
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const VISITS_EACH = 4

const at = <T>(list: readonly T[] | string, n: number): T | string => list[n % list.length] ?? ''

function vinOf(car: number): string {
  const bare = `LVGBH40K0${String(car).padStart(8, '0')}`
  return bare.slice(0, 8) + vinCheckDigit(bare) + bare.slice(9)
}

/** Row `n` of a DMS export of visits: four a car, the cars one after another in each quarter, as exports sorted by day are. */
export function visitCells(n: number, rows: number): string[] {
  const cars = Math.max(1, Math.ceil(rows / VISITS_EACH))
  const car = n % cars
  const round = Math.floor(n / cars)
  const day = new Date(Date.UTC(2023, 0, 1) + (round * 190 + (car % 180)) * 86_400_000).toISOString().slice(0, 10)
  const name = `${at(surnames, car)}${at(given, Math.floor(car / 20))}${at(given, Math.floor(car / 500))}`
  const mileage = 3_000 + round * 6_000 + (car % 2_000)
  const plate = `沪${letters[car % 24]}${letters[Math.floor(car / 24) % 24]}${String(Math.floor(car / 576)).padStart(4, '0')}`
  const phone = `1${3 + (car % 7)}${String(100_000_000 + car).slice(-9)}`
  return [
    `RO${n + 1}`,
    day,
    day,
    name,
    phone,
    plate,
    vinOf(car),
    String(at(models, car)),
    String(mileage),
    round % 2 === 0 ? '保养' : '一般维修',
    String(at(items, car + round)),
    `${380 + (car % 900)}.00`,
    `顾问${car % 12}`,
  ]
}

const csvLine = (cells: readonly string[]) =>
  `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell}"` : cell)).join(',')}\r\n`

export async function writeVisitsCsv(path: string, rows: number): Promise<void> {
  const stream = createWriteStream(path)
  let piece = csvLine(headers)
  for (let n = 0; n < rows; n++) {
    piece += csvLine(visitCells(n, rows))
    if (piece.length < 1_000_000) continue
    if (!stream.write(piece)) await once(stream, 'drain')
    piece = ''
  }
  stream.end(piece)
  await once(stream, 'finish')
}

export async function writeVisitsXlsx(path: string, rows: number): Promise<void> {
  const all = function* () {
    for (let n = 0; n < rows; n++) {
      const cells: (string | number)[] = visitCells(n, rows)
      cells[8] = Number(cells[8])
      yield cells
    }
  }
  await writeFile(
    path,
    writeXlsx(
      'visits',
      headers.map((header) => ({ header })),
      all(),
    ),
  )
}
