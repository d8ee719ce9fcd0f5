// Commands about `tutti` itself: help, version, completion, and any operation by its name.
import { isOperationName, operation, operationNames } from '@tutti/core'
import { text, type Call, type Command, type Outcome } from '../command.ts'
import { SHELLS, completionScript, isShell } from '../completion.ts'
import { UsageError } from '../exit-code.ts'
import { fieldsOf, flagsFor, inputFrom } from '../input-fields.ts'
import { agentsAmong, suggestion } from '../naming.ts'
import { parseCommand } from '../parse.ts'
import type { Page } from '../page.ts'
import { commandHelp, familyHelp, overview } from '../usage.ts'
import { candidates } from '../completion-candidates.ts'
import { OUTPUT } from './saved-bytes.ts'
import { outcomeOf } from './table-commands.ts'

const JSON_BODY = text('json-body', 'the whole input as JSON; - reads it from stdin')

/** They need the list of all commands, themselves among them. */
export const metaCommands = (all: () => readonly Command[]): Command[] => [
  {
    words: 'help',
    says: 'This overview, or help for a command',
    args: [{ name: 'command', many: true, optional: true }],
    flags: [],
    run: async (call) => help(call, all()),
  },
  {
    words: 'version',
    says: 'The version of this program',
    args: [],
    flags: [],
    run: async ({ io }) => ({ data: { version: io.version, node: process.version }, text: () => io.version }),
  },
  {
    words: 'completion',
    says: 'A completion script: source <(tutti completion bash)',
    args: [{ name: 'shell', says: SHELLS.join(' | ') }],
    flags: [],
    run: async (call) => completion(call),
  },
  {
    words: '__complete',
    says: 'What may come next, one on a line',
    args: [],
    flags: [],
    rest: 'WORDS',
    hidden: true,
    run: async (call) => complete(call, all()),
  },
  {
    words: 'api',
    says: 'Any operation of /openapi.json by its name: tutti api listAgents, tutti api getScreen --id ID',
    args: [{ name: 'operation' }],
    flags: [JSON_BODY],
    raw: true,
    run: api,
  },
]

function help(call: Call, commands: readonly Command[]): Outcome {
  const words = call.list('command').join(' ')
  if (words === '') return { data: commandList(commands), text: (page) => overview(page, commands) }
  // `agents` alone is short for `agents list`; its help is about all of them.
  const command = commands.find((one) => one.words === words && !one.hidden)
  const group = commands.filter((one) => one.words.startsWith(`${words} `))
  if (!command && group.length === 0) {
    const near = suggestion(
      words,
      commands.map((one) => ({ name: one.words })),
    )
    throw new UsageError(`There is no command ${JSON.stringify(words)}.${near}`)
  }
  const shown = [...(command ? [command] : []), ...group]
  const parts = (page: Page) => [
    ...(command ? [commandHelp(page, command)] : []),
    ...(group.length > 0 ? [familyHelp(page, words, group)] : []),
  ]
  return { data: commandList(shown), text: (page) => parts(page).join('\n\n') }
}

const commandList = (commands: readonly Command[]) =>
  commands
    .filter(({ hidden }) => !hidden)
    .map(({ words, says, args, flags }) => ({ words, says, args, flags }))

function completion(call: Call): Outcome {
  const shell = call.need('shell')
  if (!isShell(shell)) throw new UsageError(`Expected ${SHELLS.join(', ')}; got ${JSON.stringify(shell)}.`)
  const script = completionScript(shell)
  return { data: { shell, script }, text: () => script }
}

async function complete(call: Call, commands: readonly Command[]): Promise<Outcome> {
  const found = await candidates(commands, call.rest, {
    agents: async () => (await agentsAmong(call.client(), 'living')).map(({ name }) => name),
    deleted: async () => (await agentsAmong(call.client(), 'deleted')).map(({ name }) => name),
    users: async () => (await call.client().listUsers()).map(({ name }) => name),
    machines: async () => (await call.client().listNodes()).map(({ name }) => name),
  })
  return { data: found, text: () => found.join('\n') }
}

async function api(call: Call): Promise<Outcome> {
  const name = call.need('operation')
  if (!isOperationName(name)) {
    const near = suggestion(
      name,
      operationNames().map((one) => ({ name: one })),
    )
    throw new UsageError(`There is no operation ${JSON.stringify(name)}.${near}`)
  }
  const row = operation(name)
  const fields = fieldsOf(row)
  const flags = [...flagsFor(fields), text('if-version', ''), JSON_BODY, OUTPUT]
  const given = parseCommand({ words: `api ${name}`, says: row.says, args: [], flags, run: api }, call.rest)
  const body = given.text('json-body')
  const input = body === undefined ? inputFrom(given, fields) : await bodyOf(call, body)
  return outcomeOf({ ...call, ...given }, name, input)
}

async function bodyOf(call: Call, typed: string): Promise<Record<string, unknown>> {
  const body = typed === '-' ? await call.io.readInput() : typed
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // said below, for text that is no JSON and for JSON that is no object
  }
  throw new UsageError('--json-body expects one JSON object.')
}
