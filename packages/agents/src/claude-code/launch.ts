// How Claude Code is started: everything that Tutti adds goes by arguments and environment, and no file of the user's is touched.
import { basename } from 'node:path'
import type { Persona, TrustLevel } from '@tutti/core'
import type { LaunchPlan, LaunchRequest } from '../kit.ts'
import { skillFiles } from '../teaching.ts'
import { isWithin } from '../version.ts'
import { hookSettings, TOKEN_VARIABLE } from './hooks.ts'

const SETTINGS = 'settings.json'
const MCP = 'mcp.json'
const PLUGIN = 'plugin'

// `--plugin-dir` is in its help at least from here on; a program that does not know an option does not start.
const WITH_PLUGINS = { from: '2.1.330', to: '2.999999999.0' }

/** What each trust level is called here. */
export const TRUST: Readonly<Record<TrustLevel, readonly string[]>> = {
  supervised: ['--permission-mode', 'manual'],
  plan: ['--permission-mode', 'plan'],
  edits: ['--permission-mode', 'acceptEdits'],
  smart: ['--permission-mode', 'auto'],
  full: ['--permission-mode', 'bypassPermissions'],
}

// With one of these the user says which session it is to be, or that there is none.
const SESSION_OPTIONS = ['--session-id', '--resume', '-r', '--continue', '-c', '--print', '-p']
const TRUST_OPTIONS = ['--permission-mode', '--dangerously-skip-permissions']

export function launch(request: LaunchRequest): LaunchPlan {
  const [program, ...args] = request.argv
  const session = sessionOf(request, args)
  const plugin = pluginOf(request)
  const own = [
    ...mcpOf(request),
    ...(plugin.length === 0 ? [] : [`--plugin-dir=${request.runFolder}/${PLUGIN}`]),
    ...(has(args, ['--settings']) ? [] : ['--settings', `${request.runFolder}/${SETTINGS}`]),
    ...session.args,
    ...(request.trust === null || has(args, TRUST_OPTIONS) ? [] : TRUST[request.trust]),
    ...personaOf(request.persona, args),
  ]
  return {
    argv: [program, ...own, ...args],
    env: { [TOKEN_VARIABLE]: request.hooks.token },
    files: [
      { path: SETTINGS, content: hookSettings(request.hooks.url) },
      ...(request.mcp ? [{ path: MCP, content: mcpSettings(request.mcp) }] : []),
      ...plugin,
    ],
    session: session.id,
  }
}

/** Whether a command line is Claude Code's: the program itself, or a Node that runs its script. */
export function fits(argv: readonly string[]): boolean {
  const [program = '', script = ''] = argv
  if (basename(program) === 'claude') return true
  return basename(program) === 'node' && script.includes('@anthropic-ai/claude-code/')
}

const has = (args: readonly string[], options: readonly string[]): boolean =>
  args.some((arg) => options.some((option) => arg === option || arg.startsWith(`${option}=`)))

function sessionOf(request: LaunchRequest, args: readonly string[]): { args: string[]; id: string | null } {
  if (has(args, SESSION_OPTIONS)) return { args: [], id: null }
  if (request.resume !== null) return { args: ['--resume', request.resume], id: request.resume }
  return { args: ['--session-id', request.newSession], id: request.newSession }
}

// The option takes any number of values, so another option must follow: --settings does, or --session-id.
function mcpOf({ mcp, runFolder }: LaunchRequest): string[] {
  return mcp ? [`--mcp-config=${runFolder}/${MCP}`] : []
}

function mcpSettings([command, ...args]: readonly [string, ...string[]]): string {
  return `${JSON.stringify({ mcpServers: { tutti: { command, args } } }, null, 2)}\n`
}

/** A plugin of this one start, which is how a session is given a skill without a folder of the user's or the project's. */
function pluginOf({ teaching, version }: LaunchRequest): LaunchPlan['files'][number][] {
  if (!teaching || !isWithin(version, WITH_PLUGINS)) return []
  const manifest = { name: 'tutti', version: '1.0.0', description: 'Mail between agents and people' }
  return [
    { path: `${PLUGIN}/.claude-plugin/plugin.json`, content: JSON.stringify(manifest) },
    ...skillFiles(teaching, `${PLUGIN}/skills`),
  ]
}

function personaOf({ role, personality, instructions }: Persona, args: readonly string[]): string[] {
  const lines = [
    role === '' ? '' : `Your role: ${role}`,
    personality === '' ? '' : `Your personality: ${personality}`,
    instructions,
  ].filter((line) => line !== '')
  const isTold = has(args, ['--append-system-prompt', '--append-system-prompt-file'])
  return lines.length === 0 || isTold ? [] : ['--append-system-prompt', lines.join('\n\n')]
}
