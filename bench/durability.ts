// Acknowledged writes that a crash takes back: 50 kills in bursts, and 30 power cuts. A power cut is made of an ext4 image on
// a loop device: the writer is stopped, the image is copied as the disk would have it, and the copy is mounted and checked.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { checkLedger, killRounds, startWriter } from '../packages/server/test/ledger.ts'
import type { Acked, LedgerVerdict } from '../packages/server/test/ledger.ts'

import { exactly, notMeasured, type Part, type Row } from './row.ts'

const KILLS = 50
const CUTS = 30
const CLIENTS = 16
const IMAGE_MB = 64

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
  if (process.getuid?.() !== 0) return [notMeasured(what, 'needs root')]
  const total: LedgerVerdict = { acked: 0, lost: [], problems: [] }
  for (let round = 0; round < rounds; round++) {
    const verdict = await inFolder(powerCut)
    total.acked += verdict.acked
    total.lost.push(...verdict.lost)
    total.problems.push(...verdict.problems)
  }
  return rows(what, total)
}

async function powerCut(folder: string): Promise<LedgerVerdict> {
  const image = join(folder, 'disk.img')
  const cut = join(folder, 'cut.img')
  execFileSync('truncate', ['-s', `${IMAGE_MB}M`, image])
  execFileSync('mkfs.ext4', ['-q', '-F', image])
  const acked = await mounted(image, join(folder, 'before'), (place) =>
    burst(place, () => copyFileSync(image, cut)),
  )
  return await mounted(cut, join(folder, 'after'), (place) => checkLedger(place, acked))
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

async function mounted<T>(image: string, place: string, use: (place: string) => Promise<T>): Promise<T> {
  mkdirSync(place)
  execFileSync('mount', ['-o', 'loop', image, place])
  try {
    return await use(place)
  } finally {
    execFileSync('umount', [place])
  }
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-durability-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
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
