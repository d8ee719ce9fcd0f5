// What belongs to an agent on this machine, gathered from the features that keep it: packed when it leaves, put in its places
// when it comes, and in one transaction with whatever says that it lives here.
import { rm } from 'node:fs/promises'
import type { Agent, AgentId } from '@tutti/core'
import type { NodeCrypto } from '@tutti/protocol'
import { edited } from '../agents/editing.ts'
import type { Environment } from '../agents/environment.ts'
import type { Vault } from '../agents/launch.ts'
import type { Roster } from '../agents/roster.ts'
import { updateAgent } from '../agents/store.ts'
import type { GitDeps } from '../archive/working-copy.ts'
import type { Store } from '../db/store.ts'
import type { Travelling } from '../messages/travelling.ts'
import type { Changes } from '../moving/book.ts'
import type { Residence } from '../moving/residence.ts'
import { install, unpack } from './residence-arriving.ts'
import { pack } from './residence-packing.ts'

export interface ResidenceDeps {
  store: Store
  vault: Vault
  now(): number
  dataFolder: string
  roster: Roster
  hibernate(id: AgentId, why: string): Promise<unknown>
  mail(): Travelling
  /** Where folders for agents that come may be made, as they really are. */
  roots(): Promise<readonly string[]>
  git: GitDeps
  home: string
  /** What every session here has of the daemon's environment. */
  inherited: Environment
  crypto: NodeCrypto
  /** How programs are held here unless somebody says otherwise. */
  isolation(): Agent['isolation']
  /** The name of this machine in its room. */
  label(): string
  /** Where mail for an agent that has moved to another machine goes. */
  addressAt(node: string, name: string): string
}

export function createResidence(deps: ResidenceDeps): Residence {
  const { roster } = deps
  return {
    find: roster.known,
    byName: roster.byName,
    hold: roster.hold,
    hibernate: deps.hibernate,
    pack: (agent, packing) => pack(deps, agent, packing),
    unpack: (path, into) => unpack(deps, path, into),
    async discard({ folder, made }) {
      if (made) await rm(folder, { recursive: true, force: true })
    },
    install: (parts, folder, how) => install(deps, { parts, folder, how }),
    letGo: (agent, to) => letGo(deps, agent, to),
    comeBack: (id) => comeBack(deps, id),
    scrub: (id) => ({
      statements: [
        { sql: "UPDATE agents SET private_key = x'' WHERE id = ?", values: [id] },
        { sql: 'DELETE FROM agent_env WHERE agent_id = ?', values: [id] },
        { sql: 'DELETE FROM agent_tokens WHERE agent_id = ?', values: [id] },
      ],
      events: [],
    }),
  }
}

function letGo(
  deps: ResidenceDeps,
  agent: Agent,
  { node, mailSeq }: { node: string; mailSeq: number },
): Changes {
  const address = deps.addressAt(node, agent.name)
  const now = deps.now()
  const status = { state: 'hibernated' as const, why: 'It lives on another machine now', since: now }
  const gone = edited(agent, now, { status, session: null, deletedAt: now })
  const mail = deps.mail().onward(agent.id, { after: mailSeq, address })
  return {
    statements: [
      updateAgent(gone, agent),
      {
        sql: `INSERT INTO mail_forwards (agent, name, node, at) VALUES (?, ?, ?, ?)
          ON CONFLICT (agent) DO UPDATE SET name = excluded.name, node = excluded.node, at = excluded.at`,
        values: [agent.id, agent.name, node, now],
      },
      ...mail.statements,
    ],
    events: [{ type: 'agent.deleted', subject: agent.id, data: gone }, ...mail.events],
  }
}

function comeBack(deps: ResidenceDeps, id: AgentId): Changes {
  const agent = deps.roster.get(id)
  const forward = deps.store.get<{ node: string }>('SELECT node FROM mail_forwards WHERE agent = ?', id)
  const now = deps.now()
  const status = { state: 'hibernated' as const, why: 'Its new home is not of the room any more', since: now }
  const back = edited(agent, now, { status, deletedAt: null })
  const address = deps.addressAt(forward?.node ?? '', agent.name)
  const mail = deps.mail().back(id, { name: agent.name, address })
  return {
    statements: [
      updateAgent(back, agent),
      { sql: 'DELETE FROM mail_forwards WHERE agent = ?', values: [id] },
      ...mail.statements,
    ],
    events: [{ type: 'agent.undeleted', subject: id, data: back }, ...mail.events],
  }
}
