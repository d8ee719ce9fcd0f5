// Where the status of a running program comes from: each kind of program that reports what it does has a source.
import type { Agent, State } from '@tutti/core'
import type { Environment } from './environment.ts'

/** What a program says of itself; `why` is the evidence in a sentence. */
export interface Report {
  state: Exclude<State, 'starting' | 'exited' | 'hibernated'>
  why: string
}

export interface StatusSource {
  /** Whether it can tell what this agent's program does, from the command that starts it. */
  fits(argv: readonly string[]): boolean
  /** Makes ready for a start, and answers what the program needs in its environment in order to report. */
  prepare(agent: Agent): Promise<Environment>
  /** Reports until the answer is called; begins with what is known already. */
  watch(agent: Agent, report: (report: Report) => void): () => void
  /** Removes what it keeps about an agent that is purged. */
  forget(agent: Agent): Promise<void>
}

/** What is said of a program that nothing reports about. */
export const UNREPORTED: Report = {
  state: 'unknown',
  why: 'The program runs; nothing reports what it does',
}
