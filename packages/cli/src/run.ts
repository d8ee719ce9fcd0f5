// One run of `tutti`: from the command line to an exit code, with everything it touches as a parameter.
import { createClient, type Client } from '@tutti/client'
import { routes } from '@tutti/core'
import type { Call, Command, Outcome } from './command.ts'
import { allCommands } from './commands/all-commands.ts'
import { describe } from './describe.ts'
import { EXIT, UsageError, errorDocument, exitCodeOf } from './exit-code.ts'
import type { Io } from './io.ts'
import { suggestion } from './naming.ts'
import { createPage, hasColour, type Page } from './page.ts'
import { findCommand, parseCommand, splitGlobals, type Globals } from './parse.ts'
import { placeOf, serverOf } from './place.ts'
import { commandHelp } from './usage.ts'

/** Runs the command line and gives the exit code. It never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { globals, argv: words } = splitGlobals(argv)
    return await dispatch(globals, words, io)
  } catch (error) {
    report(io, argv, error)
    return io.signal.aborted ? EXIT.interrupted : exitCodeOf(error)
  }
}

async function dispatch(globals: Globals, argv: readonly string[], io: Io): Promise<number> {
  const commands = allCommands()
  const found = findCommand(commands, spoken(argv))
  if (!found) return withoutCommand(commands, { globals, argv, io })
  const isShort = found.command.hidden === true && hasFamily(commands, found.command.words)
  if (globals.help && isShort) return dispatch({ ...globals, help: false }, ['help', found.command.words], io)
  if (globals.help) {
    print(io, globals.json, helpFor(found.command))
    return EXIT.ok
  }
  const outcome = await found.command.run(callOf(found, globals, io))
  print(io, globals.json, outcome)
  return outcome.exit ?? EXIT.ok
}

// What people type out of habit.
function spoken(argv: readonly string[]): readonly string[] {
  if (argv[0] === '--version' || argv[0] === '-v') return ['version']
  return argv.length === 0 ? ['help'] : argv
}

/** `tutti users --help` and `tutti nonsense`. */
function withoutCommand(
  commands: readonly Command[],
  { globals, argv, io }: { globals: Globals; argv: readonly string[]; io: Io },
): Promise<number> {
  const words = argv.filter((word) => !word.startsWith('-'))
  if ((globals.help || hasFamily(commands, words.join(' '))) && !argv[0]?.startsWith('-'))
    return dispatch({ ...globals, help: false }, ['help', ...words], io)
  throw new UsageError(
    `There is no command ${JSON.stringify(argv.join(' '))}.${suggestion(words.join(' '), namesOf(commands, words.length))}`,
    'tutti help',
  )
}

const hasFamily = (commands: readonly Command[], words: string): boolean =>
  commands.some((one) => one.words.startsWith(`${words} `))

// As many words as were typed: who types `agent` means `agents`, not one of the fifteen commands below it.
function namesOf(commands: readonly Command[], length: number): { name: string }[] {
  const shown = commands.filter((one) => !one.hidden)
  return [...new Set(shown.map((one) => one.words.split(' ').slice(0, length).join(' ')))].map((name) => ({
    name,
  }))
}

const helpFor = (command: Command): Outcome => ({
  data: { words: command.words, says: command.says, args: command.args, flags: command.flags },
  text: (page) => commandHelp(page, command),
})

function callOf({ command, argv }: { command: Command; argv: string[] }, globals: Globals, io: Io): Call {
  const place = placeOf(io, globals)
  let client: Client | null = null
  return {
    ...parseCommand(command, argv),
    json: globals.json,
    page: (tty) => pageOf(io, tty),
    io,
    place,
    client: () => (client ??= connect(io, () => serverOf(io, place))),
  }
}

function connect(io: Io, server: () => { url: string; token: string }): Client {
  const { url } = server()
  return createClient({
    routes: routes(),
    baseUrl: url,
    // Read for each call: a daemon that was upgraded meanwhile has made another token.
    headers: () => ({ Authorization: `Bearer ${server().token}`, 'User-Agent': `tutti/${io.version}` }),
    fetch: (address, init) => io.fetch(address, { ...init, signal: init.signal ?? io.signal }),
  })
}

function print(io: Io, json: boolean, outcome: Outcome): void {
  if (json) {
    // A command that printed while it went on has no document left.
    if (outcome.data !== null) io.out(`${JSON.stringify(outcome.data, null, io.outTty ? 2 : undefined)}\n`)
    return
  }
  const page = pageOf(io, io.outTty)
  const shown = outcome.text ? outcome.text(page) : describe(page, outcome.data)
  if (shown !== '') io.out(`${shown}\n`)
}

const pageOf = (io: Io, tty: boolean): Page =>
  createPage({ columns: tty ? io.columns : 0, now: io.clock.now(), colour: hasColour(io.env, tty) })

/** Where to read on about what was typed. */
function helpOf(argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-'))
  const found = findCommand(allCommands(), words)
  return found ? `tutti ${found.command.words} --help` : 'tutti help'
}

function report(io: Io, argv: readonly string[], error: unknown): void {
  if (argv.includes('--json')) {
    io.err(`${JSON.stringify(errorDocument(error))}\n`)
    return
  }
  if (io.signal.aborted) return // Ctrl-C needs no explanation
  const page = pageOf(io, io.errTty)
  const { message } = errorDocument(error).error
  io.err(`${page.paint('red', 'tutti:')} ${message}\n`)
  if (error instanceof UsageError) io.err(`${page.paint('dim', `See: ${error.hint ?? helpOf(argv)}`)}\n`)
  else if (exitCodeOf(error) === EXIT.fault && error instanceof Error && io.env.TUTTI_DEBUG)
    io.err(`${error.stack}\n`)
}
