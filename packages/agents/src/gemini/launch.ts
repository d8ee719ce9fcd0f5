// How Gemini CLI is started: with a session id of ours, and a trust level where it has one.
import type { TrustLevel } from '@tutti/core'
import type { LaunchPlan, LaunchRequest } from '../kit.ts'

const DEFAULTS = 'gemini-defaults.json'
const DEFAULTS_VARIABLE = 'GEMINI_CLI_SYSTEM_DEFAULTS_PATH'
// Where the defaults of a machine are, or which say where.
const OTHER_VARIABLE = 'GEMINI_CLI_SYSTEM_SETTINGS_PATH'
const DEFAULTS_OF_MACHINE = [
  '/etc/gemini-cli/system-defaults.json',
  '/Library/Application Support/GeminiCli/system-defaults.json',
]

// It withholds from a server whatever is called a token; this is what it puts in from its own environment, or nothing.
// oxlint-disable-next-line no-template-curly-in-string -- its syntax, not ours
const OF_SESSION = '${TUTTI_TOKEN:-}'

export const TRUST: Readonly<Record<TrustLevel, readonly string[] | null>> = {
  supervised: ['--approval-mode', 'default'],
  plan: ['--approval-mode', 'plan'],
  edits: ['--approval-mode', 'auto_edit'],
  // Gemini CLI has no judge of its own.
  smart: null,
  full: ['--approval-mode', 'yolo'],
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const SUBCOMMANDS = words('mcp extensions extension skills skill hooks hook gemma')
const WITH_VALUE = words(
  '-m --model -i --prompt-interactive -w --worktree --approval-mode --policy --admin-policy --allowed-mcp-server-names ' +
    '--allowed-tools -e --extensions --include-directories',
)
const ALONE = words('-d --debug --skip-trust -s --sandbox -y --yolo --screen-reader')
const OF_TRUST = words('--approval-mode -y --yolo')
const OF_A_BEGINNING = words('-i --prompt-interactive -w --worktree')

export function launch(request: LaunchRequest): LaunchPlan {
  const { argv, resume, newSession, trust } = request
  const [program, ...args] = argv
  const options = optionsOf(args)
  if (!options) return { argv, env: {}, files: [], session: resume }
  const level = trust === null ? null : TRUST[trust]
  const kept = options.filter(
    ({ name }) =>
      !(level && OF_TRUST.has(name)) && !(resume !== null && (name === '' || OF_A_BEGINNING.has(name))),
  )
  const session = resume === null ? ['--session-id', newSession] : ['--resume', resume]
  return {
    argv: [program, ...session, ...(level ?? []), ...kept.flatMap((option) => option.words)],
    ...serverFor(request),
    session: resume ?? newSession,
  }
}

/**
 * The MCP server, whose prompts are slash commands there, by the defaults of the machine: the layer below the user's settings.
 * The program reads that file only where it and all folders above it are root's, so elsewhere nothing is given; and where there
 * are such defaults, they stay. Skills it looks for in its home, the project and its extensions, and nowhere else.
 */
function serverFor({ mcp, teaching, runFolder }: LaunchRequest): Pick<LaunchPlan, 'env' | 'files'> {
  const isTaken =
    [DEFAULTS_VARIABLE, OTHER_VARIABLE].some((name) => teaching?.isSet(name)) ||
    DEFAULTS_OF_MACHINE.some((path) => teaching?.exists(path))
  if (mcp === null || !teaching || isTaken || !teaching.isRoots(runFolder)) return { env: {}, files: [] }
  const [command, ...args] = mcp
  const defaults = { mcpServers: { tutti: { command, args, env: { TUTTI_TOKEN: OF_SESSION } } } }
  return {
    env: { [DEFAULTS_VARIABLE]: `${runFolder}/${DEFAULTS}` },
    files: [{ path: DEFAULTS, content: JSON.stringify(defaults) }],
  }
}

interface Option {
  /** Empty for a word that is no option. */
  name: string
  words: readonly string[]
}

/** The options of a conversation at the terminal; null for another command or one that names a session itself. */
function optionsOf(args: readonly string[]): Option[] | null {
  const options: Option[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    const name = arg.replace(/=.*$/s, '')
    if (!arg.startsWith('-')) {
      if (SUBCOMMANDS.has(arg)) return null
      options.push({ name: '', words: [arg] })
    } else if (WITH_VALUE.has(name)) {
      options.push({ name, words: arg === name ? [arg, args[++at] ?? ''] : [arg] })
    } else if (ALONE.has(name)) {
      options.push({ name, words: [arg] })
    } else {
      return null
    }
  }
  return options
}
