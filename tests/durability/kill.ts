import { parseArgs } from 'node:util'
import { runRounds } from './rounds.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
const result = await runRounds(Number(values.rounds), (text) => process.stderr.write(`${text}\n`), Number(values.seed))
process.stdout.write(`${JSON.stringify(result)}\n`)
