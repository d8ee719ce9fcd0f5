// Terminals from a terminal: attach, logs and send-keys.
import { createStream } from '@tutti/client'
import { basename } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { onOff, text, variant, type Call, type Command, type Outcome } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { agentNamed } from '../naming.ts'
import { serverOf } from '../place.ts'
import type { Env } from '../spawn.ts'
import { attachFile } from './mail-commands.ts'
import { tableCommand } from './table-commands.ts'

const NAME = { name: 'name', completes: 'agent' } as const

export const terminalCommands: Command[] = [
  {
    words: 'attach',
    says: 'Show the terminal of an agent in this one',
    args: [NAME],
    flags: [],
    run: attach,
  },
  {
    words: 'logs',
    says: 'The last lines of the terminal of an agent as plain text',
    args: [NAME],
    flags: [
      text('lines', 'how many lines (200)', { short: 'n' }),
      onOff('follow', 'go on with what the program prints until Ctrl-C', { short: 'f' }),
    ],
    run: logs,
  },
  sendKeys(),
]

async function attach(call: Call): Promise<Outcome> {
  const { io } = call
  // An agent may see no terminal: what it wants to attach is a file to a message.
  if (io.env['TUTTI_AGENT_ID'] !== undefined) return attachFile(call, call.need('name'))
  if (!io.inTty || !io.outTty)
    throw new UsageError('attach needs a terminal. `tutti logs` prints into a pipe.')
  if (!serverOf(io, call.place).local) {
    throw new UsageError(
      'attach works on the machine itself. Open the dashboard for an agent of another one.',
    )
  }
  const agent = await agentNamed(call.client(), call.need('name'))
  const { argv } = await call.client().getAttachCommand({ id: agent.id })
  io.err(`${io.env.TMUX ? 'Detach with Ctrl-b Ctrl-b d' : 'Detach with Ctrl-b d'}; ${agent.name} goes on.\n`)
  const code = await io.processes.lend(asUtf8(argv), await terminalEnv(call))
  return { data: { code }, text: () => '', exit: code }
}

// tmux falls back to ASCII where no locale says otherwise, as in a bare container; every terminal of today can do UTF-8.
function asUtf8(argv: readonly string[]): string[] {
  const [file = 'tmux', ...rest] = argv
  return basename(file) === 'tmux' ? [file, '-u', ...rest] : [...argv]
}

/** Without the marks of an outer tmux, and with a TERM that this machine knows. */
async function terminalEnv({ io }: Call): Promise<Env> {
  const { TMUX: _outer, TMUX_PANE: _pane, ...env } = io.env
  const known =
    env.TERM && env.TERM !== 'dumb' && (await io.processes.collect(['infocmp', env.TERM], io.env)).code !== 1
  return known ? env : { ...env, TERM: 'xterm-256color' }
}

const LINES = 200

async function logs(call: Call): Promise<Outcome> {
  const agent = await agentNamed(call.client(), call.need('name'))
  const lines = linesOf(call)
  const screen = await call.client().getScreen({ id: agent.id, lines })
  const shown = screen.text.trimEnd()
  if (!call.on('follow')) return { data: screen, text: () => shown }
  if (call.json)
    throw new UsageError(
      '--follow prints as it comes and has no --json. `tutti logs --json` gives the lines so far.',
    )
  call.io.out(`${shown}\n`)
  return follow(call, { agentId: agent.id, cols: screen.cols, rows: screen.rows })
}

function linesOf(call: Call): number {
  const typed = call.text('lines')
  if (typed === undefined) return LINES
  if (/^[1-9]\d{0,4}$/.test(typed)) return Number(typed)
  throw new UsageError(`--lines expects a number from 1 to 50000, got ${JSON.stringify(typed)}.`)
}

/** Prints what comes after the snapshot: as it is on a terminal, without control sequences elsewhere. */
async function follow(call: Call, view: { agentId: string; cols: number; rows: number }): Promise<Outcome> {
  const { io } = call
  const server = serverOf(io, call.place)
  const decoder = new TextDecoder()
  const end = Promise.withResolvers<number>()
  const stream = createStream({
    connect: io.door(server.url, server.token),
    clock: io.clock,
    chance: io.chance,
    onEvent: () => undefined,
    onReset: () => undefined,
    onProblem: end.reject,
  })
  const terminal = stream.openTerminal(
    { ...view, access: 'read', kind: 'terminal' },
    {
      snapshot: ({ bytes }) => terminal.credit(bytes.byteLength), // those lines are printed already
      data: (bytes) => {
        const written = decoder.decode(bytes, { stream: true })
        io.out(io.outTty ? written : stripVTControlCharacters(written).replaceAll('\r', ''))
        terminal.credit(bytes.byteLength)
      },
      exit: () => end.resolve(EXIT.ok),
      fault: ({ message }) => end.reject(new Error(message)),
    },
  )
  io.signal.addEventListener('abort', () => end.resolve(EXIT.interrupted), { once: true })
  try {
    const exit = await end.promise
    // The program may have left colours, a hidden cursor or the other screen behind.
    if (io.outTty) io.out('\u001b[?1049l\u001b[?25h\u001b[0m\n')
    return { data: null, text: () => '', exit }
  } finally {
    stream.stop()
  }
}

function sendKeys(): Command {
  const derived = tableCommand('sendKeys', (input, call) => {
    const keys = Array.isArray(input.keys) ? input.keys : []
    const whole = call.on('enter') ? { ...input, keys: [...keys, 'Enter'] } : input
    if (whole.text === undefined && !('keys' in whole))
      throw new UsageError('Give a text, --keys or --enter.')
    return whole
  })
  return variant(derived, {
    get flags() {
      return [...derived.flags, onOff('enter', 'press Enter after it')]
    },
    run: async (call) => ({ ...(await derived.run(call)), text: () => 'Sent.' }),
  })
}
