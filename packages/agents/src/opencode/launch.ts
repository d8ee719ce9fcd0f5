// How OpenCode is started: with its HTTP port open to nobody but this kit, and all settings in the environment of this start.
import { createHash } from 'node:crypto'
import type { Persona, TrustLevel } from '@tutti/core'
import type { LaunchPlan, LaunchRequest } from '../kit.ts'
import { skillFiles } from '../teaching.ts'

/** Where the daemon finds the port and the password again after a restart; 0600 in a 0700 folder. */
export const DOOR = 'opencode-door.json'
const PERSONA = 'opencode-persona.md'
// One more folder of settings beside the user's own; its lists of skills would be replaced by one that is given in line.
const FOLDER = 'opencode'
const FOLDER_VARIABLE = 'OPENCODE_CONFIG_DIR'

const SUBCOMMANDS = new Set(
  (
    'completion acp mcp attach run debug providers auth agent upgrade uninstall serve web models stats export import ' +
    'github pr session plugin plug db help'
  ).split(' '),
)
// What a session that goes on must not do again, or says itself; each with whether a value follows.
const OF_A_BEGINNING: ReadonlyMap<string, boolean> = new Map([
  ['-c', false],
  ['--continue', false],
  ['--fork', false],
  ['-s', true],
  ['--session', true],
  ['--prompt', true],
])
// Options after which the next word is a value; elsewhere a word without a dash may be a command.
const WITH_VALUE = new Set(
  '--log-level --port --hostname --mdns-domain --cors -m --model -s --session --prompt --agent --replay-limit'.split(
    ' ',
  ),
)

const LOOKING = {
  read: 'allow',
  glob: 'allow',
  grep: 'allow',
  list: 'allow',
  todowrite: 'allow',
  question: 'allow',
  skill: 'allow',
}
const PERMISSIONS: Readonly<Record<TrustLevel, Readonly<Record<string, string>> | null>> = {
  supervised: { '*': 'ask', ...LOOKING },
  plan: { '*': 'deny', ...LOOKING },
  edits: { '*': 'ask', ...LOOKING, edit: 'allow' },
  // OpenCode has no judge of its own.
  smart: null,
  full: { '*': 'allow' },
}

/** What each level is in OpenCode's own words. */
export const TRUST: Readonly<Record<TrustLevel, readonly string[] | null>> = {
  supervised: [variable('supervised')],
  plan: [variable('plan')],
  edits: [variable('edits')],
  smart: null,
  full: [variable('full')],
}

export function launch(request: LaunchRequest): LaunchPlan {
  const [program, ...args] = request.argv
  if (isOther(args)) return { argv: request.argv, env: {}, files: [], session: request.resume }
  const own = args[args.lastIndexOf('--port') + 1]
  const port = args.includes('--port') && Number(own) > 0 ? Number(own) : portOf(request.newSession)
  const password = digest(`${request.hooks.token} ${request.newSession}`)
  const words = personaText(request.persona)
  const skill = request.teaching?.isSet(FOLDER_VARIABLE)
    ? []
    : skillFiles(request.teaching, `${FOLDER}/skills`)
  const rest = request.resume === null ? args : withoutBeginning(args)
  const resume = request.resume === null ? [] : ['--session', request.resume]
  return {
    argv: [program, ...(args.includes('--port') ? [] : ['--port', String(port)]), ...resume, ...rest],
    env: {
      // Without it anybody on this machine could answer for the person.
      OPENCODE_SERVER_PASSWORD: password,
      ...configOf(request, words !== ''),
      ...permissionsOf(request.trust),
      ...(skill.length === 0 ? {} : { [FOLDER_VARIABLE]: `${request.runFolder}/${FOLDER}` }),
    },
    files: [
      { path: DOOR, content: JSON.stringify({ port, password }) },
      ...(words === '' ? [] : [{ path: PERSONA, content: words }]),
      ...skill,
    ],
    session: request.resume,
  }
}

function configOf({ mcp, runFolder }: LaunchRequest, hasPersona: boolean): Record<string, string> {
  const config = {
    ...(mcp === null ? {} : { mcp: { tutti: { type: 'local', command: mcp, enabled: true } } }),
    ...(hasPersona ? { instructions: [`${runFolder}/${PERSONA}`] } : {}),
  }
  return Object.keys(config).length > 0 ? { OPENCODE_CONFIG_CONTENT: JSON.stringify(config) } : {}
}

function permissionsOf(trust: TrustLevel | null): Record<string, string> {
  const permissions = trust === null ? null : PERMISSIONS[trust]
  return permissions === null ? {} : { OPENCODE_PERMISSION: JSON.stringify(permissions) }
}

function variable(level: TrustLevel): string {
  return `OPENCODE_PERMISSION=${JSON.stringify(PERMISSIONS[level])}`
}

// Below the ports that the kernel hands out, and one of so many that two agents hardly ever meet.
function portOf(name: string): number {
  return 20_000 + (Number.parseInt(digest(name).slice(0, 8), 16) % 12_000)
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

function isOther(args: readonly string[]): boolean {
  const first = args.findIndex((arg, at) => !arg.startsWith('-') && !WITH_VALUE.has(args[at - 1] ?? ''))
  return (
    SUBCOMMANDS.has(args[first] ?? '') ||
    args.some((arg) => ['-h', '--help', '-v', '--version', '--mini'].includes(arg))
  )
}

function withoutBeginning(args: readonly string[]): string[] {
  return args.filter(
    (arg, at) =>
      !OF_A_BEGINNING.has(arg.replace(/=.*$/s, '')) && OF_A_BEGINNING.get(args[at - 1] ?? '') !== true,
  )
}

function personaText({ role, personality, instructions }: Persona): string {
  const lines = [role && `Your role: ${role}`, personality && `Your manner: ${personality}`, instructions]
  return lines.filter((line) => line !== '').join('\n\n')
}
