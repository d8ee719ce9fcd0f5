// Codex's command line as a person wrote it, taken apart: what is a conversation at the terminal, and what is something else.

export type Arguments =
  /** A conversation at the terminal: its options, those that set permissions, and the words that begin it. */
  | {
      kind: 'conversation'
      options: readonly string[]
      permissions: readonly string[]
      words: readonly string[]
    }
  /** Another command, such as `exec` or `login`, or options that a server of its own cannot honour. */
  | { kind: 'other' }

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const SUBCOMMANDS = names(
  'agents exec e review login logout mcp plugin app-server remote-control completion update doctor sandbox debug apply a ' +
    'resume queue archive delete migrate-rollouts migrate-nfs-db unarchive fork cloud exec-server features help',
)
const WITH_VALUE = names(
  '-c --config --enable --disable -i --image -m --model -C --cd --add-dir -s --sandbox -a --ask-for-approval',
)
const ALONE = names(
  '--search --no-alt-screen --strict-config --approve-for-me --dangerously-bypass-approvals-and-sandbox',
)
const PERMISSIONS = names(
  '-s --sandbox -a --ask-for-approval --approve-for-me --dangerously-bypass-approvals-and-sandbox',
)
const OF_SERVER = names('-c --config --enable --disable')

/** Takes the arguments after the program's name apart. An option that is not known makes it `other`. */
export function argumentsOf(args: readonly string[]): Arguments {
  const options: string[] = []
  const permissions: string[] = []
  let at = 0
  while (at < args.length && args[at] !== '--' && args[at]?.startsWith('-')) {
    const option = optionAt(args, at)
    if (!option) return { kind: 'other' }
    ;(PERMISSIONS.has(option.words[0] ?? '') ? permissions : options).push(...option.words)
    at = option.next
  }
  const words = args.slice(args[at] === '--' ? at + 1 : at)
  // Options behind the words would be taken for words, and a subcommand is no conversation.
  const isOther = words.some((word) => word.startsWith('-')) || SUBCOMMANDS.has(args[at] ?? '')
  return isOther ? { kind: 'other' } : { kind: 'conversation', options, permissions, words }
}

/** The options that Codex's server must know itself: settings and features. */
export function serverOptions(options: readonly string[]): string[] {
  return options.flatMap((option, at) => (OF_SERVER.has(option) ? [option, options[at + 1] ?? ''] : []))
}

function optionAt(args: readonly string[], at: number): { words: string[]; next: number } | null {
  const arg = args[at] ?? ''
  const split = arg.startsWith('--') ? arg.indexOf('=') : -1
  const name = split < 0 ? arg : arg.slice(0, split)
  if (ALONE.has(name)) return split < 0 ? { words: [name], next: at + 1 } : null
  if (!WITH_VALUE.has(name)) return null
  if (split >= 0) return { words: [name, arg.slice(split + 1)], next: at + 1 }
  const value = args[at + 1]
  return value === undefined ? null : { words: [name, value], next: at + 2 }
}
