// What the conformance run needs to know of one program: how it is installed and seeded, and where it differs from the others.
import type { AgentKit } from '../../src/kit.ts'

export interface Driver {
  readonly kit: AgentKit
  /** The package and the version that is pinned. */
  readonly npm: { readonly name: string; readonly version: string }
  /** The name of the program in `node_modules/.bin`. */
  readonly bin: string
  /** The user's own configuration, made before the start: path below the home folder, and content. */
  seed(place: Place): Readonly<Record<string, string>>
  /** Of the seeded files, those that neither we nor the program may change. */
  readonly settings: readonly string[]
  env(place: Place): Readonly<Record<string, string>>
  /** The program's own arguments, such as its model. */
  readonly args: readonly string[]
  /** What the screen shows while an approval is asked for, and only then; and while a question is. */
  readonly dialog: RegExp
  readonly picker: RegExp
  /** Whether its transcript tells of changes to files. */
  readonly showsDiffs: boolean
  /** Whether the main agent takes a turn when a sub-agent in the background has ended. */
  readonly reportsSubAgents: boolean
  /** Keys that give the first and usual answer in its dialog. */
  readonly keys: { readonly allow: readonly string[]; readonly answer: readonly string[] }
  /** Prompts that are said in another way to this program than in the common rows. */
  readonly prompts?: Partial<Prompts>
  /** Rows that mean nothing here, each with its reason. */
  readonly without: Readonly<Record<string, string>>
}

export interface Place {
  home: string
  /** The working folder. */
  work: string
  /** The scripted model server. */
  model: string
}

/** Prompts for the scripted model; each shell command needs an approval. */
export interface Prompts {
  background: string
  subAgent: string
  subAgentAsks: string
}
