// An upgrade from its check to its end, with real processes: what is healthy stays, what is not goes, and the data is as it was.
// oxlint-disable-next-line no-restricted-imports -- the daemon that the supervisor stops
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Release } from '@tutti/core'
import { quietLog, realClock } from '../db/test-support.ts'
import { isAlive, startOf } from '../lock.ts'
import { createNodeCrypto } from '../mesh/identity.ts'
import { folderNameOf, placesIn, type Journal } from './places.ts'
import { createReleaseShelf } from './release-shelf.ts'
import { settleUpgrade } from './settling.ts'
import { superviseUpgrade } from './supervisor.ts'
import { aFolder, anInstallation, aRelease, type Nature } from './test-support.ts'
import { trialProblem, type TrialFacts } from './trial-word.ts'
import { createVersionProcesses, healthAt } from './version-process.ts'

const aJournal = (release: Release, entry: string): Journal => ({
  upgrade: {
    digest: release.digest,
    version: release.version,
    from: '0.1.0',
    phase: 'checking',
    why: '',
    gotBytes: 0,
    sizeBytes: release.sizeBytes,
    by: 'ada',
    startedAt: 1,
    endedAt: null,
  },
  folder: folderNameOf(release),
  over: '0.1.0',
  linked: [],
  former: { node: process.execPath, nodeArgs: [], entry, flags: [] },
  supervisor: null,
  hasSnapshot: false,
  told: false,
})

/** A machine with version 0.1.0, whose daemon runs, about to be upgraded to a release of that nature. */
async function aMachine(nature: Nature) {
  const folder = aFolder()
  const data = join(folder, 'data')
  mkdirSync(data)
  writeFileSync(join(data, 'tutti.db'), 'of 0.1.0')
  writeFileSync(join(data, 'tutti.db-sums'), 'sums of 0.1.0')
  const entry = anInstallation(join(folder, 'installed'), '0.1.0')
  const { path, release } = await aRelease(folder, { nature })
  const places = placesIn(data)
  const shelf = createReleaseShelf({
    places,
    clock: Date,
    crypto: createNodeCrypto(),
    isTrusted: () => true,
    platform: release.platform,
  })
  await shelf.bring(readFileSync(path))
  const daemon = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise((resolve) => daemon.stdout.once('data', resolve))
  const pid = daemon.pid ?? 0
  writeFileSync(join(data, 'daemon.lock'), JSON.stringify({ pid, started: startOf(pid), url: null }))
  const journal = aJournal(release, entry)
  places.note(journal)
  const phases: unknown[] = []
  const processes = createVersionProcesses({
    env: { ...process.env, TUTTI_DATA: data },
    root: join(folder, 'installed'),
    logFolder: join(folder, 'logs'),
  })
  const supervise = () =>
    superviseUpgrade({
      ...processes,
      places,
      clock: realClock,
      log: { ...quietLog, info: (_event, fields) => void phases.push(fields?.['phase']) },
      pid: process.pid,
      copyDatabase: () => undefined,
      freeBytes: () => 1e12,
      databaseBytes: () => 1000,
      health: healthAt,
      isAlive,
      kill: (one, signal) => void process.kill(one, signal),
    })
  const said = () =>
    existsSync(join(data, 'said')) ? readFileSync(join(data, 'said'), 'utf8').split('\n') : []
  const content = (name: string) =>
    existsSync(join(data, name)) ? readFileSync(join(data, name), 'utf8') : null
  return { places, journal, supervise, phases, said, content, daemon, data }
}

/** The same without a process and without a release. */
function anUpgrade() {
  const data = aFolder()
  const places = placesIn(data)
  writeFileSync(join(data, 'tutti.db-sums'), 'sums of 0.2.0')
  const release = {
    digest: 'd'.repeat(64),
    version: '0.2.0',
    platform: '',
    sizeBytes: 1,
    signer: '',
    builtAt: 1,
  }
  const content = (name: string) =>
    existsSync(join(data, name)) ? readFileSync(join(data, name), 'utf8') : null
  return { places, journal: aJournal(release, ''), data, content }
}

/** What was started in the background says so a little later. */
async function heard(said: () => string[], line: string): Promise<void> {
  const deadline = Date.now() + 40_000
  while (!said().includes(line) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20))
  expect(said()).toContain(line)
}

