// Agents and what belongs to them, wired: sessions, channels, found sessions, folders, programs, recordings, backups, doctor.
import { join } from 'node:path'
import { KITS } from '@tutti/agents'
import type { AgentId } from '@tutti/core'
import { createTerminals, type Terminals } from '@tutti/terminals'
import { createAgents, type Agents } from '../agents/agents.ts'
import { inheritedEnvironment } from '../agents/environment.ts'
import { putOwnCommand } from '../agents/own-command.ts'
import { boardReading } from '../board/board-table.ts'
import { createBackups } from '../backup/backups.ts'
import { closeInOrder } from '../closing.ts'
import { createDoctor } from '../doctor/doctor.ts'
import { checkTmux } from '../doctor/tmux-check.ts'
import { createFolders } from '../folders/folders.ts'
import { createFoundHandlers } from '../found/found.ts'
import { openMail, type Mail } from './mail.ts'
import type { Features, Room } from '../main.ts'
import { openMaps } from './mapping.ts'
import type { MeshDoor } from '../mesh/door.ts'
import { holdAway, openMeshRoom, type MeshParts } from './mesh-room.ts'
import type { Forwards } from '../moving/forwards.ts'
import { archiveHandlers, forwardsOf, residenceOf } from './residing.ts'
import type { By } from '../db/store.ts'
import { noticeText } from '../messages/doorbell.ts'
import { createOversight, type Oversight, type OversightOptions } from './oversight.ts'
import { createPrograms } from '../programs/programs.ts'
import { createOutboundConnect } from '../outbound.ts'
import { createRecordings } from '../recordings/recordings.ts'
import { checkSandbox } from '../sandbox/availability.ts'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { createChannels } from '../terminals/channels.ts'
import { createTerminalHandlers } from '../terminals/handlers.ts'
import { openUpgrading, type Upgrading, type UpgradingOptions } from './upgrading.ts'

export interface FeatureOptions {
  /** The environment that sessions may inherit from, by an allow-list. */
  env: Readonly<Record<string, string | undefined>>
  /** The rehearsal agent: the command that starts it. */
  rehearsal: { command: readonly [string, ...string[]] }
  /** The command line of `tutti`. */
  cli: readonly [string, ...string[]]
  /** The command of the MCP server that agents are started with. */
  mcp: readonly [string, ...string[]]
  /** What runs in every sandbox: the forwarder's command, and where Tutti's own programs lie. */
  sandbox: { forwarder: readonly [string, string]; programs: readonly string[] }
  /** How this daemon was started. */
  started: Pick<UpgradingOptions, 'former' | 'pid' | 'program'>
  /** The SKILL.md that agents are given at their start. */
  skill: string
  /** When this machine was started, ms UTC. */
  bootedAt: number
  /** The short folder for sockets whose path would be too long. */
  shortFolder: string
}

export const openFeatures =
  (options: FeatureOptions) =>
  async (room: Room): Promise<Features> => {
    const { config, store, settings, clock, log } = room
    const terminals = await openTerminals(room, options)
    const tmux = await tmuxOf(terminals, log)
    const { agents, folders, programs, oversight, sandbox } = openAgents(room, options, {
      host: terminals,
      replyByMail: async (item, answer) => mail.replyByMail?.(item, answer),
    })
    const { roster } = agents
    const recordings = createRecordings({
      ...room,
      roster,
      host: terminals,
      folder: join(config.dataFolder, 'recordings'),
      keptDays: () => settings.current().recordingDays,
    })
    agents.onPurge(recordings.remains)
    const channels = createChannels({
      host: terminals,
      clock,
      log,
      known: roster.known,
      onAgent: roster.onChange,
      title: both(agents.title, oversight.title),
      audit: (by, entry) => store.audit(by, entry),
    })
    const backups = createBackups({ ...room, dataFolder: config.dataFolder, settings: settings.current })
    const upgrading = openUpgrading(room, { ...options.started, env: options.env }, () => mesh)
    const { mesh, mail, residence } = openRoomOfMachines(room, options, {
      carry: upgrading.carry,
      agents,
      oversight,
      handlers: () => handlers,
      channels: () => channels,
    })
    const maps = openMaps(room, options, { folders, roster, oversight })
    const handlers: Features['handlers'] = {
      ...agents.handlers,
      ...recordings.handlers,
      ...oversight.handlers,
      ...folders.handlers,
      ...programs.handlers,
      ...backups.handlers,
      ...mail.handlers,
      ...maps.handlers,
      ...mesh.handlers,
      ...upgrading.handlers,
      ...boardReading(store),
      ...archiveHandlers(room, { mesh, residence }),
      ...createTerminalHandlers({ host: terminals, clock, agent: roster.get }),
      ...createFoundHandlers({
        host: terminals,
        agent: roster.get,
        adopted: agents.adopted,
        adopt: agents.adopt,
      }),
      ...doctorOf(room, { terminals, sandbox, roster }).handlers,
    }
    const rest = await begin(room, { agents, oversight, recordings, backups, mail, mesh, sandbox, upgrading })
    return {
      handlers,
      reaching: mesh.reaching,
      machines: mesh.machines,
      links: upgrading.links,
      channels: mesh.channels(channels),
      callers: mail.callers,
      sockets: mail.sockets,
      status: () => ({ ...countsOf(agents, channels), tmux }),
      rest,
      close: () =>
        closeInOrder([
          rest,
          ...[recordings, agents, maps, oversight, sandbox, terminals].map((one) => () => one.close()),
        ]),
    }
  }

