// `npm run simulate -- --seeds N [--from SEED]`: worlds of machines that fail, each from its seed; a failure is played again by it.
import { parseArgs } from 'node:util'
import { runSeed } from '../packages/core/src/mesh/simulator/scenario.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
})
const [seeds, from] = [Number(values.seeds), Number(values.from)]
if (!Number.isSafeInteger(seeds) || !Number.isSafeInteger(from) || seeds < 1) {
  console.error('Usage: npm run simulate -- --seeds N [--from SEED], both whole numbers.')
  process.exit(2)
}

const began = process.cpuUsage()
const total = { letters: 0, entries: 0, crashes: 0 }
const failed: number[] = []
for (let seed = from; seed < from + seeds; seed++) {
  const { wrongs, ...tally } = runSeed(seed)
  total.letters += tally.letters
  total.entries += tally.entries
  total.crashes += tally.crashes
  if (wrongs.length === 0) continue
  failed.push(seed)
  console.error(`seed ${seed}: ${wrongs.slice(0, 3).join('; ')}`)
}
const { user, system } = process.cpuUsage(began)
const cpuS = (user + system) / 1e6
console.log(
  `${seeds} worlds, ${total.letters} letters, ${total.entries} edits, ${total.crashes} planned crashes; ` +
    `${failed.length} failed; ${((cpuS / seeds) * 1000).toFixed(0)} CPU-s per 1,000`,
)
if (failed.length > 0) {
  console.error(`Play one again: npm run simulate -- --seeds 1 --from ${failed[0]}`)
  process.exit(1)
}
