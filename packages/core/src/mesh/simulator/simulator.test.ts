// Simulated worlds, some hundreds in each run; `npm run simulate` plays as many as one likes.
import { expect, test } from 'vitest'
import { readRecord, type SimMachine } from './machine.ts'
import { playSeed, runSeed } from './scenario.ts'

const SEEDS = 150

test('in worlds of loss, copies, disorder, one-way cuts, crashes, torn writes and clocks an hour apart all arrives within 30 s of healing', () => {
  const total = { letters: 0, entries: 0, crashes: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { wrongs, letters, entries, crashes } = runSeed(seed)
    expect(wrongs, `npm run simulate -- --seeds 1 --from ${seed}`).toEqual([])
    total.letters += letters
    total.entries += entries
    total.crashes += crashes
  }
  // Worlds in which nothing happens would prove nothing.
  expect(Math.min(total.letters, total.entries)).toBeGreaterThan(10 * SEEDS)
  expect(total.crashes).toBeGreaterThan(SEEDS)
}, 300_000)

test('a seed plays the same world again, to the last write of every disk', () => {
  const disks = [0, 1].map(() => playSeed(424).world.machines.map(({ disk }) => disk.read()))
  expect(disks[0]).toEqual(disks[1])
  expect(disks[0]?.flat().length).toBeGreaterThan(50)
})

test('the worlds have what is to be survived: relays, moves, a machine thrown out or restored, forgotten and late letters', () => {
  const seen = new Set<string>()
  for (let seed = 1; seed <= 60; seed++) {
    const { world } = playSeed(seed)
    if (world.revoked !== null) seen.add('revoked')
    if (world.restored.size > 0) seen.add('restored')
    for (const machine of world.machines) for (const what of happenedOn(machine)) seen.add(what)
  }
  const wanted = [
    'revoked',
    'relay',
    'delivered',
    'unconfirmed',
    'dead',
    'dropped',
    'released',
    'gone',
    'ready',
    'restored',
    'doubted',
  ]
  expect(wanted.filter((what) => !seen.has(what))).toEqual([])
})

function happenedOn(machine: SimMachine): string[] {
  const links = [...(machine.node()?.links.values() ?? [])]
  const records = machine.disk.read().map(readRecord)
  const changes = records.flatMap((record) => record.changes)
  return [
    ...links.flatMap(({ active }) => (active?.startsWith('r') === true ? 'relay' : [])),
    ...records.flatMap(({ notices }) => notices.map(({ outcome }) => outcome)),
    ...changes.map(({ table }) => table),
    ...changes.flatMap((change) => (change.table === 'holding' ? (change.change.holding?.phase ?? []) : [])),
  ]
}