const SYSTEM_MOVE: By = { actor: 'system', address: '', act: 'moveAgent', audited: false }

interface RoomParts extends Pick<MeshParts, 'handlers' | 'channels' | 'carry'> {
  agents: Agents
  oversight: Oversight
}

/** What reaches beyond this machine: its mail, the mesh, and agents that come and go. */
function openRoomOfMachines(room: Room, { env }: FeatureOptions, parts: RoomParts) {
  const { agents, oversight } = parts
  const { roster } = agents
  const mesh = openMeshRoom(room, {
    ...parts,
    mail: () => mail,
    agents: roster,
    nowMs: () => performance.now(),
    items: oversight.openItems,
    residence: () => residence(),
  })
  const forwards = forwardsOf(room, mesh, () => mail)
  const mail: Mail = mailOf(room, { agents, oversight, mesh, forwards })
  const hibernate = (id: AgentId, why: string) => agents.hibernate(id, { ...SYSTEM_MOVE }, why)
  const residence = residenceOf(room, { env, roster, hibernate, mesh, forwards, mail: () => mail })
  holdAway(room, roster.hold)
  return { mesh, mail, residence }
}
const tmuxOf = (terminals: Terminals, log: Room['log']): Promise<string> =>
  terminals.version().catch((error: unknown) => {
    log.warn('tmux.missing', { problem: String(error) })
    return 'missing'
  })

const doctorOf = (
  room: Room,
  { terminals, sandbox, roster }: { terminals: Terminals; sandbox: Sandbox; roster: Agents['roster'] },
) =>
  createDoctor({
    dataFolder: room.config.dataFolder,
    tmux: () => checkTmux(() => terminals.version()),
    sandbox: () => checkSandbox(sandbox.availability, wantsSandbox(room, roster)),
  })

const wantsSandbox = ({ settings }: Room, roster: Agents['roster']): boolean =>
  settings.current().isolation === 'sandbox' ||
  roster.list(false).some(({ isolation }) => isolation === 'sandbox')

const countsOf = (agents: Agents, channels: ReturnType<typeof createChannels>) => ({
  agents: agents.counts(),
  viewers: channels.viewers(),
})

const both =
  <A extends unknown[]>(...heard: ((...given: A) => void)[]) =>
  (...given: A): void =>
    heard.forEach((one) => one(...given))

interface MailParts extends Pick<RoomParts, 'agents' | 'oversight'> {
  mesh: MeshDoor
  forwards: Forwards
}

/** Agents learn of their mail by the channel of their kit, and are woken for it. */
const mailOf = (room: Room, { agents, oversight, mesh, forwards }: MailParts): Mail =>
  openMail({
    ...room,
    isOfRoom: (address) => mesh.partyAt(address) !== null,
    leaving: mesh.leaving,
    neighbours: mesh.neighbours,
    machineOf: mesh.machineOf,
    hasLeft: mesh.hasLeft,
    onward: forwards.onward,
    cameFrom: forwards.cameFrom,
    agents: agents.roster,
    queue: oversight.mailQueue,
    notify: (id, unread, now) =>
      oversight.notice(id, noticeText(unread), () => {
        const later = now()
        return later === null ? null : noticeText(later)
      }),
    wake: (id) => agents.wake(id, { actor: 'system', address: '', act: 'mail.wake', audited: true }),
  })

interface AgentDeps extends Required<Pick<OversightOptions, 'replyByMail'>> {
  host: Terminals
}

