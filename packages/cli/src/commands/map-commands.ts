// The code map at the command line: the table's questions, asked about the folder one stands in and answered as text. The daemon
// answers where it runs and has the folder; else a process of the map's own does, so that the map needs nothing but this program.
import { resolve } from 'node:path'
import { ClientFault } from '@tutti/client'
import { MapAnswer, operation, operationNames, type OperationName } from '@tutti/core'
import { z } from 'zod'
import { text as textFlag, variant, type Call, type Command, type Outcome } from '../command.ts'
import { plain } from '../display-width.ts'
import { UsageError } from '../exit-code.ts'
import { fieldsOf, inputFrom } from '../input-fields.ts'
import { askMap, type MapQuestion } from '../map-process.ts'
import { daemonOf } from '../place.ts'
import { tableCommand } from './table-commands.ts'

export const mapCommands = (): Command[] => [
  ...operationNames()
    .filter((name) => operation(name).cli?.words.startsWith(WORDS))
    .map((name) => questionCommand(name)),
  ...LOCAL.map((one) => localCommand(one)),
]

const WORDS = 'map '

function questionCommand(name: OperationName): Command {
  const command = tableCommand(name, (input, call) => ({ ...input, folder: folderOf(call, input.folder) }))
  const asked = command.run
  const run: Command['run'] = async (typed) => {
    const call = spoken(typed)
    const answer = await fromDaemon(call, asked)
    return shown(answer ?? (await askMap(call.io, questionOf(name, call))))
  }
  return variant(command, {
    get args() {
      // What is searched for is mostly several words.
      return command.args.map((one) => Object.assign({}, one, one.name === 'words' ? { many: true } : {}))
    },
    run,
  })
}

const spoken = (call: Call): Call => ({
  ...call,
  text: (name) => (name === 'words' ? call.list(name).join(' ') || undefined : call.text(name)),
})

const shown = (data: MapAnswer): Outcome => ({
  data,
  text: () => data.text.split('\n').map(plain).join('\n'),
})

const folderOf = ({ io }: Call, given: unknown): string =>
  resolve(io.cwd, typeof given === 'string' ? given : '.')

/** Undefined where this machine's own daemon does not run, or may not look into the folder. */
async function fromDaemon(call: Call, ask: Command['run']): Promise<MapAnswer | undefined> {
  const isNamed = call.place.url !== null
  if (!isNamed && daemonOf(call.io, call.place) === null) return undefined
  try {
    return MapAnswer.parse((await ask(call)).data)
  } catch (error) {
    if (!isNamed && error instanceof ClientFault && ALONE.has(error.code)) return undefined
    throw error
  }
}

/** What this program can do without the daemon: its own rights are those of the person who typed. */
const ALONE = new Set(['network.unreachable', 'auth.missing', 'folder.outside'])

function questionOf(name: OperationName, call: Call): MapQuestion {
  const row = operation(name)
  const fields = fieldsOf(row)
  const read = row.input.safeParse(inputFrom(call, fields))
  if (!read.success) throw new UsageError(z.prettifyError(read.error))
  const input = Input.parse(read.data)
  const args = (row.cli?.args ?? []).filter((one) => one !== 'folder').map((one) => input[one])
  return {
    name: (row.cli?.words ?? '').slice(WORDS.length),
    folder: folderOf(call, input.folder),
    args: args.filter((one) => typeof one === 'string'),
    depth: input.depth ?? DEPTH,
    tokens: input.tokens,
  }
}

const Input = z.looseObject({
  folder: z.string().optional(),
  tokens: z.int(),
  depth: z.int().optional(),
})

/** Unused by a question that has none. */
const DEPTH = 5

interface Local {
  name: string
  takes: string
  says: string
  /** What is given is an address, not a path. */
  isAddress?: boolean
}

/** They read or write files of this machine, so there is no operation of the daemon for them. */
const LOCAL: readonly Local[] = [
  {
    name: 'exact',
    takes: 'tsconfig',
    says: 'Let the TypeScript compiler confirm the calls and add what only it resolves',
  },
  { name: 'export', takes: 'to', says: 'Write the documentation as a site with llms.txt into a folder' },
  {
    name: 'schema',
    takes: 'address',
    says: 'The tables of a database as SQL, for a file that the map reads',
    isAddress: true,
  },
  { name: 'scip', takes: 'file', says: 'Import what another indexer has resolved, as a SCIP file' },
]

const LOCAL_TOKENS = 4000

function localCommand({ name, takes, says, isAddress = false }: Local): Command {
  return {
    words: `${WORDS}${name}`,
    says,
    args: [{ name: takes }],
    flags: [textFlag('folder', 'text')],
    run: async (call) => {
      const given = call.need(takes)
      return shown(
        await askMap(call.io, {
          name,
          folder: folderOf(call, call.text('folder')),
          args: [isAddress ? given : resolve(call.io.cwd, given)],
          depth: DEPTH,
          tokens: LOCAL_TOKENS,
        }),
      )
    },
  }
}
