// Upgrades at the command line: followed through the restart, and what became of them is said and told by the exit code.
import { fault, type FleetMember, type FleetUpgrade, type Release, type Upgrade } from '@tutti/core'
import { afterEach, expect, test } from 'vitest'
import { NOW, aServer, anIo, endAll } from '../../test/support.ts'

afterEach(endAll)

const idOf = (name: string): string => `did:key:z6Mk${name}${'x'.repeat(44 - name.length)}`
const digest = 'd'.repeat(64)
const release: Release = {
  digest,
  version: '0.2.0',
  platform: 'linux-x64',
  sizeBytes: 40_000_000,
  signer: idOf('me'),
  builtAt: NOW,
}
const upgradeOf = (phase: Upgrade['phase'], why = ''): Upgrade => ({
  digest,
  version: '0.2.0',
  from: '0.1.0',
  phase,
  why,
  gotBytes: 0,
  sizeBytes: 1,
  by: 'ada',
  startedAt: NOW,
  endedAt: null,
})

/** A daemon that goes through these phases, and is away between them. */
async function aDaemon(...phases: (Upgrade | null)[]) {
  const server = await aServer({
    listReleases: () => [release],
    upgradeMachine: () => upgradeOf('checking'),
    getUpgrade() {
      const upgrade = phases.length > 1 ? phases.shift() : phases[0]
      if (!upgrade) throw fault('server.trial')
      return { running: '0.1.0', upgrade }
    },
  })
  return { ...server, ...anIo(server.url) }
}

test('an upgrade is followed while the daemon is away, and its end is told', async () => {
  const { run, printed, asked } = await aDaemon(
    upgradeOf('stopping'),
    null,
    upgradeOf('trial'),
    upgradeOf('done'),
  )

  expect(await run('upgrade', digest)).toBe(0)

  expect(printed).toEqual({ out: 'Tutti 0.2.0 runs here now (it was 0.1.0).\n', err: '' })
  expect(asked.find(({ name }) => name === 'upgradeMachine')?.input).toEqual({ digest })
})

test('one that returned says why, and the exit code tells', async () => {
  const { run, printed } = await aDaemon(upgradeOf('returned', 'it found 1 of 2 terminals'))

  expect(await run('upgrade', digest)).toBe(1)

  expect(printed.err).toBe('tutti: 0.2.0 was not healthy, so 0.1.0 runs again: it found 1 of 2 terminals.\n')
})

const member = (name: string, phase: FleetMember['phase'], why = ''): FleetMember => ({
  node: idOf(name),
  name,
  phase,
  why,
  from: '0.1.0',
  gotBytes: 0,
})

const job = (revision: number, ...members: FleetMember[]): FleetUpgrade => ({
  digest,
  version: '0.2.0',
  sizeBytes: 1,
  atOnce: 1,
  by: 'ada',
  members,
  startedAt: NOW,
  endedAt: members.every(({ phase }) => phase !== 'waiting') ? NOW : null,
  revision,
})

const node = (name: string) => ({
  id: idOf(name),
  name,
  link: name === 'alpha' ? 'self' : 'linked',
  via: null,
  since: NOW,
  version: '0.1.0',
  latencyMs: null,
  skewMs: null,
  agents: 0,
  waiting: 0,
  urls: [],
  grant: null,
})

test('machines are named before the file, the first failure is exit code 1, and `tutti nodes` keeps saying why', async () => {
  const ended = job(3, member('beta', 'returned', 'it was ill'), member('gamma', 'skipped'))
  const { url, asked } = await aServer({
    listNodes: () => [node('alpha'), node('beta'), node('gamma')],
    listReleases: () => [release],
    upgradeNodes: () => job(1, member('beta', 'checking'), member('gamma', 'waiting')),
    getRoomUpgrade: () => ended,
  })
  const { run, printed } = anIo(url)

  expect(await run('nodes', 'upgrade', 'beta', 'gamma', digest, '--at-once', '2')).toBe(1)
  expect(printed.out).toMatch(/beta +returned +it was ill\n/)
  expect(asked.find(({ name }) => name === 'upgradeNodes')?.input).toEqual({
    digest,
    atOnce: 2,
    nodes: [idOf('beta'), idOf('gamma')],
  })

  printed.out = ''
  expect(await run('nodes')).toBe(0)
  expect(printed.out).toContain('0.2.0 returned: it was ill')
})

test('a name that is no machine of the room is told before anything is sent', async () => {
  const { url, asked } = await aServer({ listNodes: () => [node('alpha'), node('beta')] })
  const { run, printed } = anIo(url)

  expect(await run('nodes', 'upgrade', 'betta', digest)).toBe(2)

  expect(printed.err).toContain('No machine of the room is called betta. Did you mean')
  expect(asked.map(({ name }) => name)).toEqual(['listNodes'])
})
