// Turns an agent into what a session is started with: a folder that may be used, a program that exists, an environment.
import { fault, type Agent, type AgentId, type Status } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'
import type { SessionStart } from '../terminals/host.ts'
import { inheritedEnvironment, sessionEnvironment, type Environment } from './environment.ts'
import { sealedEnv } from './store.ts'
import { UNREPORTED, type StatusSource } from './status-source.ts'

/** Where a sealed value lives; it opens nowhere else. */
export interface Place {
  table: string
  row: string
  field: string
}

/** Keeps secrets encrypted at rest. */
export interface Vault {
  seal(plaintext: string, place: Place): Uint8Array
  open(sealed: Uint8Array, place: Place): Uint8Array
}

export interface LaunchDeps {
  store: Store
  vault: Vault
  sources: readonly StatusSource[]
  inherited: Readonly<Record<string, string | undefined>>
  /** The real path of a folder inside the allowed ones; throws folder.outside or agent.folder-missing. */
  folderFor(path: string): Promise<string>
  /** The command that a program's name stands for on this search path; null when there is none. */
  commandFor(program: string, searchPath: string): Promise<readonly [string, ...string[]] | null>
  /** A folder with Tutti's own command, for the end of the PATH. */
  commands?: string
  /** Where programs reach this machine's API. */
  url(): string
  /** A token for the session that is about to start, and the statement that makes it valid. */
  issueToken(id: AgentId): { secret: string; statement: Statement }
}

export interface Launch {
  session: Omit<SessionStart, 'cols' | 'rows'>
  source: StatusSource | null
  /** The kit that looks after the program. */
  kit: string | null
  /** What must be committed before the program runs. */
  statements: readonly Statement[]
}

export const envPlace = (id: string, name: string): Place => ({
  table: 'agent_env',
  row: `${id}/${name}`,
  field: 'value',
})
export const keyPlace = (id: string): Place => ({ table: 'agents', row: id, field: 'private_key' })

/** Throws folder.outside, agent.folder-missing or agent.program-missing; nothing has been started then. */
export async function prepareLaunch(deps: LaunchDeps, agent: Agent): Promise<Launch> {
  const folder = await deps.folderFor(agent.folder)
  const argv = await commandOf(deps, agent)
  const source = sourceFor(deps, argv)
  const token = deps.issueToken(agent.id)
  const start = { agent, argv, folder, env: environmentOf(deps, agent), token: token.secret }
  const prepared = source ? await source.prepare(start) : { argv, env: {}, statements: [], kit: null }
  const env = sessionEnvironment(agent, {
    inherited: deps.inherited,
    own: openedEnv(deps, agent),
    source: prepared.env,
    commands: deps.commands ?? null,
    url: deps.url(),
    token: token.secret,
  })
  return {
    session: { agentId: agent.id, argv: prepared.argv, cwd: folder, env },
    source,
    kit: prepared.kit,
    statements: [token.statement, ...prepared.statements],
  }
}

/** What a program of the agent inherits, with the agent's own values. */
export const environmentOf = (deps: LaunchDeps, agent: Agent): Environment => ({
  ...inheritedEnvironment(deps.inherited),
  ...openedEnv(deps, agent),
})

/** The command line of an agent's program; throws agent.program-missing. `path` is a PATH that is not stored yet. */
export async function commandOf(
  deps: LaunchDeps,
  agent: Agent,
  path?: string,
): Promise<[string, ...string[]]> {
  const searchPath = path ?? openedEnv(deps, agent)['PATH'] ?? deps.inherited['PATH'] ?? ''
  const command = await deps.commandFor(agent.program, searchPath)
  if (!command) throw fault('agent.program-missing', { program: agent.program })
  const [program, ...first] = command
  return [program, ...first, ...agent.args]
}

/** Who reports about a session that runs already; null when its program cannot be found any more. */
export async function sourceOf(deps: LaunchDeps, agent: Agent): Promise<StatusSource | null> {
  const searchPath = openedEnv(deps, agent)['PATH'] ?? deps.inherited['PATH'] ?? ''
  const command = await deps.commandFor(agent.program, searchPath)
  return command && sourceFor(deps, [...command, ...agent.args])
}

const sourceFor = (deps: LaunchDeps, argv: readonly string[]): StatusSource | null =>
  deps.sources.find((source) => source.fits(argv)) ?? null

function openedEnv({ store, vault }: LaunchDeps, agent: Agent): Environment {
  const rows = sealedEnv(store, agent.id)
  return Object.fromEntries(
    rows.map(({ name, value }) => [
      name,
      new TextDecoder().decode(vault.open(value, envPlace(agent.id, name))),
    ]),
  )
}

/** The status of a session that has just begun. */
export const firstReport = (source: StatusSource | null): Pick<Status, 'state' | 'why'> =>
  source ? { state: 'starting', why: 'The program has started' } : UNREPORTED
