// Upgrading: this machine to a release, the machines of the room one after the other, and making a release of what is built here.
import { ClientFault, type Client } from '@tutti/client'
import { hasUpgradeEnded, type FleetMember, type FleetUpgrade, type Release, type Upgrade } from '@tutti/core'
import { isAbsolute, join } from 'node:path'
import { text, type Call, type Command, type Outcome } from '../command.ts'
import { PackAnswer } from '../daemon-contract.ts'
import { askEntry } from '../daemon-process.ts'
import { UsageError } from '../exit-code.ts'
import { suggestion } from '../naming.ts'
import { working } from '../progress.ts'
import { table } from '../table.ts'
import { size } from '../words.ts'

export const upgradeCommands: Command[] = [
  {
    words: 'upgrade',
    says: 'Upgrade this machine to a release; it returns by itself if the new version is not healthy',
    args: [{ name: 'file', says: 'the file of a release, or the SHA-256 of one in `tutti releases`' }],
    flags: [],
    run: upgrade,
  },
  {
    words: 'nodes upgrade',
    says: 'Upgrade machines of the room one after the other, this one last; the first failure ends it',
    args: [
      {
        name: 'names',
        says: 'machines (all of the room), and at the end the file of the release',
        many: true,
      },
    ],
    flags: [text('at-once', 'how many machines at the same time (1)')],
    run: upgradeNodes,
  },
  {
    words: 'releases pack',
    says: 'Write what is installed or built here into the file of a release, signed by the key of this machine',
    args: [{ name: 'file' }],
    flags: [
      text('release', 'its version, in place of the one that its package says'),
      text('key-file', 'an Ed25519 key (PEM) that signs in place of the key of this machine'),
      text('root', 'the folder of the installation, in place of the one of this command'),
    ],
    run: pack,
  },
]

const whole = (call: Call, path: string): string => (isAbsolute(path) ? path : join(call.io.cwd, path))

async function pack(call: Call): Promise<Outcome> {
  const { io, place } = call
  const file = whole(call, call.need('file'))
  const root = whole(call, call.text('root') ?? io.layout.root)
  const keyFile = call.text('key-file')
  const args = [
    'pack',
    root,
    file,
    call.text('release') ?? '',
    keyFile === undefined ? '' : whole(call, keyFile),
  ]
  const release = await working(io, 'Packing', askEntry({ io, place }, args, PackAnswer))
  return {
    data: release,
    text: () =>
      [
        `Tutti ${release.version} for ${release.platform} is in ${file} (${size(release.sizeBytes)}).`,
        `Signed by ${release.signer}. Another machine takes it once its admin says:`,
        `  tutti releases trust ${release.signer}`,
      ].join('\n'),
  }
}

const DIGEST = /^[0-9a-f]{64}$/

/** A release that is on the machine by now. */
async function brought(call: Call, client: Client, given: string): Promise<Release> {
  if (DIGEST.test(given)) {
    const known = (await client.listReleases()).find(({ digest }) => digest === given)
    if (known) return known
  }
  const body = call.io.readBytes(whole(call, given))
  if (body === null) throw new UsageError(`There is no file ${given}.`)
  return working(call.io, `Checking ${size(body.byteLength)}`, client.uploadRelease({}, { body }))
}

async function upgrade(call: Call): Promise<Outcome> {
  const client = call.client()
  const { digest } = await brought(call, client, call.need('file'))
  const begun = await client.upgradeMachine({ digest })
  const end = await followed(call, begun)
  if (end.phase === 'done')
    return { data: end, text: () => `Tutti ${end.version} runs here now (it was ${end.from}).` }
  throw new ClientFault(500, { code: 'upgrade.failed', message: saidOf(end), details: { phase: end.phase } })
}

const saidOf = ({ version, from, phase, why }: Upgrade): string =>
  phase === 'returned'
    ? `${version} was not healthy, so ${from} runs again: ${why}.`
    : `The upgrade to ${version || 'that release'} failed: ${why}. ${from} runs on as before.`

const LABELS: Partial<Record<string, string>> = {
  fetching: 'Fetching',
  checking: 'Checking the new version beside this one',
  stopping: 'Stopping this version',
  trial: 'Trying the new version',
  returning: 'Returning to the former version',
}
const AGAIN_MS = 300
/** Longer than all that a supervisor waits for. */
const LOST_MS = 5 * 60_000

