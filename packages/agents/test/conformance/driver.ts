// What the conformance run needs to know of one program: how it is installed and seeded, and where it differs from the others.
import type { LedgerEntry } from '@tutti/rehearsal'
import type { AgentKit } from '../../src/kit.ts'

export interface Driver {
  readonly kit: AgentKit
  /** The user's own configuration, made before the start: path below the home folder, and content. */
  seed(place: Place): Readonly<Record<string, string>>
  /** Of the seeded files, those that neither we nor the program may change. */
  readonly settings: readonly string[]
  env(place: Place): Readonly<Record<string, string>>
  /** The program's own arguments, such as its model. */
  readonly args: readonly string[]
  /** What the screen shows once the program takes words, in a new session or one that goes on. */
  readonly ready: RegExp
  /** What the screen shows while an approval is asked for, and only then; and while a question is. */
  readonly dialog: RegExp
  readonly picker: RegExp
  /** Whether its transcript tells of changes to files. */
  readonly showsDiffs: boolean
  /** Whether the main agent takes a turn when a sub-agent in the background has ended. */
  readonly reportsSubAgents: boolean
  readonly keys: Keys
  /** How a line of the agent's stands on the screen, and a line of the person's while the agent works. */
  said(text: string): RegExp
  /** A directive for a shell command that needs an approval. */
  asksFor(command: string): string
  /** Prompts that are said in another way to this program than in the common rows. */
  readonly prompts?: Partial<Prompts>
  /** What a person types to be offered the skill and the prompts for mail, and how the menu shows them. */
  readonly menu?: readonly { readonly typed: string; readonly shows: RegExp }[]
  /** A prompt at which the model loads the skill by the program's own tool; left out where the program has none. */
  readonly loadsSkill?: { readonly prompt: string; readonly shows: RegExp }
  /** How often the program asks the service again after a 5xx before it tells anybody. */
  readonly silentTries?: number
  /** A call to the model that the program makes for itself and counts nowhere, such as one for a title. */
  isAside?(call: LedgerEntry): boolean
  /** Rows that mean nothing here, each with its reason. */
  readonly without: Readonly<Record<string, string>>
}

/** Keys of a person, as tmux names them; each is pressed by itself. */
export interface Keys {
  /** The first and usual answer in its dialogs. */
  readonly allow: readonly string[]
  readonly answer: readonly string[]
  /** What closes a dialog without an answer, and what ends a turn. */
  readonly dismiss: readonly string[]
  readonly interrupt: readonly string[]
}

export interface Place {
  home: string
  /** The working folder. */
  work: string
  /** The scripted model server. */
  model: string
}

/** Prompts for the scripted model. */
export interface Prompts {
  /** Makes the file notes.md with "one line" in it. */
  write: string
  background: string
  subAgent: string
  subAgentAsks: string
}