function openAgents(room: Room, options: FeatureOptions, { host, replyByMail }: AgentDeps) {
  const { config, settings } = room
  const folders = createFolders({ allowed: () => settings.current().allowedFolders })
  const programs = createPrograms({
    searchPath: () => options.env['PATH'] ?? '',
    rehearsal: options.rehearsal.command,
  })
  const oversight: Oversight = createOversight(room, {
    kits: KITS,
    mcp: options.mcp,
    skill: options.skill,
    host,
    agents: () => agents,
    envOf: (agent) => agents.environment(agent),
    replyByMail,
  })
  const sandbox = openSandbox(room, options, { commandFor: programs.commandFor, agents: () => agents })
  const agents: Agents = createAgents({
    ...room,
    ...folders,
    ...programs,
    host,
    sources: [oversight.source],
    inherited: options.env,
    commands: putOwnCommand(join(config.runtimeFolder, 'bin'), options.cli),
    url: room.url,
    sandbox: sandbox.sandboxing,
    isolation: () => settings.current().isolation,
    issueToken: room.agentTokens.issue,
    avatarFolder: join(config.dataFolder, 'avatars'),
    bootedAt: options.bootedAt,
    restoreAfterReboot: config.restoreAfterReboot,
    undeleteDays: () => settings.current().undeleteDays,
  })
  return { agents, folders, programs, oversight, sandbox }
}

interface SandboxParts {
  commandFor: ReturnType<typeof createPrograms>['commandFor']
  agents: () => Agents
}

const openSandbox = (room: Room, options: FeatureOptions, { commandFor, agents }: SandboxParts): Sandbox => {
  const { runtimeFolder, dataFolder, logFolder } = room.config
  return createSandbox({
    ...room,
    socketFolder: join(runtimeFolder, 'hub'),
    shortFolder: options.shortFolder,
    hidden: [dataFolder, runtimeFolder, logFolder, options.shortFolder],
    home: options.env['HOME'] ?? '/root',
    ...options.sandbox,
    ownPlaces: (id) => [
      { path: join(runtimeFolder, 'kits', id), access: 'write' },
      { path: join(runtimeFolder, 'bin'), access: 'read' },
      { path: join(dataFolder, 'files', id), access: 'read' },
    ],
    find: async (program) => (await commandFor(program, options.env['PATH'] ?? ''))?.[0] ?? null,
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    connect: createOutboundConnect(),
    ownPorts: () => [Number(new URL(room.url()).port)],
    agents: () => agents().roster.list(false),
    agent: (id) => agents().roster.find(id),
    kitHosts: ({ kit }) => KITS.find(({ name }) => name === kit)?.sandbox?.hosts ?? [],
  })
}

const openTerminals = ({ config, clock, log, random }: Room, options: FeatureOptions): Promise<Terminals> =>
  createTerminals({
    dir: join(config.runtimeFolder, 'sessions'),
    shortDir: options.shortFolder,
    clock,
    log: ({ event, ...fields }) => log.info(event, fields),
    env: { ...inheritedEnvironment(options.env), ...tmuxFolder(options.env) },
    word: () => Buffer.from(random(16)).toString('hex'),
  })

// Where the user's own tmux servers are, when not in the usual place.
const tmuxFolder = ({ TMUX_TMPDIR: folder }: FeatureOptions['env']): Record<string, string> =>
  folder === undefined ? {} : { TMUX_TMPDIR: folder }

interface Parts {
  mail: Mail
  agents: Agents
  oversight: Oversight
  recordings: ReturnType<typeof createRecordings>
  backups: ReturnType<typeof createBackups>
  mesh: MeshDoor
  sandbox: Sandbox
  upgrading: Upgrading
}

/** Takes up what the daemon before this one left, and begins the long-lived work; the answer ends that, once. */
async function begin(
  { gate }: Room,
  { agents, oversight, recordings, backups, mail, mesh, sandbox, upgrading }: Parts,
): Promise<() => Promise<void>> {
  await agents.recover()
  await sandbox.recover()
  await recordings.recover()
  const stopTrash = await agents.run()
  const stopPruning = recordings.run()
  await backups.reconcile()
  const stopNights = backups.run()
  let stopMail: () => Promise<void> = () => Promise.resolve()
  await gate.passed(async () => {
    await mesh.begin()
    // After the mesh: what its agents have asked of people is taken up as well.
    stopMail = mail.run()
  })
  await upgrading.begin()
  const ended = async (): Promise<void> => {
    upgrading.close()
    // All at once: none of them may begin anything while another one comes to its end.
    const resting = [stopMail(), mesh.close(), agents.rest(), oversight.rest()]
    await Promise.all([...resting, stopTrash(), stopPruning(), stopNights()])
  }
  let ending: Promise<void> | null = null
  return () => (ending ??= ended())
}
