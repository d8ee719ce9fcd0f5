// Who looks after a running program: makes it ready for its start, and says what it does.
import type { KitPlace } from '@tutti/agents'
import type { Agent, State } from '@tutti/core'
import type { Statement } from '../db/store.ts'
import type { Environment } from './environment.ts'

/** What a program does; `why` is the evidence in a sentence, `since` when it began where that is known (ms UTC). */
export interface Report {
  state: Exclude<State, 'hibernated'>
  why: string
  since?: number
}

/** An agent that is about to start. */
export interface Start {
  agent: Agent
  argv: readonly [string, ...string[]]
  folder: string
  /** Without what Tutti itself adds. */
  env: Environment
  /** Of the session, for its hooks. */
  token: string
  /** Where the program reaches this machine's API over HTTP. */
  url: string
  isSandboxed: boolean
}

/** What becomes of a start. */
export interface Prepared {
  argv: readonly [string, ...string[]]
  /** Added to the environment. */
  env: Environment
  /** Committed before the program runs. */
  statements: readonly Statement[]
  /** The kit that looks after it. */
  kit: string | null
  /** What it needs in a sandbox. */
  needs: Needs
}

/** Files of the program in the home folder, and whether it makes namespaces of its own. */
export interface Needs {
  places: readonly KitPlace[]
  nests: boolean
}

export const NO_NEEDS: Needs = { places: [], nests: false }

/** A program that was found running. */
export interface Met {
  /** The kit that looks after it. */
  kit: string
  /** What it was started with. */
  env: Environment
  /** What is new to know of it: another program than before, or its conversation. */
  statements: readonly Statement[]
}

export interface StatusSource {
  /** Whether it knows this program, from the command that starts it. */
  fits(argv: readonly string[]): boolean
  /** Makes ready for a start. */
  prepare(start: Start): Promise<Prepared>
  /** Looks at a session that somebody else started; null when nobody knows what runs there. */
  meet(agent: Agent): Promise<Met | null>
  /** Reports until the answer is called; begins with what is known already. */
  watch(agent: Agent, env: Environment, report: (report: Report) => void): () => void
  /** Removes what it keeps about an agent that is purged. */
  forget(agent: Agent): Promise<void>
}

/** What is said of a program that nothing reports about. */
export const UNREPORTED: Report = {
  state: 'unknown',
  why: 'The program runs; nothing reports what it does',
}
