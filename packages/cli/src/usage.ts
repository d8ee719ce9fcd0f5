// Help texts, made from the commands themselves.
import type { Argument, Command, Flag } from './command.ts'
import { padded, wrapped } from './display-width.ts'
import { EXIT_WORDS } from './exit-code.ts'
import type { Page } from './page.ts'

const GROUPS: readonly [title: string, first: readonly string[]][] = [
  ['Begin', ['up', 'down', 'status', 'open', 'demo', 'found', 'adopt']],
  ['Agents', ['agents', 'attach', 'logs', 'send-keys', 'interrupt', 'recordings', 'kits', 'programs']],
  ['What agents ask', ['attention', 'answer', 'why', 'prompt', 'prompts', 'transcript', 'rules']],
  ['Mail', ['send', 'inbox', 'read', 'reply', 'thread', 'search', 'mail', 'mailbox', 'addresses']],
  ['Work', ['board', 'map', 'usage', 'budgets']],
  ['Several machines', ['invite', 'join', 'nodes', 'move', 'moves', 'export', 'import']],
  ['Care', ['doctor', 'backup', 'restore', 'settings', 'upgrade', 'releases']],
  ['People and programs', ['whoami', 'users', 'tokens', 'logins', 'audit', 'events', 'mcp', 'api']],
]

/** What the commands below one word are for, where the word has more of them than one reads at a glance. */
const FAMILIES: Readonly<Record<string, string>> = {
  agents: 'Create, change and look after agents',
  recordings: 'Record terminals and export what they showed',
  prompts: 'Words that wait for their agents',
  rules: 'Standing answers',
  mail: 'Mailboxes, other providers, files and quarantine',
  board: 'The board that all machines of the room share',
  map: 'Questions about the code',
  budgets: 'Limits of cost',
  nodes: 'The machines of the room',
  backup: 'Back everything up, or look after backups',
  settings: 'What holds for the whole machine',
  releases: 'Versions on this machine, and whose are installed',
  users: 'People with an account',
  tokens: 'API tokens of programs',
  logins: 'Signed-in browsers',
  audit: 'Who did what',
  kits: 'What Tutti knows of agent programs',
  upgrade: 'Upgrade this machine, and how that went',
}

const GLOBAL_LINES: Line[] = [
  ['--json', 'one JSON document on stdout; a failure is {"error": …} on stderr'],
  ['--url URL', 'another server than the one of this machine (TUTTI_URL)'],
  ['--token TOKEN', 'its API token (TUTTI_TOKEN)'],
  ['--data FOLDER', 'another data folder (TUTTI_DATA)'],
  ['-h, --help', 'help for a command'],
]

type Line = [left: string, right: string]

/** `tutti help`. */
export function overview(page: Page, commands: readonly Command[]): string {
  const listed = commands.filter((command) => !command.hidden)
  const linesOf = (first: string): Line[] => familyLines(listed.filter((one) => firstWord(one) === first))
  const known = new Set(GROUPS.flatMap(([, first]) => first))
  const others = [...new Set(listed.map(firstWord))].filter((word) => !known.has(word))
  const codes = EXIT_WORDS.map(([code, meaning]): Line => [String(code), meaning])
  return [
    'tutti: the control room for a team of AI agents',
    ...GROUPS.map(([title, first]) => section(page, title, first.flatMap(linesOf))),
    section(page, 'More', others.flatMap(linesOf)),
    section(page, 'Everywhere', GLOBAL_LINES),
    section(page, 'Exit codes', codes),
    '`tutti help COMMAND` says more, such as `tutti help agents` of a whole family.',
  ].join('\n\n')
}

/** A command stands for itself; several below one word share a line that names them. */
function familyLines(family: readonly Command[]): Line[] {
  const [first] = family
  if (!first) return []
  const word = firstWord(first)
  if (family.length < 3 && !FAMILIES[word]) return family.map((one) => [synopsis(one), one.says])
  const alone = family.find((one) => one.words === word)
  const names = family.filter((one) => one !== alone).map((one) => one.words.slice(word.length + 1))
  return [
    [
      alone ? synopsis(alone) : `${word} …`,
      `${FAMILIES[word] ?? first.says}: ${[...new Set(names)].join(', ')}`,
    ],
  ]
}

/** `tutti help agents`: what there is below a word, a line for each. */
export function familyHelp(page: Page, words: string, family: readonly Command[]): string {
  const lines = family.filter((one) => !one.hidden).map((one): Line => [synopsis(one), one.says])
  const hint = `\`tutti help ${words} …\` with one of them shows its flags.`
  return [section(page, `tutti ${words}`, lines), wrapped(hint, page.columns).join('\n')].join('\n\n')
}

/** `tutti agents create --help`. */
export function commandHelp(page: Page, command: Command): string {
  const args = command.args
    .filter((one) => one.says)
    .map((one): Line => [one.name.toUpperCase(), one.says ?? ''])
  return [
    wrapped(command.says + (command.says.endsWith('.') ? '' : '.'), page.columns).join('\n'),
    `${page.paint('bold', 'Usage')}  tutti ${synopsis(command, command.flags.length > 0 ? '[flags]' : '')}`,
    ...(args.length > 0 ? [section(page, 'Arguments', args)] : []),
    ...(command.flags.length > 0 ? [section(page, 'Flags', command.flags.map(flagLine))] : []),
    section(page, 'Everywhere', GLOBAL_LINES),
  ].join('\n\n')
}

const firstWord = (command: Command) => command.words.split(' ')[0] ?? ''

const synopsis = (command: Command, flags = ''): string =>
  [
    command.words,
    ...command.args.map(argumentWord),
    ...(flags === '' ? [] : [flags]),
    ...(command.rest ? [`-- ${command.rest}`] : []),
  ].join(' ')

const THINGS = { agent: 'AGENT', 'deleted-agent': 'AGENT', user: 'USER', node: 'MACHINE' } as const

function argumentWord({ name, optional, many, completes }: Argument): string {
  const word = (completes ? THINGS[completes] : name.toUpperCase()) + (many ? '…' : '')
  return optional ? `[${word}]` : word
}

const flagLine = ({ name, kind, short, says, value }: Flag): Line => [
  `${short ? `-${short}, ` : ''}--${name}${kind === 'switch' ? '' : ` ${value ?? 'X'}`}`,
  says,
]

const LEFT_CELLS = 30 // wider ones stand on a line of their own

/** Lines in two columns; the right one is broken between words and stays a column. */
function section(page: Page, title: string, lines: readonly Line[]): string {
  const width = Math.min(LEFT_CELLS, Math.max(...lines.map(([left]) => left.length)))
  const room = page.columns - width - 4
  const shown = lines.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrapped(right, room)
    const below = rest.map((line) => `${' '.repeat(width + 4)}${page.paint('dim', line)}`)
    if (left.length > width)
      return [`  ${left}`, `${' '.repeat(width + 4)}${page.paint('dim', first)}`, ...below]
    return [`  ${padded(left, width)}  ${page.paint('dim', first)}`.trimEnd(), ...below]
  })
  return [page.paint('bold', title), ...shown].join('\n')
}
