// What may come next on a command line.
import type { Command, Named } from './command.ts'

/** The names of things that exist; asked only when one of them may come. */
export interface Names {
  agents(): Promise<string[]>
  deleted(): Promise<string[]>
  users(): Promise<string[]>
  machines(): Promise<string[]>
}

const GLOBAL_FLAGS = ['--json', '--url', '--token', '--data', '--help']

/** Words that continue the last of the given ones, which may be empty. No server and no right is no failure: nothing comes. */
export async function candidates(
  commands: readonly Command[],
  given: readonly string[],
  names: Names,
): Promise<string[]> {
  const typed = given.at(-1) ?? ''
  const before = given.slice(0, -1)
  const words = before.filter((word) => !word.startsWith('-'))
  const offered = typed.startsWith('-')
    ? flagsAfter(commands, words)
    : await wordsAfter(commands, words, names)
  return [...new Set(offered)].filter((one) => one.startsWith(typed)).toSorted()
}

function commandOf(commands: readonly Command[], words: readonly string[]): Command | undefined {
  for (let count = words.length; count > 0; count--) {
    const found = commands.find((one) => one.words === words.slice(0, count).join(' '))
    if (found) return found
  }
  return undefined
}

function flagsAfter(commands: readonly Command[], words: readonly string[]): string[] {
  const flags = commandOf(commands, words)?.flags ?? []
  return [...flags.map(({ name }) => `--${name}`), ...GLOBAL_FLAGS]
}

async function wordsAfter(
  commands: readonly Command[],
  words: readonly string[],
  names: Names,
): Promise<string[]> {
  const start = words.length === 0 ? '' : `${words.join(' ')} `
  const next = commands
    .filter((one) => !one.hidden && one.words.startsWith(start))
    .map((one) => one.words.slice(start.length).split(' ')[0] ?? '')
  const command = commandOf(commands, words)
  if (!command) return next
  const taken = words.length - command.words.split(' ').length
  const argument = command.args[taken] ?? (command.args.at(-1)?.many ? command.args.at(-1) : undefined)
  const choices = argument?.says?.includes(' | ') ? argument.says.split(' | ') : []
  return [...next, ...choices, ...(await namesFor(argument?.completes, names))]
}

async function namesFor(what: Named | undefined, names: Names): Promise<string[]> {
  if (what === undefined) return []
  const asks = {
    agent: names.agents,
    'deleted-agent': names.deleted,
    user: names.users,
    node: names.machines,
  }
  const ask = asks[what]
  return ask().catch(() => []) // a shell's Tab is no place for a failure
}
