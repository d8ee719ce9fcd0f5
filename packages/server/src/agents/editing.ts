// Makes agents and changes what is written about them; their sessions are not touched.
import {
  fault,
  newId,
  type Agent,
  type AgentId,
  type Clock,
  type IsolationLevel,
  type ParsedOf,
  type RandomBytes,
} from '@tutti/core'
import type { By, Statement, Store } from '../db/store.ts'
import { newKeyPair } from './keys.ts'
import { commandOf, envPlace, keyPlace, type LaunchDeps, type Vault } from './launch.ts'
import type { Change, Roster } from './roster.ts'
import { setEnv, unsetEnv } from './store.ts'

export interface EditingDeps extends LaunchDeps {
  store: Store
  roster: Roster
  vault: Vault
  clock: Clock
  random: RandomBytes
  /** Of new agents, unless somebody says otherwise. */
  isolation(): IsolationLevel
}

type NewAgentInput = ParsedOf<'createAgent'>
type AgentChangeInput = ParsedOf<'updateAgent'>

/** A found session that becomes an agent. */
export interface AdoptedSession {
  reference: string
  name: string
  label: string
  tags: string[]
  folder: string
  program: string
  /** Takes the session in, and lets it go again should the agent not come to be. */
  attach(id: AgentId): Promise<void>
  release(id: AgentId): Promise<void>
}

type NewRow = Agent & { privateKey: string }

export type Editing = ReturnType<typeof createEditing>

export function createEditing(deps: EditingDeps) {
  const { roster, vault, clock, random } = deps

  const add = (agent: NewRow, rest: Rest, by: By): Promise<Agent> => {
    const { privateKey, ...visible } = agent
    const sealed = vault.seal(privateKey, keyPlace(agent.id))
    return roster.add(visible, { privateKey: sealed, ...rest }, by)
  }

  return {
    /** Throws folder.outside, agent.folder-missing, agent.program-missing, agent.name-taken or isolation's faults; then nothing is made. */
    async create(input: NewAgentInput, by: By): Promise<Agent> {
      const { wake: _, env, persona, isolation = deps.isolation(), ...fields } = input
      const draft = { ...blank(clock.now(), random), ...fields, isolation }
      const folder = await deps.folderFor(input.folder)
      if (isolation === 'sandbox') await deps.sandbox.refuse(folder)
      const agent = {
        ...draft,
        folder,
        envNames: Object.keys(env).sort(),
        persona: { ...draft.persona, ...persona },
      }
      await commandOf(deps, agent, env['PATH'] ?? undefined)
      return add(agent, { adopted: null, env: newEnv(vault, agent.id, env) }, by)
    },

    /** An agent whose session runs already, on the user's own tmux server. */
    async adopt(session: AdoptedSession, by: By): Promise<Agent> {
      const { reference, attach, release, ...fields } = session
      const now = clock.now()
      const agent = {
        ...blank(clock.now(), random),
        ...fields,
        status: { state: 'unknown' as const, why: 'Found running on your own tmux server', since: now },
        session: { startedAt: now, adopted: true, title: '' },
      }
      await attach(agent.id)
      try {
        return await add(agent, { adopted: reference, env: [] }, by)
      } catch (error) {
        await release(agent.id)
        throw error
      }
    },

    /** Throws version.stale unless the agent is at that version. */
    async update(input: AgentChangeInput, version: number, by: By): Promise<Agent> {
      const { id, env, persona, ...fields } = input
      const known = roster.get(id)
      roster.refuseHeld(id)
      if (fields.folder !== undefined) fields.folder = await deps.folderFor(fields.folder)
      if (
        (fields.isolation ?? known.isolation) === 'sandbox' &&
        (fields.isolation ?? fields.folder) !== undefined
      )
        await deps.sandbox.refuse(fields.folder ?? known.folder)
      if (fields.program !== undefined)
        await commandOf(deps, { ...known, ...fields }, env?.['PATH'] ?? undefined)
      return roster.edit(id, by, (agent) => {
        if (agent.deletedAt !== null) throw fault('agent.deleted', { name: agent.name })
        if (agent.version !== version) throw fault('version.stale', { current: agent.version, sent: version })
        const changed = env ? changedEnv(vault, agent, env) : { names: agent.envNames, statements: [] }
        return {
          agent: edited(agent, clock.now(), {
            ...fields,
            envNames: changed.names,
            persona: { ...agent.persona, ...persona },
          }),
          statements: changed.statements,
        }
      })
    },

    /** A change that needs no version because it cannot overwrite anybody's: a tag more or less, a picture. */
    patch: (id: AgentId, by: By, change: (agent: Agent) => Partial<Agent>): Promise<Agent> =>
      roster.edit(id, by, (agent): Change => {
        roster.refuseHeld(id)
        if (agent.deletedAt !== null) throw fault('agent.deleted', { name: agent.name })
        return { agent: edited(agent, clock.now(), change(agent)) }
      }),
  }
}

function blank(now: number, random: RandomBytes): NewRow {
  return {
    ...newKeyPair(),
    id: newId('agent', now, random),
    name: '',
    label: '',
    tags: [],
    folder: '',
    program: '',
    args: [],
    envNames: [],
    persona: { role: '', personality: '', instructions: '' },
    trust: null,
    isolation: 'none',
    egress: [],
    kit: null,
    avatar: null,
    status: { state: 'hibernated', why: 'It has not been started yet', since: now },
    session: null,
    recording: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    version: 1,
  }
}

interface Rest {
  adopted: string | null
  env: readonly Statement[]
}

/** The agent with a new version; every edit that a person makes goes through here. */
export const edited = (agent: Agent, now: number, fields: Partial<Agent>): Agent => ({
  ...agent,
  ...fields,
  updatedAt: now,
  version: agent.version + 1,
})

type Env = Readonly<Record<string, string | null>>

const newEnv = (vault: Vault, id: AgentId, env: Env): Statement[] =>
  Object.entries(env).map(([name, value]) => {
    if (value === null) throw nothingToKeep(name, 'createAgent')
    return setEnv(id, name, vault.seal(value, envPlace(id, name)))
  })

function changedEnv(vault: Vault, agent: Agent, env: Env): { names: string[]; statements: Statement[] } {
  const statements = agent.envNames
    .filter((name) => !Object.hasOwn(env, name))
    .map((name) => unsetEnv(agent.id, name))
  for (const [name, value] of Object.entries(env)) {
    if (value !== null) statements.push(setEnv(agent.id, name, vault.seal(value, envPlace(agent.id, name))))
    else if (!agent.envNames.includes(name)) throw nothingToKeep(name, 'updateAgent')
  }
  return { names: Object.keys(env).sort(), statements }
}

const nothingToKeep = (name: string, operation: string) =>
  fault('input.invalid', {
    problems: `env.${name}: null keeps a stored value, and none is stored; send a text`,
    operation,
  })