describe.concurrent('a supervisor', () => {
  test('a healthy version takes over: checked, tried behind its gate, then the pointer leads to it', async () => {
    const { places, supervise, phases, said, content, daemon } = await aMachine('good')

    const end = await supervise()

    expect(end).toMatchObject({ phase: 'done', version: '0.2.0', from: '0.1.0', why: '' })
    expect(phases).toEqual(['checking', 'stopping', 'trial', 'done'])
    expect(daemon.signalCode).toBe('SIGTERM')
    expect(said()).toEqual(['trial 0.2.0', 'open 0.2.0', ''])
    expect(places.pointer()).toMatchObject({ version: '0.2.0', over: '0.1.0' })
    expect(content('tutti.db')).toBe('of 0.2.0')
    expect(existsSync(places.snapshot)).toBe(false)
  })

  test.each<[Nature, string]>([
    ['silent', 'it ended by itself (3)'],
    ['ill', 'its health is not good'],
  ])('a version that is %s is taken back by itself, and the data is as it was', async (nature, why) => {
    const { places, supervise, phases, said, content } = await aMachine(nature)

    const end = await supervise()

    expect(end).toMatchObject({ phase: 'returned', why })
    expect(phases).toEqual(['checking', 'stopping', 'trial', 'returning', 'returned'])
    expect([content('tutti.db'), content('tutti.db-sums'), content('tutti.db-wal')]).toEqual([
      'of 0.1.0',
      'sums of 0.1.0',
      null,
    ])
    expect(places.pointer()).toBeNull()
    await heard(said, 'run 0.1.0')
    expect(said()).not.toContain('open 0.2.0')
  })

  test('a version that does not even start is found out while the former one runs on', async () => {
    const { supervise, said, daemon } = await aMachine('broken')

    const end = await supervise()

    expect(end).toMatchObject({ phase: 'failed', why: 'it does not start: a part is missing' })
    expect([daemon.signalCode, said()]).toEqual([null, []])
    daemon.kill()
  })
})

test('one that was cut off while it was tried is taken back by the next start', () => {
  const { places, journal, data, content } = anUpgrade()
  const tried = { ...journal, hasSnapshot: true, upgrade: { ...journal.upgrade, phase: 'trial' as const } }
  mkdirSync(places.snapshot, { recursive: true })
  writeFileSync(join(places.snapshot, 'tutti.db'), 'of 0.1.0')
  writeFileSync(join(data, 'tutti.db'), 'of 0.2.0')
  writeFileSync(join(data, 'tutti.db-wal'), 'of 0.2.0')

  places.note({ ...tried, supervisor: { pid: process.pid, started: startOf(process.pid) } })
  expect(() => settleUpgrade(places, 2)).toThrow('being upgraded to 0.2.0')
  places.note({ ...tried, supervisor: { pid: process.pid, started: 'of another process' } })
  settleUpgrade(places, 2)

  expect(places.journal()?.upgrade).toMatchObject({ phase: 'returned', endedAt: 2 })
  expect([content('tutti.db'), content('tutti.db-wal'), content('tutti.db-sums')]).toEqual([
    'of 0.1.0',
    null,
    null,
  ])
})

test('one that was cut off behind the turn of the pointer is finished by the next start', () => {
  const { places, journal, data, content } = anUpgrade()
  const { digest, version } = journal.upgrade
  mkdirSync(places.snapshot, { recursive: true })
  writeFileSync(join(places.snapshot, 'tutti.db'), 'of 0.1.0')
  writeFileSync(join(data, 'tutti.db'), 'of 0.2.0')
  places.note({ ...journal, hasSnapshot: true, upgrade: { ...journal.upgrade, phase: 'trial' } })
  places.point({ folder: journal.folder, version, digest, over: '0.1.0' })

  settleUpgrade(places, 2)

  expect(places.journal()?.upgrade.phase).toBe('done')
  expect([content('tutti.db'), existsSync(places.snapshot)]).toEqual(['of 0.2.0', false])
})

test('what is healthy: the version that was asked for, every terminal, and a machine of those that were linked', () => {
  const facts: TrialFacts = {
    version: '0.2.0',
    host: '127.0.0.1',
    port: 1,
    name: 'localhost',
    isTls: false,
    ranBefore: 2,
    running: 2,
    linkedBefore: 3,
    reached: 1,
  }

  expect(trialProblem(facts, '0.2.0')).toBeNull()
  expect(trialProblem({ ...facts, linkedBefore: 0, reached: 0 }, '0.2.0')).toBeNull()
  expect(trialProblem(facts, '0.3.0')).toBe('it says that it is 0.2.0')
  expect(trialProblem({ ...facts, running: 1 }, '0.2.0')).toBe('it found 1 of 2 terminals')
  expect(trialProblem({ ...facts, reached: 0 }, '0.2.0')).toBe(
    'it reached none of the 3 machines that were linked',
  )
})
