// A machine of a room for tests: a daemon with real mail and a real mesh, and doubles for the rest.
// oxlint-disable-next-line no-restricted-imports -- a test starts the process that it kills
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  Agent,
  newId,
  type AgentId,
  type AttentionItem,
  type InputOf,
  type Message,
  type MeshNode,
  type NodePairing,
  type OperationName,
} from '@tutti/core'
import { newKeyPair } from '../src/agents/keys.ts'
import { createRoster, type Roster } from '../src/agents/roster.ts'
import { createAttention } from '../src/attention/attention.ts'
import { queueHandlers } from '../src/attention/handlers.ts'
import { openMail, type Mail } from '../src/wiring/mail.ts'
import { holdAway, openMeshRoom } from '../src/wiring/mesh-room.ts'
import type { MeshDoor } from '../src/mesh/door.ts'
import { contextOf } from '../src/messages/test-support.ts'
import { boardReading } from '../src/board/board-table.ts'
import { archiveHandlers, forwardsOf, residenceOf } from '../src/wiring/residing.ts'
import type { Store } from '../src/db/store.ts'
import type { BinaryChannels, Handlers } from '../src/handler.ts'
import type { Room } from '../src/main.ts'
import { aRoom, anOwner, askAt, bearer, callOperation, type Answer, type Ask, type TestRoom } from './room.ts'
import { sampleOf } from './sample.ts'

export interface Machine extends TestRoom {
  mesh: MeshDoor
  opened: Room
  channels: BinaryChannels
  /** Calls an operation as the command on that machine does; a refusal is thrown as its code. */
  call<T>(name: OperationName, input?: Record<string, unknown>): Promise<T>
  /** An agent of that name; one that is new works in `folder`. */
  agent(name: string, id?: AgentId, folder?: string): Promise<AgentId>
  /** What an agent writes. */
  sendAs(
    agent: AgentId,
    letter: { to: string; text: string } & Partial<InputOf<'sendMessage'>>,
  ): Promise<Message>
  /** Stops the daemon; the folder stays. */
  stop(): Promise<void>
}

export interface MachineOptions {
  name: string
  folder?: string
  port?: number
  peerPort?: number
  /** Where others are told to dial it, in place of its own door. */
  peerNames?: string[]
  /** What it does beside mail. */
  handlers?: (roster: Roster) => Partial<Handlers>
  channels?: BinaryChannels
  /** What waits for a person there. */
  items?: () => readonly AttentionItem[]
  /** With a queue of its own, in place of such items. */
  queue?: boolean
  /** The store that it works with, in place of its own. */
  store?: (store: Store) => Store
}

const SILENT: BinaryChannels = { connect: () => ({ receive: () => undefined, close: () => undefined }) }

interface Parts {
  room: Room
  mesh: MeshDoor
  roster: Roster
  channels: BinaryChannels
  mail: Mail
}

const BY = { actor: 'test', address: '', act: 'test', audited: false }

export async function openMachine(options: MachineOptions): Promise<Machine> {
  const { name, folder, port = 0, peerPort = 0, peerNames = [] } = options
  let parts: Parts | null = null
  const room = await aRoom({
    ...(folder === undefined ? {} : { folder }),
    config: { port, peerPort, peerNames },
    async opened(given) {
      const work = join(given.config.dataFolder, '..', 'work')
      mkdirSync(work, { recursive: true })
      const current = () => ({ ...given.settings.current(), machine: name, allowedFolders: [work] })
      const settings = { ...given.settings, current }
      const opened = { ...given, settings, store: options.store?.(given.store) ?? given.store }
      const roster = createRoster(opened.store)
      const mesh = openMeshRoom(opened, {
        mail: () => mail,
        agents: roster,
        nowMs: () => performance.now(),
        items: () => options.items?.() ?? attention.board.open(),
        handlers: () => handlers,
        channels: () => channels,
        residence: () => residence(),
      })
      const forwards = forwardsOf(opened, mesh, () => mail)
      const attention = createAttention({
        ...opened,
        agent: roster.find,
        deliver: () => Promise.reject(new Error('no program has asked this')),
        prompt: () => Promise.resolve(),
        replyByMail: async (item, answer) => mail.replyByMail?.(item, answer),
      })
      const open = () => attention.board.open().filter(({ onlyFor }) => onlyFor !== undefined)
      const mail: Mail = openMail({
        ...opened,
        ...(options.queue === true ? { queue: { ...attention, open } } : {}),
        agents: roster,
        isOfRoom: (address) => mesh.partyAt(address) !== null,
        leaving: mesh.leaving,
        neighbours: mesh.neighbours,
        machineOf: mesh.machineOf,
        hasLeft: mesh.hasLeft,
        onward: forwards.onward,
        cameFrom: forwards.cameFrom,
        notify: () => Promise.resolve(false),
        wake: () => Promise.resolve(),
      })
      const residence = residenceOf(opened, {
        env: { PATH: process.env['PATH'], HOME: given.config.dataFolder },
        roster,
        hibernate: () => Promise.resolve(),
        mesh,
        forwards,
        mail: () => mail,
      })
      holdAway(opened, roster.hold)
      const own: Partial<Handlers> = {
        listAgents: ({ deleted }) => roster.list(deleted),
        getAgent: ({ id }) => roster.get(id),
      }
      const archives = archiveHandlers(opened, { mesh, residence })
      const handlers = {
        ...own,
        ...archives,
        ...boardReading(opened.store),
        ...mail.handlers,
        ...mesh.handlers,
        ...(options.queue === true ? queueHandlers(attention, opened) : {}),
        ...options.handlers?.(roster),
      }
      const channels = options.channels ?? SILENT
      await mesh.begin()
      const stop = mail.run()
      parts = { room: opened, mesh, roster, channels: mesh.channels(channels), mail }
      return {
        handlers,
        reaching: mesh.reaching,
        machines: mesh.machines,
        channels: mesh.channels(channels),
        callers: mail.callers,
        sockets: mail.sockets,
        async close() {
          await mesh.close()
          await stop()
        },
      }
    },
  })
  const made = parts as Parts | null
  if (made === null) throw new Error('the machine has no mesh')
  return {
    ...room,
    mesh: made.mesh,
    opened: made.room,
    channels: made.channels,
    call: callerOf(room, room.localToken),
    async agent(agentName, given, agentFolder = '/nowhere') {
      const known = made.roster.byName(agentName)
      if (known) return known.id
      const id = given ?? newId('agent', Date.now(), made.room.random)
      const { publicKey, privateKey } = newKeyPair()
      const sample = Agent.parse({ ...Object(sampleOf(Agent)), id, name: agentName, publicKey })
      const sealed = made.room.vault.seal(privateKey, { table: 'agents', row: id, field: 'private_key' })
      const secrets = { privateKey: sealed, adopted: null, env: [] }
      const agent: Agent = {
        ...sample,
        deletedAt: null,
        session: null,
        folder: agentFolder,
        avatar: null,
        args: [],
      }
      await made.roster.add(agent, secrets, BY)
      return id
    },
    async sendAs(from, letter) {
      const plain = { type: 'notification', priority: 'normal' } as const
      const draft = { ...plain, attachments: [], ...letter }
      const { messages } = await made.mail.handlers.sendMessage(draft, contextOf(from))
      const [message] = messages
      if (!message) throw new Error('nothing was sent')
      return message
    },
    stop: () => room.daemon.close(),
  }
}

