// Turns an agent into what a session is started with: a folder that may be used, a program that exists, an environment.
import { fault, type Agent, type AgentId, type Status } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'
import type { SessionStart } from '../terminals/host.ts'
import { inheritedEnvironment, sessionEnvironment, type Environment } from './environment.ts'
import { sealedEnv } from './store.ts'
import { NO_NEEDS, UNREPORTED, type Needs, type StatusSource } from './status-source.ts'

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

/** A start that is to happen in a sandbox. */
export interface Isolated {
  agent: Agent
  /** The program as the agent states it, found on the PATH. */
  program: string
  argv: readonly [string, ...string[]]
  folder: string
  env: Environment
  needs: Needs
}

/** One function makes a sandboxed launch of a launch; the others say beforehand whether it can. */
export interface Sandboxing {
  /** Where a sandboxed program reaches the API over HTTP. */
  url: string
  /** Throws isolation.unavailable or isolation.folder. */
  refuse(folder: string): Promise<void>
  wrap(start: Isolated): Promise<{ argv: readonly string[]; env: Environment }>
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
  /** What isolates a program; it is asked for agents that are to be isolated only. */
  sandbox: Sandboxing
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

/** Throws folder.outside, agent.folder-missing, agent.program-missing or isolation's faults; nothing has been started then. */
export async function prepareLaunch(deps: LaunchDeps, agent: Agent): Promise<Launch> {
  const folder = await deps.folderFor(agent.folder)
  const argv = await commandOf(deps, agent)
  const source = sourceFor(deps, argv)
  const token = deps.issueToken(agent.id)
  const isSandboxed = agent.isolation === 'sandbox'
  if (isSandboxed) await deps.sandbox.refuse(folder)
  const url = isSandboxed ? deps.sandbox.url : deps.url()
  const start = {
    agent,
    argv,
    folder,
    env: environmentOf(deps, agent),
    token: token.secret,
    url,
    isSandboxed,
  }
  const prepared = source ? await source.prepare(start) : { ...UNPREPARED, argv }
  const env = sessionEnvironment(agent, {
    inherited: deps.inherited,
    own: openedEnv(deps, agent),
    source: prepared.env,
    commands: deps.commands ?? null,
    url,
    token: token.secret,
  })
  const plain = { argv: prepared.argv, env }
  const { needs } = prepared
  const launched = isSandboxed
    ? await deps.sandbox.wrap({ ...plain, agent, program: argv[0], folder, needs })
    : plain
  return {
    session: { agentId: agent.id, ...launched, cwd: folder },
    source,
    kit: prepared.kit,
    statements: [token.statement, ...prepared.statements],
  }
}

const UNPREPARED = { env: {}, statements: [], kit: null, needs: NO_NEEDS }

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
