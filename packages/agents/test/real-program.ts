// Finds a real program for the test of its kit, and says loudly when there is none: such a test then proves nothing.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createModelServer, type ModelServer } from '@tutti/rehearsal'
import type { AgentKit, LaunchRequest, RunningKit } from '../src/kit.ts'
import type { Driver } from './conformance/driver.ts'
import { startReal, type RealTerminal } from './real-terminal.ts'

const run = promisify(execFile)

export interface RealProgram {
  path: string
  version: string
}

/** The program in the folder that TUTTI_REAL_PROGRAMS names, at a version that the kit has been proved with; else null. */
export async function realProgram(kit: AgentKit): Promise<RealProgram | null> {
  const folder = process.env['TUTTI_REAL_PROGRAMS']
  const path = folder === undefined ? '' : join(folder, kit.commands[0] ?? '')
  const why =
    folder === undefined ? 'TUTTI_REAL_PROGRAMS names no folder of programs' : `${path} is not there`
  const printed = path === '' ? null : await run(path, [...kit.versionArgs]).catch(() => null)
  // Pi prints its version to the other stream.
  const version = printed ? kit.version((printed.stdout.trim() || printed.stderr).trim()) : null
  if (version !== null) return { path, version }
  // oxlint-disable-next-line no-console -- a skipped proof must be seen
  console.warn(`SKIPPED: the real ${kit.label} was not run, because ${why}.`)
  return null
}

export interface Stage extends RealTerminal {
  kit: RunningKit
  model: ModelServer
  home: string
  /** Looks again as a daemon does that was restarted. */
  reopen(session: string | null): RunningKit
}

export interface Scene {
  kit: AgentKit
  program: RealProgram
  model: ModelServer
  /** What the program needs to be at home in: files below its home, and variables. */
  home(urls: { model: string; folder: string }): {
    files: Readonly<Record<string, string>>
    env: Readonly<Record<string, string>>
  }
  args?: readonly string[]
  request?: Partial<LaunchRequest>
  /** A stage that was closed with `keep`, to go on in its home. */
  root?: string
}

/** The home of a program as its conformance driver seeds it. */
export const homeOf =
  (driver: Pick<Driver, 'seed' | 'env'>): Scene['home'] =>
  ({ model, folder }) => {
    const place = { home: '', work: folder, model }
    return { files: driver.seed(place), env: driver.env(place) }
  }

export const freshRoot = (): Promise<string> => mkdtemp(join(tmpdir(), 'tutti-real-'))

export async function stage({
  kit,
  program,
  model,
  home,
  args = [],
  request = {},
  root,
}: Scene): Promise<Stage> {
  const base = root ?? (await freshRoot())
  const folders = {
    home: join(base, 'home'),
    folder: join(base, 'project'),
    run: join(base, 'run'),
    tmp: join(base, 'tmp'),
  }
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true, mode: 0o700 })
  const { files, env: own } = home({ model: model.url, folder: folders.folder })
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folders.home, path)), { recursive: true })
    await writeFile(join(folders.home, path), content)
  }
  const path = `${dirname(program.path)}:${dirname(process.execPath)}:/usr/bin:/bin`
  const env = {
    HOME: folders.home,
    PATH: path,
    TMPDIR: folders.tmp,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    ...own,
  }
  const plan = kit.launch({
    agentId: 'agent_real' as LaunchRequest['agentId'],
    argv: [program.path, ...args],
    folder: folders.folder,
    home: folders.home,
    runFolder: folders.run,
    persona: { role: '', personality: '', instructions: '' },
    trust: null,
    resume: null,
    newSession: crypto.randomUUID(),
    version: program.version,
    hooks: { url: 'http://127.0.0.1:9', token: 'none' },
    mcp: null,
    ...request,
  })
  const terminal = await startReal({ root: base, folder: folders.folder, env, plan, runFolder: folders.run })
  const reopen = (session: string | null): RunningKit =>
    kit.open({
      agentId: 'agent_real' as LaunchRequest['agentId'],
      folder: folders.folder,
      home: folders.home,
      runFolder: folders.run,
      env: { ...env, ...plan.env },
      startedAt: Date.now(),
      version: program.version,
      session,
      machine: terminal.machine,
      report: (signal) => terminal.signals.push(signal),
    })
  return { ...terminal, kit: reopen(plan.session), model, home: folders.home, reopen }
}

export { createModelServer }
