// Finds tmux, checks its age and runs its one-off commands; everything that goes on for longer uses control mode.
import { fault } from '@tutti/core'
import type { Environment, RunResult } from './spawn.ts'
import { run } from './spawn.ts'

/** Oldest tmux with %extended-output pauses and `attach -f ignore-size`. */
export const OLDEST_TMUX = '3.2'

export interface Tmux {
  file: string
  env: Environment
  /** Runs one tmux client on the socket. The answer is what it printed; a failure is the fault `terminal.failed`. */
  run(socketPath: string, argv: readonly string[], options?: TmuxRunOptions): Promise<string>
  /** The start of an argv whose process dies with this one, however that ends; empty where the system has no such thing. */
  mortal(): Promise<readonly string[]>
}

export interface TmuxRunOptions {
  cwd?: string
  env?: Environment
  timeoutMs?: number
}

// A one-off client answers within 10 ms on an idle machine; this is for one that is on its knees.
const RUN_TIMEOUT_MS = 10_000

/** A tmux with the environment that its servers and their programs get. `file` is looked up in that environment's PATH. */
export function createTmux(env: Environment, file = 'tmux'): Tmux {
  const clean = withoutTmux(env)
  const runOn: Tmux['run'] = async (socketPath, argv, options = {}) => {
    const { timeoutMs = RUN_TIMEOUT_MS, cwd } = options
    const merged = { ...clean, ...options.env }
    const result = await attempt(file, ['-u', '-S', socketPath, ...argv], { env: merged, timeoutMs, cwd })
    if (result.code === 0) return result.stdout.toString()
    throw fault('terminal.failed', { problem: result.stderr.trim() || `tmux ended with ${result.code}` })
  }
  let mortal: Promise<readonly string[]> | undefined
  return { file, env: clean, run: runOn, mortal: () => (mortal ??= mortalArgv(clean)) }
}

// util-linux has it since 2.33; busybox's setpriv does not know the option.
async function mortalArgv(env: Environment): Promise<readonly string[]> {
  const argv = ['setpriv', '--pdeathsig', 'KILL', '--']
  const tried = await run('setpriv', [...argv.slice(1), 'true'], { env, timeoutMs: RUN_TIMEOUT_MS }).catch(
    () => undefined,
  )
  return tried?.code === 0 ? argv : []
}

/** The version as tmux prints it, such as 3.3a. Faults with `tmux.missing` where there is none or it is older than 3.2. */
export async function tmuxVersion({ file, env }: Pick<Tmux, 'file' | 'env'>): Promise<string> {
  const result = await attempt(file, ['-V'], { env, timeoutMs: RUN_TIMEOUT_MS })
  const version = result.stdout
    .toString()
    .trim()
    .replace(/^tmux /, '')
  if (isRecent(version)) return version
  throw fault('tmux.missing', { needed: OLDEST_TMUX, command: INSTALL, found: version })
}

const INSTALL = 'apt-get install tmux (Debian, Ubuntu), dnf install tmux (Fedora), brew install tmux (macOS)'

/** Development builds call themselves `next-3.6` or `master`; they are newer than any release that we refuse. */
export function isRecent(version: string): boolean {
  const [, major, minor] = /^(?:next-|openbsd-)?(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined || minor === undefined) return version === 'master'
  return Number(major) * 100 + Number(minor) >= 302
}

async function attempt(
  file: string,
  argv: readonly string[],
  options: { env: Environment; timeoutMs: number; cwd?: string | undefined },
): Promise<RunResult> {
  const { cwd, ...rest } = options
  try {
    return await run(file, argv, cwd === undefined ? rest : { ...rest, cwd })
  } catch (cause) {
    if (isMissing(cause)) throw fault('tmux.missing', { needed: OLDEST_TMUX, command: INSTALL }, cause)
    throw fault('terminal.failed', { problem: cause instanceof Error ? cause.message : String(cause) }, cause)
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

// Started inside tmux, a client would otherwise speak of the session around it.
function withoutTmux(env: Environment): Environment {
  const { TMUX: _socket, TMUX_PANE: _pane, ...rest } = env
  return rest
}
