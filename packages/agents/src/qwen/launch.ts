// How Qwen Code is started: with a file that it tells events to and one that it takes words and answers from.
import type { Persona, TrustLevel } from '@tutti/core'
import type { LaunchPlan, LaunchRequest } from '../kit.ts'
import { skillFiles, SKILLS } from '../teaching.ts'
import { isWithin } from '../version.ts'

/** Names the event file of this start. */
export const POINTER = 'qwen-events.txt'
export const INPUT = 'qwen-input.jsonl'
const MCP = 'qwen-mcp.json'
const DEFAULTS = 'qwen-defaults.json'
const DEFAULTS_VARIABLE = 'QWEN_CODE_SYSTEM_DEFAULTS_PATH'
const DEFAULTS_OF_MACHINE = '/etc/qwen-code/system-defaults.json'

// The two files are in its help from here on.
const WITH_FILES = { from: '0.24.4', to: '0.999999999.0' }

export const TRUST: Readonly<Record<TrustLevel, readonly string[] | null>> = {
  supervised: ['--approval-mode', 'default'],
  plan: ['--approval-mode', 'plan'],
  edits: ['--approval-mode', 'auto-edit'],
  smart: ['--approval-mode', 'auto'],
  full: ['--approval-mode', 'yolo'],
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const SUBCOMMANDS = words('auth board channel extensions hooks mcp review sandbox serve sessions update')
// What makes it another kind of run, or names what this kit names itself.
const NOT_OURS = words(
  '-p --prompt --acp --json-fd --json-file --input-file --input-format -o --output-format --json-schema -c --continue ' +
    '-r --resume --session-id --fork-session --worktree -h --help -v --version -l --list-extensions --no-chat-recording',
)
const OF_TRUST = words('--approval-mode -y --yolo')
const OF_A_BEGINNING = words('-i --prompt-interactive')
const ALONE = words(
  '-d --debug --bare --safe-mode --insecure --chat-recording -s --sandbox -y --yolo --experimental-lsp ' +
    '--restore-ask-user-question --screen-reader --openai-logging --include-partial-messages --telemetry',
)

export function launch(request: LaunchRequest): LaunchPlan {
  const { argv, resume, newSession, runFolder, mcp } = request
  const [program, ...args] = argv
  const given = args.map((arg) => arg.replace(/=.*$/s, ''))
  if (
    given.some((arg, at) => NOT_OURS.has(arg) || isCommand(given, at)) ||
    !isWithin(request.version, WITH_FILES)
  )
    return { argv, env: {}, files: [], session: resume }
  const persona = personaText(request.persona)
  // A process that ends may write once more at its old place: the next one must have a file of its own.
  const events = `qwen-events-${newSession.replaceAll(/[^\w-]/g, '').slice(0, 8)}.jsonl`
  const trust = request.trust === null ? null : TRUST[request.trust]
  const taught = taughtBy(request)
  return {
    argv: [
      program,
      ...(resume === null ? ['--session-id', newSession] : ['--resume', resume]),
      '--json-file',
      `${runFolder}/${events}`,
      '--input-file',
      `${runFolder}/${INPUT}`,
      ...(persona === '' ? [] : ['--append-system-prompt', persona]),
      ...(mcp === null ? [] : ['--mcp-config', `${runFolder}/${MCP}`]),
      ...(trust ?? []),
      ...without(without(args, trust ? OF_TRUST : new Set()), resume === null ? new Set() : OF_A_BEGINNING),
    ],
    env: taught.env,
    files: [
      { path: POINTER, content: events },
      { path: events, content: '' },
      { path: INPUT, content: '' },
      ...(mcp === null ? [] : [{ path: MCP, content: mcpConfig(mcp) }]),
      ...taught.files,
    ],
    session: resume ?? newSession,
  }
}

/** The skill by the defaults of the machine, the layer below the user's settings; where there are some, they stay. */
function taughtBy({ teaching, runFolder }: LaunchRequest): Pick<LaunchPlan, 'env' | 'files'> {
  if (!teaching || teaching.isSet(DEFAULTS_VARIABLE) || teaching.exists(DEFAULTS_OF_MACHINE))
    return { env: {}, files: [] }
  const defaults = { skills: { directories: [`${runFolder}/${SKILLS}`] } }
  return {
    env: { [DEFAULTS_VARIABLE]: `${runFolder}/${DEFAULTS}` },
    files: [{ path: DEFAULTS, content: JSON.stringify(defaults) }, ...skillFiles(teaching)],
  }
}

function mcpConfig([command, ...args]: readonly [string, ...string[]]): string {
  return JSON.stringify({ mcpServers: { tutti: { command, args } } })
}

// A word that is no option's value is a command, or a prompt for a run without a terminal.
function isCommand(args: readonly string[], at: number): boolean {
  const [arg = '', before = ''] = [args[at], args[at - 1]]
  if (arg.startsWith('-')) return false
  return SUBCOMMANDS.has(arg) ? at === 0 : !before.startsWith('-') || ALONE.has(before)
}

function without(args: readonly string[], names: ReadonlySet<string>): string[] {
  return args.filter((arg, at) => {
    const before = args[at - 1] ?? ''
    return !names.has(arg.replace(/=.*$/s, '')) && !(names.has(before) && !ALONE.has(before))
  })
}

function personaText({ role, personality, instructions }: Persona): string {
  const lines = [role && `Your role: ${role}`, personality && `Your manner: ${personality}`, instructions]
  return lines.filter((line) => line !== '').join('\n\n')
}
