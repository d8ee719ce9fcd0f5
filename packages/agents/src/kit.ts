// The shape that each agent program fills: one folder, one kit. A kit gets the machine as a parameter and owns no process.
import type {
  AgentId,
  Answer,
  Ask,
  Clock,
  ContextFill,
  Entry,
  Evidence,
  Persona,
  Quota,
  TrustLevel,
  Usage,
} from '@tutti/core'

export interface AgentKit {
  /** The name of its folder, such as `claude-code`. */
  readonly name: string
  readonly label: string
  /** The names under which its program is found on the PATH, the usual one first. */
  readonly commands: readonly string[]
  /** The versions that the conformance run has proved. Beyond them, undocumented surfaces are not read. */
  readonly proved: { readonly from: string; readonly to: string }
  /** What a trust level becomes here; null where the program has nothing like it, which is shown as not supported. */
  readonly trust: Readonly<Record<TrustLevel, readonly string[] | null>>
  readonly abilities: Abilities
  /** What its program needs in a sandbox; left out, its folder and the system are enough, and it reaches no host. */
  readonly sandbox?: SandboxNeeds
  /** Whether a command line is this program's. */
  fits(argv: readonly string[]): boolean
  /** The version that a program's `--version` prints; null when it is not this program. */
  version(printed: string): string | null
  /** The argv that prints the version. */
  versionArgs: readonly string[]
  /** What a start needs beyond the agent's own settings. Pure. */
  launch(request: LaunchRequest): LaunchPlan
  /**
   * The vendor's sessions in a folder whose files were written to since then. By them a program that somebody else started is
   * given its conversation, where only one can be meant; left out where the program tells by itself, or nothing could be read.
   */
  sessionsSince?(place: FoundPlace): Promise<readonly string[]>
  /** How its conversation goes along to another machine; left out, it stays where it is. */
  readonly luggage?: Luggage
  /** Takes up a running session, new or found again after a restart of the daemon. */
  open(session: KitSession): RunningKit
}

/** A conversation while its program does not run. */
export interface LuggagePlace {
  home: string
  /** What every session of the machine has, as far as kits need it; never what comes with an agent. */
  env: Readonly<Record<string, string>>
  folder: string
  session: string
}

export interface Luggage {
  /** Variables that name other places for it: an agent that has one goes without its conversation. */
  readonly variables: readonly string[]
  /**
   * The arguments with which the program makes what `unpack` needs, where it has never run. It is run in an empty folder, by its
   * own name: nothing that comes with an agent is near it.
   */
  readonly beginning?: { readonly args: readonly string[]; isNeeded(place: LuggagePlace): Promise<boolean> }
  /** Writes the whole conversation into that file; false where there is none. */
  pack(from: LuggagePlace & { transcript: string }, file: string): Promise<boolean>
  /**
   * Puts it where the program goes on with it in that folder, and answers the file that it is in there; null where that cannot
   * be. The file is a stranger's: it becomes conversation and nothing else, and never in place of another agent's.
   */
  unpack(file: string, to: Arrival): Promise<string | null>
}

export interface Arrival extends LuggagePlace {
  /** Where it lay before, below the home folder there. */
  origin: string
  /** What lies here under its name is its own, from a time before. */
  isOwn: boolean
}

/** What a program in a sandbox has beside its working folder, the system and its own installation. */
export interface SandboxNeeds {
  /** The hosts of its model provider and of its login, as `core/isolation.ts` reads them. */
  readonly hosts: readonly string[]
  /** Whether it makes namespaces of its own, as for a sandbox around its tools. */
  readonly nests: boolean
  /** Its own files in the home folder, later ones over earlier ones. Pure. */
  places(
    place: Pick<LaunchRequest, 'home' | 'folder' | 'runFolder'> & Pick<KitSession, 'env'>,
  ): readonly KitPlace[]
}

/** Who root is in a sandbox: nobody special, as only so may a program make further namespaces there. */
export const USER_FOR_ROOT = 1000

export interface KitPlace {
  /** Absolute, as the program knows it. One that does not exist is left out, unless it is made. */
  path: string
  /** What stands there, where it is not the same path outside. */
  from?: string
  /** `hidden` is an empty folder of the sandbox alone. */
  access: 'write' | 'read' | 'hidden'
  /** Made before the start where it is missing: a folder, or a file with this text. */
  make?: 'folder' | { text: string }
}

/** Where a program runs that somebody else started, and since when (ms UTC). */
export interface FoundPlace {
  home: string
  env: Readonly<Record<string, string>>
  folder: string
  since: number
}

/** How each thing is done; 'none' is shown as not supported. */
export interface Abilities {
  /** `channel`: handed to the program itself. `paste`: typed once its prompt is known to be there. */
  prompt: 'channel' | 'paste' | 'none'
  interrupt: 'channel' | 'key' | 'none'
  answer: 'channel' | 'key' | 'none'
  resume: boolean
  transcript: boolean
  usage: boolean
  personas: boolean
}