async function followed(call: Call, begun: Upgrade): Promise<Upgrade> {
  const { io } = call
  let at = begun
  let heardAt = io.clock.now()
  while (!hasUpgradeEnded(at) && !io.signal.aborted) {
    const state = await working(io, LABELS[at.phase] ?? at.phase, statedBy(call, at.phase))
    if (state?.phase === at.phase || state?.digest !== begun.digest) await pause(call)
    if (state?.digest === begun.digest) {
      at = state
      heardAt = io.clock.now()
    }
    if (io.clock.now() - heardAt > LOST_MS)
      throw new ClientFault(0, {
        code: 'network.unreachable',
        message:
          'Tutti has not come back. `tutti up` starts the version that is to run; the log folder says more.',
      })
  }
  return at
}

/** Null while it does not answer: it restarts. */
async function statedBy(call: Call, past: Upgrade['phase']): Promise<Upgrade | null> {
  try {
    return (await call.client().getUpgrade({ past })).upgrade
  } catch (error) {
    if (isRestart(error)) return null
    throw error
  }
}

const RESTARTING: ReadonlySet<string> = new Set([
  'network.unreachable',
  'auth.invalid',
  'auth.missing',
  'server.trial',
  'server.stopping',
])

const isRestart = (error: unknown): boolean => error instanceof ClientFault && RESTARTING.has(error.code)

const pause = ({ io }: Call): Promise<void> => new Promise((resolve) => io.clock.after(AGAIN_MS, resolve))

async function upgradeNodes(call: Call): Promise<Outcome> {
  const given = call.list('names')
  const names = given.slice(0, -1)
  const atOnce = Number(call.text('at-once') ?? 1)
  if (!Number.isInteger(atOnce) || atOnce < 1)
    throw new UsageError('expected --at-once to be a number from 1')
  const client = call.client()
  const nodes = names.length === 0 ? undefined : await idsOf(client, names)
  const { digest } = await brought(call, client, given.at(-1) ?? '')
  const begun = await client.upgradeNodes({ digest, atOnce, ...(nodes ? { nodes } : {}) })
  const end = await roomFollowed(call, begun)
  const bad = end.members.find(({ phase }) => phase === 'failed' || phase === 'returned')
  if (bad === undefined)
    return { data: end, text: () => `${end.members.length} machines run Tutti ${end.version} now.` }
  const shown: Outcome = { data: end, text: (page) => table(page, MEMBER_COLUMNS, end.members) }
  return { ...shown, exit: FAILED }
}

/** Which machine, and why, is in what is printed. */
const FAILED = 1

const MEMBER_COLUMNS = [
  { title: 'MACHINE', cell: ({ name }: FleetMember) => name },
  { title: 'UPGRADE', cell: ({ phase }: FleetMember) => phase },
  { title: 'WHY', cell: ({ why }: FleetMember) => why, least: 20 },
]

async function idsOf(client: Client, names: readonly string[]): Promise<string[]> {
  const nodes = await client.listNodes()
  return names.map((wanted) => {
    const found = nodes.find(({ id, name }) => id === wanted || name === wanted.toLowerCase())
    if (found) return found.id
    throw new UsageError(
      `No machine of the room is called ${wanted}.${suggestion(wanted, nodes)}`,
      'tutti nodes',
    )
  })
}

async function roomFollowed(call: Call, begun: FleetUpgrade): Promise<FleetUpgrade> {
  let at = begun
  while (at.endedAt === null && !call.io.signal.aborted) {
    const next = await working(call.io, roomLabel(at), roomStated(call, at.revision))
    if (next === null || next.revision === at.revision) await pause(call)
    at = next ?? at
  }
  return at
}

async function roomStated(call: Call, past: number): Promise<FleetUpgrade | null> {
  try {
    return await call.client().getRoomUpgrade({ past })
  } catch (error) {
    if (isRestart(error)) return null
    throw error
  }
}

function roomLabel({ members, sizeBytes }: FleetUpgrade): string {
  const done = members.filter(({ phase }) => phase === 'done').length
  const now = members.filter(({ phase }) => phase !== 'waiting' && phase !== 'done' && phase !== 'skipped')
  const each = now.map(({ name, phase, gotBytes }) =>
    phase === 'fetching'
      ? `${name} ${Math.floor((100 * gotBytes) / Math.max(1, sizeBytes))} %`
      : `${name} ${phase}`,
  )
  return `${done} of ${members.length} upgraded${each.length > 0 ? `; ${each.join(', ')}` : ''}`
}
