// The turns of machines: how many at once, what the first failure stops, and that it goes on after a restart.
import { Fault, fault, type FleetMember, type Release, type Upgrade, type UpgradePhase } from '@tutti/core'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { quietLog } from '../db/test-support.ts'
import type { StreamEars } from '../mesh/stream-state.ts'
import { fetchRelease } from './carrying.ts'
import { placesIn } from './places.ts'
import { createRoomUpgrades, type RoomUpgradeDeps } from './room-upgrade.ts'

const release: Release = {
  digest: 'd'.repeat(64),
  version: '0.2.0',
  platform: 'linux-x64',
  sizeBytes: 10,
  signer: 'did:key:z6Mk',
  builtAt: 1,
}
const idOf = (name: string): string => `did:key:z6Mk${name}${'x'.repeat(44 - name.length)}`
const nameOf = (id: string): string => id.slice('did:key:z6Mk'.length).replace(/x+$/, '')
const BY = { actor: 'ada', address: '', act: 'upgradeNodes', audited: true }
const person = { id: 'usr_1', name: 'ada', role: 'owner' } as const
/** Everything that waits is due at once. */
const clock = {
  now: () => 1000,
  after(_ms: number, run: () => void) {
    const timer = setImmediate(run)
    return () => clearImmediate(timer)
  },
}

const upgradeOf = (phase: UpgradePhase, why = ''): Upgrade => ({
  digest: release.digest,
  version: '0.2.0',
  from: '0.1.0',
  phase,
  why,
  gotBytes: 10,
  sizeBytes: 10,
  by: 'ada',
  startedAt: 1,
  endedAt: phase === 'done' || phase === 'returned' ? 2 : null,
})

/** Machines that go through these phases, one for each question; a fault is what they answer in place of one. */
function aRoom(given: Record<string, (UpgradePhase | Fault)[]>, disk = { state: '' }) {
  const asked: string[] = []
  const left = new Map(Object.entries(given).map(([node, phases]) => [node, [...phases]]))
  const under = new Set<string>()
  let most = 0
  const next = (node: string): Upgrade => {
    const phases = left.get(node) ?? []
    const phase = phases.length > 1 ? phases.shift() : phases[0]
    if (phase instanceof Fault) throw phase
    const upgrade = upgradeOf(phase ?? 'done', phase === 'returned' ? 'it was ill' : '')
    if (upgrade.endedAt !== null) under.delete(node)
    return upgrade
  }
  const deps: RoomUpgradeDeps = {
    clock,
    log: quietLog,
    store: {
      // As the one table would answer.
      get: <R>() => (disk.state === '' ? undefined : ({ state: disk.state } as R)),
      commit({ statements }) {
        disk.state = String(statements[0]?.values?.[0])
        return Promise.resolve({ seqs: [], results: [] } as never)
      },
    },
    self: () => idOf('me'),
    upgrades: {
      begin: () => Promise.resolve(next('me')),
      state: () => ({ running: '0.1.0', upgrade: next('me') }),
    },
    ask(id, name) {
      const node = nameOf(id)
      if (name === 'upgradeMachine') {
        asked.push(node)
        under.add(node)
        most = Math.max(most, under.size)
      }
      const upgrade = next(node)
      return Promise.resolve(name === 'upgradeMachine' ? upgrade : { running: '0.1.0', upgrade })
    },
  }
  const room = createRoomUpgrades(deps)
  const nodes = Object.keys(given).map((name) => ({ id: idOf(name), name }))
  const ended = async (): Promise<FleetMember[]> => {
    const deadline = Date.now() + 40_000
    while (room.job()?.endedAt === null && Date.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve))
    return room.job()?.members ?? []
  }
  return { room, nodes, asked, disk, ended, most: () => most }
}

const phasesOf = (members: readonly FleetMember[]) => members.map(({ name, phase }) => `${name} ${phase}`)