/** A machine in a process of its own, for killing. */
export interface Remote extends Pick<Machine, 'call'> {
  agentId: AgentId
  kill(): Promise<void>
  /** Resolves when its process has ended. */
  ended: Promise<unknown>
}

export async function startMachine(given: {
  folder: string
  name: string
  agent: string
  /** Its process kills itself at that write about a move: `before 3`, `after 3`. */
  dies?: string
  /** Where others are told to dial it. */
  peerNames?: string
}): Promise<Remote> {
  const { folder, name, agent, dies = '', peerNames = '' } = given
  const program = fileURLToPath(new URL('./mesh-child.ts', import.meta.url))
  const child = spawn(process.execPath, [program, folder, name, agent, '0', dies, peerNames], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const said = JSON.parse(String(line)) as { port: number; localToken: string; agent: AgentId }
  const room = { ask: (path: string, ask?: Ask) => askAt(said.port, path, ask) }
  return {
    agentId: said.agent,
    ended,
    call: callerOf(room, said.localToken),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const callerOf =
  (room: Pick<TestRoom, 'ask'>, token: string) =>
  async <T>(operation: OperationName, input: Record<string, unknown> = {}): Promise<T> => {
    const answer: Answer = await callOperation(room, operation, { input, headers: bearer(token) })
    if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${answer.text}`)
    return answer.json as T
  }

/** Waits for something that comes to be, with a deadline. */
export async function eventually<T>(find: () => Promise<T | null | undefined | false>): Promise<T> {
  const end = performance.now() + 15_000
  for (;;) {
    const found = await find()
    if (found) return found
    if (performance.now() > end) throw new Error('it did not come to be within 15 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Two people at two machines: one invites, the other joins, both compare. Answers with the digits of each. */
export async function pair(
  inviter: Pick<Machine, 'call'>,
  joiner: Pick<Machine, 'call'>,
): Promise<{ digits: (string | null)[] }> {
  const invitation = await inviter.call<NodePairing>('inviteNode')
  const joining = await joiner.call<NodePairing>('joinNode', { code: invitation.code })
  const other = await inviter.call<NodePairing>('getPairing', { id: invitation.id, past: 'open' })
  await inviter.call('comparePairing', { id: invitation.id, alike: true })
  await joiner.call('comparePairing', { id: joining.id, alike: true })
  await joiner.call('getPairing', { id: joining.id, past: 'comparing' })
  return { digits: [joining.text, other.text] }
}

/** Whether a machine sees another one over a direct link. */
export const linked = (from: Pick<Machine, 'call'>, to: string) =>
  eventually(async () =>
    (await from.call<MeshNode[]>('listNodes')).find(({ name, link }) => name === to && link === 'linked'),
  )

/** All that lies in the mailbox of an agent, oldest first. */
export async function inboxOf(machine: Pick<Machine, 'call'>, mailbox: AgentId): Promise<Message[]> {
  const page = await machine.call<{ items: Message[] }>('listMessages', { mailbox, limit: 200 })
  return page.items.toReversed()
}

export { anOwner }
