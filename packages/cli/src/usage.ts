// Help texts, made from the commands themselves.
import type { Argument, Command, Flag } from './command.ts'
import { padded } from './display-width.ts'
import { EXIT_WORDS } from './exit-code.ts'
import type { Page } from './page.ts'

const GROUPS: readonly [title: string, first: readonly string[]][] = [
  [
    'This machine',
    ['up', 'down', 'status', 'open', 'doctor', 'demo', 'backup', 'restore', 'settings', 'programs'],
  ],
  ['Agents', ['agents', 'attach', 'logs', 'send-keys', 'found', 'adopt', 'recordings']],
  ['People and programs', ['whoami', 'users', 'tokens', 'audit', 'events']],
]

const GLOBAL_LINES: [string, string][] = [
  ['--json', 'one JSON document on stdout; a failure is {"error": …} on stderr'],
  ['--url URL', 'another server than the one of this machine (TUTTI_URL)'],
  ['--token TOKEN', 'its API token (TUTTI_TOKEN)'],
  ['--data FOLDER', 'another data folder (TUTTI_DATA)'],
  ['-h, --help', 'help for a command'],
]

/** `tutti help`. */
export function overview(page: Page, commands: readonly Command[]): string {
  const listed = commands.filter((command) => !command.hidden)
  const known = new Set(GROUPS.flatMap(([, first]) => first))
  const inGroup = (first: readonly string[]) => listed.filter((one) => first.includes(firstWord(one)))
  const parts = GROUPS.map(([title, first]) =>
    section(
      page,
      title,
      first.flatMap((word) => inGroup([word])).map((one): [string, string] => [synopsis(one), one.says]),
    ),
  )
  const others = listed
    .filter((one) => !known.has(firstWord(one)))
    .map((one): [string, string] => [synopsis(one), one.says])
  const codes = EXIT_WORDS.map(([code, meaning]): [string, string] => [String(code), meaning])
  return [
    'tutti: the control room for a team of AI agents',
    ...parts,
    section(page, 'More', others),
    section(page, 'Everywhere', GLOBAL_LINES),
    section(page, 'Exit codes', codes),
  ].join('\n\n')
}

/** `tutti agents create --help`. */
export function commandHelp(page: Page, command: Command): string {
  const args = command.args
    .filter((one) => one.says)
    .map((one): [string, string] => [one.name.toUpperCase(), one.says ?? ''])
  return [
    command.says + (command.says.endsWith('.') ? '' : '.'),
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

const flagLine = ({ name, kind, short, says }: Flag): [string, string] => [
  `${short ? `-${short}, ` : ''}--${name}${kind === 'switch' ? '' : ' X'}`,
  says,
]

function section(page: Page, title: string, lines: readonly [string, string][]): string {
  const width = Math.min(34, Math.max(...lines.map(([left]) => left.length)))
  return [
    page.paint('bold', title),
    ...lines.map(([left, right]) => `  ${padded(left, width)}  ${page.paint('dim', right)}`),
  ].join('\n')
}
