// How Gemini CLI is started: with a session id of ours, and a trust level where it has one.
import type { TrustLevel } from '@tutti/core'
import type { LaunchPlan, LaunchRequest } from '../kit.ts'

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

export function launch({ argv, resume, newSession, trust }: LaunchRequest): LaunchPlan {
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
    env: {},
    files: [],
    session: resume ?? newSession,
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
