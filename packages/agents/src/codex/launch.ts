// How Codex is started: its own server on a private socket beside its unmodified terminal program, nothing of the user's edited.
import type { Persona, TrustLevel } from '@tutti/core'
import type { LaunchPlan, LaunchRequest } from '../kit.ts'
import { promptSkills, skillFiles } from '../teaching.ts'
import { isWithin } from '../version.ts'
import { argumentsOf, serverOptions } from './arguments.ts'

export const SOCKET = 'codex.sock'
export const SETTINGS = 'codex-settings.json'
const SCRIPT = 'codex.sh'
const LOG = 'codex-server.log'

// `--remote` and `app-server --listen unix://` are in the program's help from here on.
const WITH_SERVER = { from: '0.169.0', to: '0.999999999.0' }

/** `supervised` may read and asks for everything else: Codex has no level that asks before a read. */
export const TRUST: Readonly<Record<TrustLevel, readonly string[] | null>> = {
  supervised: ['-s', 'read-only', '-a', 'on-request'],
  plan: ['-s', 'read-only', '-a', 'never'],
  edits: ['-s', 'workspace-write', '-a', 'on-request'],
  smart: ['--approve-for-me'],
  full: ['--dangerously-bypass-approvals-and-sandbox'],
}

export function launch(request: LaunchRequest): LaunchPlan {
  const [program, ...args] = request.argv
  const given = argumentsOf(args)
  const nothing = { env: {}, files: [], session: request.resume }
  if (given.kind === 'other') return { argv: request.argv, ...nothing }
  const settings = settingsOf(request)
  const permissions = request.trust === null ? given.permissions : (TRUST[request.trust] ?? given.permissions)
  const beginning = request.resume === null ? given.words : []
  const resume = request.resume === null ? [] : ['resume', request.resume]
  // A terminal program that has a server of its own refuses permissions when it resumes: they are set by the socket.
  const own = request.resume === null ? permissions : []
  const plain = [...settings, ...given.options, ...permissions, ...resume, ...beginning]
  if (!isWithin(request.version, WITH_SERVER)) return { argv: [program, ...plain], ...nothing }
  const script = startScript(request.runFolder, {
    program,
    server: [...settings, ...serverOptions(given.options)],
    terminal: [...given.options, ...own, ...resume, ...beginning],
    plain,
  })
  return {
    argv: ['sh', `${request.runFolder}/${SCRIPT}`],
    env: {},
    files: [
      { path: SCRIPT, content: script },
      { path: SETTINGS, content: JSON.stringify({ resume: request.resume, permissions }) },
      ...skillFiles(request.teaching),
      ...(request.teaching && request.mcp ? promptSkills() : []),
    ],
    session: request.resume,
  }
}

function settingsOf({ persona, mcp }: LaunchRequest): string[] {
  const words = personaText(persona)
  const settings: string[] = words === '' ? [] : ['-c', `developer_instructions=${tomlText(words)}`]
  if (mcp === null) return settings
  const [command, ...args] = mcp
  return [
    ...settings,
    '-c',
    `mcp_servers.tutti.command=${tomlText(command)}`,
    '-c',
    `mcp_servers.tutti.args=[${args.map(tomlText).join(',')}]`,
    // Codex hands a server only the variables that are named.
    '-c',
    'mcp_servers.tutti.env_vars=["TUTTI_URL","TUTTI_TOKEN","TUTTI_AGENT"]',
  ]
}

export function personaText({ role, personality, instructions }: Persona): string {
  return [
    role === '' ? '' : `Your role: ${role}`,
    personality === '' ? '' : `Your manner: ${personality}`,
    instructions,
  ]
    .filter((line) => line !== '')
    .join('\n\n')
}

// A JSON string is a TOML basic string once DEL is escaped and half a surrogate pair is replaced.
const tomlText = (text: string): string => JSON.stringify(text.toWellFormed()).replaceAll('\u007F', '\\u007F')

interface Commands {
  program: string
  server: readonly string[]
  terminal: readonly string[]
  plain: readonly string[]
}

// The server ends with the terminal program: the kernel hangs up on the session's whole process group.
function startScript(runFolder: string, { program, server, terminal, plain }: Commands): string {
  const socket = `${runFolder}/${SOCKET}`
  const address = `unix://${socket}`
  const line = (words: readonly string[]): string => words.map(shellText).join(' ')
  return [
    "# Starts Codex's own server on a private socket, then its terminal program on top of it.",
    `rm -f ${shellText(socket)}`,
    `${line([program, 'app-server', ...server, '--listen', address])} </dev/null >${shellText(`${runFolder}/${LOG}`)} 2>&1 &`,
    'tries=0',
    `while [ ! -S ${shellText(socket)} ] && [ "$tries" -lt 200 ]; do sleep 0.05; tries=$((tries+1)); done`,
    `if [ -S ${shellText(socket)} ]; then exec ${line([program, '--remote', address, ...terminal])}; fi`,
    `exec ${line([program, ...plain])}`,
    '',
  ].join('\n')
}

const shellText = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