test('machines have their turns one after the other, and this one is the last', async () => {
  const all = aRoom({ me: ['done'], a: ['checking', 'trial', 'done'], b: ['checking', 'done'] })

  await all.room.begin({ release, nodes: all.nodes, atOnce: 1, person }, BY)

  expect(phasesOf(await all.ended())).toEqual(['a done', 'b done', 'me done'])
  expect([all.asked, all.most()]).toEqual([['a', 'b'], 1])
})

test('the first that returns ends it: it says why, and those after it are left alone', async () => {
  const all = aRoom({ a: ['checking', 'done'], b: ['trial', 'returned'], c: ['done'], me: ['done'] })

  await all.room.begin({ release, nodes: all.nodes, atOnce: 1, person }, BY)

  const members = await all.ended()
  expect(phasesOf(members)).toEqual(['a done', 'b returned', 'c skipped', 'me skipped'])
  expect([members[1]?.why, all.asked]).toEqual(['it was ill', ['a', 'b']])
})

test('a refusal there is a failure here, a machine that restarts is waited for, one that runs it already is done', async () => {
  const away = fault('node.away', { name: 'b', since: 'now' })
  const all = aRoom({
    a: [fault('upgrade.present', { version: '0.2.0' })],
    b: ['checking', away, away, 'done'],
    c: [fault('release.untrusted', { version: '0.2.0', signer: 'x' })],
    me: ['done'],
  })

  await all.room.begin({ release, nodes: all.nodes, atOnce: 1, person }, BY)

  expect(phasesOf(await all.ended())).toEqual(['a done', 'b done', 'c failed', 'me skipped'])
})

test('so many as were asked for go at the same time', async () => {
  const slow: UpgradePhase[] = ['checking', 'checking', 'trial', 'done']
  const all = aRoom({ a: slow, b: slow, c: slow })

  await all.room.begin({ release, nodes: all.nodes, atOnce: 2, person }, BY)

  expect(phasesOf(await all.ended())).toEqual(['a done', 'b done', 'c done'])
  expect(all.most()).toBe(2)
})

test('the version that comes after this machine was upgraded goes on with the job, and nobody has a second turn', async () => {
  const before = aRoom({ a: ['done'], me: ['stopping'] })
  await before.room.begin({ release, nodes: before.nodes, atOnce: 1, person }, BY)
  const deadline = Date.now() + 40_000
  while (!before.disk.state.includes('stopping') && Date.now() < deadline)
    await new Promise((resolve) => setImmediate(resolve))
  before.room.close()

  const after = aRoom({ a: ['done'], me: ['done'] }, before.disk)
  after.room.resume()

  expect(phasesOf(await after.ended())).toEqual(['a done', 'me done'])
  expect(after.asked).toEqual([])
})

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

test('a release goes on where its link was cut, and is checked as a whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-carry-'))
  folders.push(folder)
  const places = placesIn(folder)
  const whole = Buffer.from('a release that comes in pieces of ten bytes')
  const digest = createHash('sha256').update(whole).digest('hex')
  const asked: number[] = []
  let isCut = false
  const open = (head: object) => {
    const { at } = head as { at: number }
    asked.push(at)
    return {
      peer: 'did:key:z6Mk' as const,
      send: () => undefined,
      close: () => undefined,
      bufferedBytes: () => 0,
      listen(ears: StreamEars) {
        isCut = at === 20 && !isCut
        queueMicrotask(() => (isCut ? ears.closed() : ears.message(whole.subarray(at, at + 10))))
      },
    }
  }
  const fetching = {
    places,
    clock,
    digest,
    sizeBytes: whole.length,
    open,
    progressed: () => undefined,
    isOver: () => false,
  }

  expect(readFileSync(await fetchRelease(fetching))).toEqual(whole)
  expect(asked).toEqual([0, 10, 20, 20, 30, 40])

  writeFileSync(places.part(digest), 'something else that is of this very length.')
  await expect(fetchRelease(fetching)).rejects.toThrow('it is not what was announced')
})
