/** Integer fen as yuan with two decimals and grouped thousands: `¥1,234.50`, `-¥0.05`. */
export function formatFen(fen: number): string {
  const whole = Math.abs(Math.round(fen))
  const yuan = String(Math.trunc(whole / 100)).replace(/\B(?=(?:\d{3})+$)/g, ',')
  return `${fen < 0 && whole > 0 ? '-' : ''}¥${yuan}.${String(whole % 100).padStart(2, '0')}`
}

/**
 * Yuan as typed or exported (`¥1,234.5`, `1234.50元`, full-width digits) in integer fen; `null` when it is no amount, has more than
 * two decimals, or is beyond exact integers. Read as text, so that no binary fraction rounds a fen away.
 */
export function parseYuan(raw: string): number | null {
  const text = raw.normalize('NFKC').replace(/[\s¥￥元,]|CNY|RMB/gi, '')
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,2})0*)?$/.exec(text)
  if (!match?.[2]) return null
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'))
  return match[1] && fen > 0 ? -fen : fen
}
