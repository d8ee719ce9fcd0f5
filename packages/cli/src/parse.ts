// From the command line to one command and what it was given. Anything unknown is refused: a mistyped flag must not be ignored.
import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { Call, Command } from './command.ts'
import { UsageError } from './exit-code.ts'

export interface Globals {
  json: boolean
  help: boolean
  url?: string
  token?: string
  data?: string
}

export interface Line {
  globals: Globals
  /** What is left, with words first. */
  argv: string[]
}

const GLOBAL_TEXTS = ['url', 'token', 'data'] as const

/** Takes out the flags that every command knows, up to `--`. */
export function splitGlobals(argv: readonly string[]): Line {
  const globals: Globals = { json: false, help: false }
  const rest: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (word === '--') return { globals, argv: [...rest, ...argv.slice(i)] }
    const name = GLOBAL_TEXTS.find((one) => word === `--${one}` || word.startsWith(`--${one}=`))
    if (word === '--json') globals.json = true
    else if (word === '--help' || word === '-h') globals.help = true
    else if (!name) rest.push(word)
    else if (word.includes('=')) globals[name] = word.slice(word.indexOf('=') + 1)
    else globals[name] = valueAfter(argv, i++, name)
  }
  return { globals, argv: rest }
}

function valueAfter(argv: readonly string[], at: number, name: string): string {
  const value = argv[at + 1]
  if (value === undefined) throw new UsageError(`--${name} expects a value.`)
  return value
}

export interface Found {
  command: Command
  argv: string[]
}

/** The command whose words come first; the longest one wins. */
export function findCommand(commands: readonly Command[], argv: readonly string[]): Found | null {
  const end = argv.findIndex((word) => word.startsWith('-'))
  const words = end < 0 ? argv : argv.slice(0, end)
  for (let count = Math.min(3, words.length); count > 0; count--) {
    const wanted = words.slice(0, count).join(' ')
    const command = commands.find((one) => one.words === wanted)
    if (command) return { command, argv: argv.slice(count) }
  }
  return null
}

export type Given = Pick<Call, 'text' | 'need' | 'list' | 'on' | 'rest'>

/** What the command was given. Throws UsageError. */
export function parseCommand(command: Command, argv: readonly string[]): Given {
  const hint = `tutti ${command.words} --help`
  if (command.raw) return parseRaw(command, argv, hint)
  const parsed = strictly(command, argv, hint)
  const values = new Map<string, string | boolean | readonly string[]>()
  for (const [name, value] of Object.entries(parsed.values)) {
    if (value !== undefined) values.set(name, Array.isArray(value) ? value.map(String) : value)
  }
  checkChoices(command, values, hint)
  const end = parsed.tokens.find((token) => token.kind === 'option-terminator')?.index ?? argv.length
  const rest = command.rest === undefined ? [] : argv.slice(end + 1)
  const positionals = parsed.positionals.slice(0, parsed.positionals.length - rest.length)
  takeArguments(command, positionals, { values, hint })
  return givenBy(values, rest)
}

function parseRaw(command: Command, argv: readonly string[], hint: string): Given {
  const values: Values = new Map()
  takeArguments(command, argv.slice(0, command.args.length), { values, hint })
  return givenBy(values, argv.slice(command.args.length))
}

function strictly(command: Command, argv: readonly string[], hint: string) {
  const options: NonNullable<ParseArgsConfig['options']> = {}
  for (const { name, kind, short } of command.flags) {
    options[name] = {
      type: kind === 'switch' ? 'boolean' : 'string',
      multiple: kind === 'list',
      ...(short ? { short } : {}),
    }
  }
  try {
    return parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      allowNegative: true,
      strict: true,
      tokens: true,
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error), hint)
  }
}

// Node adds advice about "--" that names its own option; the hint says where to read on.
function firstSentence(message: string): string {
  const name = /^Option '(?:-\w, )?(--[\w-]+).*' argument is ambiguous/.exec(message)?.[1]
  if (name) return `The value of ${name} begins with a hyphen: write it as ${name}=VALUE.`
  return `${message.split(/\. |\n/)[0]?.replace(/\.$/, '') ?? message}.`
}

type Values = Map<string, string | boolean | readonly string[]>

function checkChoices(command: Command, values: Values, hint: string): void {
  for (const { name, choices, kind } of command.flags) {
    const value = values.get(name)
    if (!choices || value === undefined || kind === 'list' || choices.includes(String(value))) continue
    throw new UsageError(
      `--${name} expects one of ${choices.join(', ')}; got ${JSON.stringify(value)}.`,
      hint,
    )
  }
}

function takeArguments(
  command: Command,
  positionals: readonly string[],
  { values, hint }: { values: Values; hint: string },
): void {
  let at = 0
  for (const { name, many, optional } of command.args) {
    const taken = many ? positionals.slice(at) : positionals.slice(at, at + 1)
    at += taken.length
    const [first] = taken
    if (first === undefined && !optional && !values.has(name)) {
      throw new UsageError(`${name.toUpperCase()} is missing.`, hint)
    }
    if (first !== undefined) values.set(name, many ? taken : first)
  }
  const extra = positionals[at]
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one too many.`, hint)
}

function givenBy(values: Values, rest: readonly string[]): Given {
  const text = (name: string) => {
    const value = values.get(name)
    return typeof value === 'string' ? value : undefined
  }
  return {
    rest,
    text,
    need: (name) => {
      const value = text(name)
      if (value === undefined) throw new UsageError(`${name.toUpperCase()} is missing.`)
      return value
    },
    list: (name) => {
      const value = values.get(name)
      if (typeof value === 'string') return [value]
      return typeof value === 'object' ? value : []
    },
    on: (name) => {
      const value = values.get(name)
      return typeof value === 'boolean' ? value : undefined
    },
  }
}
