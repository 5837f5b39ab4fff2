/** `机油机滤 380` → name and 38,000 fen; a line without an amount is a name only. */
export function readItems(text: string | undefined) {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const amount = /^(.+?)[\s:：]+[¥￥]?(\d{1,8}(?:\.\d{1,2})?)\s*元?$/.exec(line)
      const name = amount?.[1] ?? line
      return {
        name: name.slice(0, 120),
        kind: 'labour' as const,
        amountFen: amount?.[2] ? Math.round(Number(amount[2]) * 100) : null,
      }
    })
}
