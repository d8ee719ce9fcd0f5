// Acknowledged writes that a crash takes back: 50 kills in bursts, and 30 power cuts.
import { setTimeout } from 'node:timers/promises'
import { checkLedger, killRounds, startWriter } from '../packages/server/test/ledger.ts'
import type { Acked, LedgerVerdict } from '../packages/server/test/ledger.ts'
import { inFolder, mayCutPower, powerCut } from './power-cut.ts'
import { exactly, notMeasured, type Part, type Row } from './row.ts'

const KILLS = 50
const CUTS = 30
const CLIENTS = 16

/** About two minutes. */
export const durability: Part = {
  name: 'durability',
  async run(report) {
    for (const row of await kills(KILLS)) report(row)
    for (const row of await powerCuts(CUTS)) report(row)
  },
}

async function kills(rounds: number): Promise<Row[]> {
  return await inFolder(async (folder) => {
    const verdict = await killRounds({ folder, rounds, clients: CLIENTS, random: Math.random })
    return rows(`${rounds} kills in bursts`, verdict)
  })
}

async function powerCuts(rounds: number): Promise<Row[]> {
  const what = `${rounds} power cuts`
  if (!mayCutPower()) return [notMeasured(what, 'needs root')]
  const total: LedgerVerdict = { acked: 0, lost: [], problems: [] }
  for (let round = 0; round < rounds; round++) {
    const verdict = await powerCut(burst, checkLedger)
    total.acked += verdict.acked
    total.lost.push(...verdict.lost)
    total.problems.push(...verdict.problems)
  }
  return rows(what, total)
}

/** Writes, stops in the middle, lets the disk be copied, and never lets the writer finish. */
async function burst(folder: string, cut: () => void): Promise<Acked> {
  const writer = startWriter({ folder, clients: CLIENTS })
  await writer.reached(1)
  await setTimeout(200 + Math.random() * 800)
  await writer.stop()
  cut()
  writer.signal('SIGKILL')
  await writer.ended
  return writer.acked
}

function rows(what: string, { acked, lost, problems }: LedgerVerdict): Row[] {
  if (acked === 0) return [notMeasured(what, 'nothing was acknowledged')]
  return [
    exactly(`${what}: acknowledged writes lost, of ${acked}`, lost.length, [0, 'writes']),
    exactly(`${what}: damage found afterwards (integrity, sequence, audit)`, problems.length, [
      0,
      'problems',
    ]),
  ]
}
