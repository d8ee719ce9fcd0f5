// The agents of this machine: what other features and the API may do with them.
import {
  fault,
  may,
  type Agent,
  type AgentId,
  type Clock,
  type IsolationLevel,
  type RandomBytes,
} from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Context, Handlers, Log } from '../handler.ts'
import type { TerminalHost } from '../terminals/host.ts'
import { createAvatars, type Avatars } from './avatars.ts'
import { createBulk } from './bulk.ts'
import { createEditing, type AdoptedSession, type Editing } from './editing.ts'
import { environmentOf, type LaunchDeps } from './launch.ts'
import { createRoster } from './roster.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { DEFAULT_SIZE } from './starting.ts'
import { adoptedAgents } from './store.ts'
import { createTrash, type Trash } from './trash.ts'

export interface AgentsDeps extends LaunchDeps {
  store: Store
  host: TerminalHost
  clock: Clock
  random: RandomBytes
  log: Log
  avatarFolder: string
  bootedAt: number
  restoreAfterReboot: boolean
  undeleteDays(): number
  /** Of new agents, unless somebody says otherwise. */
  isolation(): IsolationLevel
}

export type Agents = ReturnType<typeof createAgents>

export function createAgents(deps: AgentsDeps) {
  const roster = createRoster(deps.store)
  const sessions = createSessions({ ...deps, roster })
  const editing = createEditing({ ...deps, roster })
  const trash = createTrash({ ...deps, roster, sessions })
  const avatars = createAvatars({ folder: deps.avatarFolder, roster, editing })
  trash.onPurge(avatars.remains)
  trash.onPurge((agent) =>
    Promise.resolve({
      statements: [],
      events: [],
      removeFiles: async () => {
        await Promise.all(deps.sources.map((source) => source.forget(agent)))
      },
    }),
  )
  const bulk = createBulk({ sessions, trash, editing, log: deps.log, mayPurge })

  const handlers: AgentHandlers = {
    listAgents: ({ deleted }) => roster.list(deleted),
    getAgent: ({ id }) => roster.get(id),
    createAgent: createHandler(editing, sessions),
    updateAgent: (input, { version, by }) => editing.update(input, version, by),
    changeAgents: bulk,
    ...sessionHandlers(sessions, trash),
    ...avatarHandlers(avatars),
  }

  return {
    roster,
    /** For the status of the machine. */
    counts: () => ({
      total: roster.list(false).length,
      running: roster.list(false).filter((agent) => agent.session !== null).length,
      deleted: roster.list(true).length,
    }),
    async adopt(session: AdoptedSession, by: By): Promise<Agent> {
      const agent = await editing.adopt(session, by)
      sessions.adopted(agent.id)
      return agent
    },
    adopted: () => adoptedAgents(deps.store),
    onPurge: trash.onPurge,
    purgeDue: trash.purgeDue,
    recover: sessions.recover,
    title: sessions.title,
    wake: (id: AgentId, by: By) => sessions.wake(id, DEFAULT_SIZE, by),
    hibernate: sessions.hibernate,
    /** What a program of the agent inherits, with the agent's own values. */
    environment: (agent: Agent) => environmentOf(deps, agent),
    /** Sweeps what crashes left, and looks for agents to purge until the answer is called. */
    async run(): Promise<() => Promise<void>> {
      await avatars.sweep()
      return trash.run()
    },
    rest: sessions.rest,
    close: sessions.close,
    handlers,
  }
}

type SessionHandlers = Pick<
  Handlers,
  'wakeAgent' | 'hibernateAgent' | 'restartAgent' | 'deleteAgent' | 'undeleteAgent' | 'purgeAgent'
>
type AvatarHandlers = Pick<Handlers, 'setAvatar' | 'removeAvatar' | 'getAvatar'>
type AgentHandlers = SessionHandlers &
  AvatarHandlers &
  Pick<Handlers, 'listAgents' | 'getAgent' | 'createAgent' | 'updateAgent' | 'changeAgents'>

const mayPurge = ({ actor }: Context): boolean =>
  may(actor.role, 'agent:purge') && (actor.scopes === null || actor.scopes.has('agent:purge'))

const createHandler =
  (editing: Editing, sessions: Sessions): Handlers['createAgent'] =>
  async (input, { by }) => {
    const agent = await editing.create(input, by)
    // It exists from here on, so a start that fails is told by its status.
    return input.wake ? sessions.wakeNew(agent.id, DEFAULT_SIZE, { ...by, audited: false }) : agent
  }

const sessionHandlers = (sessions: Sessions, trash: Trash): SessionHandlers => ({
  wakeAgent: ({ id, cols, rows }, { by }) => sessions.wake(id, { cols, rows }, by),
  hibernateAgent: ({ id }, { by }) => sessions.hibernate(id, by),
  restartAgent: ({ id }, { by }) => sessions.restart(id, by),
  deleteAgent: ({ id }, { by }) => trash.delete(id, by),
  undeleteAgent: ({ id }, { by }) => trash.undelete(id, by),
  purgeAgent: async ({ id }, { by }) => {
    await trash.purge(id, by)
    return {}
  },
})

const avatarHandlers = (avatars: Avatars): AvatarHandlers => ({
  setAvatar: ({ id, image }, { by }) => avatars.set(id, image, by),
  removeAvatar: ({ id }, { by }) => avatars.remove(id, by),
  getAvatar: async ({ id }, context) => {
    const picture = await avatars.read(id)
    if (!picture) throw fault('avatar.none', { id })
    const { hash, ...bytes } = picture
    // Even a file that fools the sniffing can do nothing but be shown.
    context.header('Content-Security-Policy', "default-src 'none'; sandbox")
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('Cache-Control', 'private, max-age=0, must-revalidate')
    context.header('ETag', `"${hash}"`)
    return bytes
  },
})
