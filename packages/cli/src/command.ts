// The shape of a command: words, what it takes, and what it gives; printing is not its business.
import type { Client } from '@tutti/client'
import type { Io } from './io.ts'
import type { Page } from './page.ts'
import type { Place } from './place.ts'

export type Named = 'agent' | 'deleted-agent' | 'user' | 'node'

export interface Argument {
  name: string
  says?: string
  optional?: boolean
  /** Takes all that follow; only the last one may. */
  many?: boolean
  /** What completion offers. */
  completes?: Named
}

export interface Flag {
  name: string
  says: string
  kind: 'text' | 'switch' | 'list'
  short?: string
  /** What follows it, in capitals: FILE, NUMBER. */
  value?: string
  choices?: readonly string[] | undefined
}

/** `data` is what --json prints; `text` is for people. Without `text` the data is described field by field. */
export interface Outcome {
  data: unknown
  text?(page: Page): string
  exit?: number
}

export interface Command {
  words: string
  says: string
  args: readonly Argument[]
  flags: readonly Flag[]
  /** What may follow `--`, such as a program with its arguments. */
  rest?: string
  /** All that follows the arguments is `rest`, flags as well: the command reads them itself. */
  raw?: boolean
  /** Not listed in help. */
  hidden?: boolean
  run(call: Call): Promise<Outcome>
}

/** One run of a command: what was given, and the means to act. */
export interface Call {
  text(name: string): string | undefined
  /** An argument that parsing has already found present. */
  need(name: string): string
  list(name: string): readonly string[]
  /** Undefined when it was not given; false for `--no-name`. */
  on(name: string): boolean | undefined
  rest: readonly string[]
  json: boolean
  /** For a command that prints while it goes on. */
  page(tty: boolean): Page
  io: Io
  place: Place
  /** The typed client of the server that the flags, the environment or this machine name. */
  client(): Client
}

export const text = (name: string, says: string, more: Partial<Flag> = {}): Flag => ({
  name,
  says,
  kind: 'text',
  ...more,
})

export const onOff = (name: string, says: string, more: Partial<Flag> = {}): Flag => ({
  name,
  says,
  kind: 'switch',
  ...more,
})

/** A command that differs from another in what is given. What is worked out late there is worked out late here too. */
export const variant = (of: Command, more: Partial<Command>): Command =>
  // What it makes is typed by nobody; it has all of the one and all of the other.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  Object.create(of, Object.getOwnPropertyDescriptors(more)) as Command
