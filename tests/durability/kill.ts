import { parseArgs } from 'node:util'
import { runRounds } from './rounds.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
const result = await runRounds(Number(values.rounds), {
  seed: Number(values.seed),
  note: (text) => process.stderr.write(`${text}\n`),
})
process.stdout.write(`${JSON.stringify(result)}\n`)
