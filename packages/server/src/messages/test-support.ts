// What tests of mail share: a real store in a folder of its own with agents and people in it, and a clock moved by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must, newId, type Agent, type AgentId, type ParsedOf, type UserId } from '@tutti/core'
import { newKeyPair } from '../agents/keys.ts'
import { openStore } from '../db/open.ts'
import type { Store } from '../db/store.ts'
import { aContext, quietLog } from '../db/test-support.ts'
import type { Context } from '../handler.ts'
import { createMessages, type MessagesDeps } from './messages.ts'
import { createTaints } from './taint.ts'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

/** A clock that stands still until it is moved; its timers are never due by themselves. */
export function standingClock(start = 1_700_000_000_000) {
  let now = start
  return { now: () => now, after: () => () => undefined, move: (ms: number) => (now += ms) }
}

/** Sealing that the test alone sees through, bound to its place as the real one is. */
const vault: MessagesDeps['vault'] = {
  seal: (plaintext, place) => Buffer.from(JSON.stringify([place, plaintext])),
  open(sealed, place) {
    const [madeFor, plaintext]: unknown[] = JSON.parse(Buffer.from(sealed).toString())
    if (JSON.stringify(madeFor) !== JSON.stringify(place)) throw new Error('opened in another place')
    return Buffer.from(String(plaintext))
  },
}

export interface Office {
  store: Store
  messages: ReturnType<typeof createMessages>
  clock: ReturnType<typeof standingClock>
  folder: string
  agent(name: string, tags?: string[]): Promise<AgentId>
  person(name: string): Promise<UserId>
  /** The agent is purged. */
  remove(name: string): void
  /** An agent as it was made. */
  known(name: string): Agent
  /** What a call by that mailbox carries. */
  as(id: AgentId | UserId): Context
  send(
    from: AgentId | UserId,
    letter: Partial<ParsedOf<'sendMessage'>> & { to: string },
  ): ReturnType<ReturnType<typeof createMessages>['sending']['send']>
  close(): Promise<void>
}

/** A machine with mail and without everything else. */
export async function anOffice(extra: Partial<MessagesDeps> = {}): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-mail-'))
  const clock = standingClock()
  const store = await openStore({
    path: join(folder, 'tutti.db'),
    clock: { ...clock, after: (ms, run) => cancelOf(setTimeout(run, ms)) },
    log: quietLog,
    auditKey: new Uint8Array(32).fill(7),
  })
  const known = new Map<string, Agent>()
  const messages = createMessages({
    store,
    clock,
    random,
    log: quietLog,
    vault,
    agents: {
      list: () => [...known.values()],
      known: (id) => known.get(id),
      byName: (name) => [...known.values()].find((one) => one.name === name),
    },
    programs: { byName: () => undefined, known: () => undefined, all: () => [] },
    naming: () => ({ tenant: 'team', provider: 'tutti.local', aliases: ['aimaestro.local'] }),
    folder: join(folder, 'attachments'),
    fileUrl: (id) => `http://127.0.0.1:1/${id}`,
    keptDays: () => 30,
    judge: (stored) => stored,
    isSuspended: () => false,
    taints: createTaints({ store, now: clock.now, sessionSince: () => 0 }),
    ...extra,
  })
  const as = (id: AgentId | UserId): Context => contextOf(id)
  return {
    store,
    messages,
    clock,
    folder,
    as,
    async agent(name, tags = []) {
      const agent = await anAgent(store, name, tags)
      known.set(agent.id, agent)
      return agent.id
    },
    remove(name) {
      for (const [id, agent] of known) if (agent.name === name) known.delete(id)
    },
    known: (name) =>
      must(
        [...known.values()].find((one) => one.name === name),
        name,
      ),
    person: (name) => aPerson(store, name, clock.now()),
    async send(from, letter) {
      const input = {
        text: 'Hello',
        type: 'notification',
        priority: 'normal' as const,
        attachments: [],
        ...letter,
      }
      const { messages: sent } = await messages.handlers.sendMessage(input, as(from))
      return sent
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const BY = { actor: 'system', address: '', act: 'test', audited: false }

const cancelOf = (timer: NodeJS.Timeout) => () => clearTimeout(timer)

export function contextOf(id: AgentId | UserId): Context {
  const base = aContext()
  const who = isAgentId(id)
    ? { agentId: id, userId: null, role: 'agent' as const }
    : { agentId: null, userId: id, role: 'operator' as const }
  return { ...base, actor: { ...base.actor, id, ...who }, by: { ...base.by, actor: id } }
}

const isAgentId = (id: AgentId | UserId): id is AgentId => id.startsWith('agt_')

async function aPerson(store: Store, name: string, at: number): Promise<UserId> {
  const id = newId('user', at, random)
  const values = [id, name, 'operator']
  const sql = 'INSERT INTO users (id, name, role, created_at, version) VALUES (?, ?, ?, 1, 1)'
  await store.commit({ by: BY, subject: id, statements: [{ sql, values }] })
  return id
}

async function anAgent(store: Store, name: string, tags: string[]): Promise<Agent> {
  const id = newId('agent', Date.now(), random)
  const { publicKey, privateKey } = newKeyPair()
  const place = { table: 'agents', row: id, field: 'private_key' }
  await store.commit({
    by: BY,
    subject: id,
    statements: [
      {
        sql: `INSERT INTO agents (id, name, label, tags, folder, program, args, persona, avatar, public_key, private_key,
          state, why, since, session_started_at, title, recording, created_at, updated_at, deleted_at, version)
          VALUES (?, ?, '', '[]', '', '', '[]', '{}', NULL, ?, ?, 'idle', '', 0, NULL, '', NULL, 0, 0, NULL, 1)`,
        values: [id, name, publicKey, vault.seal(privateKey, place)],
      },
    ],
  })
  return {
    id,
    name,
    label: '',
    tags,
    folder: '/',
    program: 'sh',
    args: [],
    envNames: [],
    trust: null,
    isolation: 'none',
    egress: [],
    kit: null,
    persona: { role: '', personality: '', instructions: '' },
    avatar: null,
    publicKey,
    status: { state: 'idle', why: '', since: 0 },
    session: null,
    recording: null,
    createdAt: 0,
    updatedAt: 0,
    deletedAt: null,
    version: 1,
  }
}