export interface LaunchRequest {
  agentId: AgentId
  /** The command as the agent states it: program and its arguments. */
  argv: readonly [string, ...string[]]
  folder: string
  home: string
  /** A 0700 folder of this agent and kit, for settings files and sockets. */
  runFolder: string
  persona: Persona
  trust: TrustLevel | null
  /** The vendor's session to go on with; null for a new one. */
  resume: string | null
  /** A UUID that a kit may give a new session. */
  newSession: string
  version: string | null
  /** Where hooks report: POST `${url}/v1/hooks/<hook name>` with `Authorization: Bearer ${token}`. */
  hooks: { url: string; token: string }
  /** The command of Tutti's MCP server (stdio); null when there is none. */
  mcp: readonly [string, ...string[]] | null
  /** Left out, nothing is taught. */
  teaching?: Teaching
}

/** What a program is to know of Tutti: a kit hands it over where its program takes that without a file of the user's. */
export interface Teaching {
  /** An Agent Skill: its name, and its SKILL.md. */
  skill: { readonly name: string; readonly text: string }
  /** Whether a variable is set for the program already: it is left as it is then. */
  isSet(variable: string): boolean
  /** Whether a file is on this machine. */
  exists(path: string): boolean
  /** Whether a folder and all above it are root's, and nobody else may write there. */
  isRoots(folder: string): boolean
}

export interface LaunchPlan {
  argv: readonly [string, ...string[]]
  env: Readonly<Record<string, string>>
  /** Written 0600 below `runFolder` before the start: path relative to it, and content. */
  files: readonly { path: string; content: string }[]
  /** The vendor's session id when it is known beforehand. */
  session: string | null
}

/** What a kit may use of a running session. `report` may be called at any time until `close`. */
export interface KitSession {
  agentId: AgentId
  folder: string
  home: string
  runFolder: string
  /** The environment that the program was started with, as far as kits need it (HOME, XDG folders, CODEX_HOME, …). */
  env: Readonly<Record<string, string>>
  startedAt: number
  version: string | null
  /** The vendor's session as last known. */
  session: string | null
  machine: KitMachine
  report(signal: Signal): void
}

/** The machine as a kit sees it; the daemon and the tests each bring one. */
export interface KitMachine {
  clock: Clock
  /** Processes of the session, the pane's program and all below it, by the numbers that they themselves see. */
  processes(): Promise<readonly { pid: number; argv: readonly string[] }[]>
  terminal: {
    /** What is on the screen, as text. */
    screen(): Promise<string>
    /** The title that the program has set; also reported as it changes. */
    title(): string
    onTitle(listener: (title: string) => void): () => void
    /** Pastes text, and presses Enter if `submit`. Only after the kit has seen that its program stands at its prompt. */
    paste(text: string, submit: boolean): Promise<void>
    /** Presses one key by its name: Enter, Escape, C-c, 1 … */
    press(key: string): Promise<void>
  }
  /** Watches a file or folder, existing or not; calls once at the beginning and after each change. */
  watch(path: string, changed: () => void): () => void
  log(event: string, fields?: Record<string, unknown>): void
}

/** What a kit tells of its session. */
export type Signal =
  | { type: 'evidence'; evidence: Evidence }
  /** The best source has fallen silent: what it said last counts no longer. */
  | { type: 'silent'; source: Evidence['source'] }
  | { type: 'ask'; ask: Ask }
  /** The ask is over without an answer of ours: answered at the keyboard, or void. */
  | { type: 'ask-over'; ref: string; why: string }
  /** The program has taken our answer. */
  | { type: 'ask-consumed'; ref: string }
  | { type: 'session'; session: string; transcript: string | null }
  | { type: 'turn-ended'; last: string; at: number }
  | { type: 'usage'; usage: Usage }
  | { type: 'context'; fill: ContextFill }
  | { type: 'quota'; quotas: readonly Quota[] }
  /** The transcript has grown or changed: these entries are new, or replace those of the same id. */
  | { type: 'entries'; entries: readonly Entry[] }

export interface RunningKit {
  /**
   * A hook of the program has called. Answers with the body to send back; it may take as long as a person needs.
   * `gone` is aborted when the program no longer waits.
   */
  hook(name: string, payload: unknown, gone: AbortSignal): Promise<unknown>
  /** Hands over an answer. Resolves once it is handed over; `ask-consumed` follows when the program has taken it. */
  answer(ref: string, answer: Answer): Promise<void>
  /** Begins a turn, or queues the words where the program does so itself. Throws fault agent.busy where it cannot. */
  prompt(text: string): Promise<void>
  interrupt(): Promise<void>
  /**
   * A content-free notice, given only when the program can take it without harm; false when it cannot now. A kit that keeps it
   * for the next occasion resolves when it has been given, and asks `now` for the words then: null when they are void.
   */
  notice(text: string, now?: () => string | null): Promise<boolean>
  /** The whole conversation so far, oldest first; live changes come as signals. */
  entries(): Promise<readonly Entry[]>
  close(): void
}
