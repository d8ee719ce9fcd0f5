// What the daemon's file is asked: to run it, or what must work while it is down. Prints one JSON document; see cli/daemon-contract.ts.
import { getRandomValues } from 'node:crypto'
import { homedir, hostname, tmpdir, uptime } from 'node:os'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault, type Clock } from '@tutti/core'
import { REHEARSAL_NODE_ARGS } from '@tutti/rehearsal'
import { ConfigProblems, configHelp, readConfig, type Config, type Surroundings } from './config.ts'
import { createClosedGate, OPEN_GATE } from './gate.ts'
import { createLog } from './log.ts'
import { createRandomPool } from './random-pool.ts'
import type { Daemon, DaemonDeps } from './main.ts'
import { placesIn } from './upgrade/places.ts'
import { settleUpgrade } from './upgrade/settling.ts'
import { z } from 'zod'

const isBundled = import.meta.url.endsWith('.js')
const folder = dirname(fileURLToPath(import.meta.url))
const here = join(folder, isBundled ? 'daemon.js' : 'daemon.ts')
// In a release everything lies beside this file; in a checkout the built dashboard is in dist.
const root = isBundled ? folder : join(folder, '../../..')

/** As its package says: the same build with another number there is another version. */
function versionOfPackage(): string {
  const path = join(root, isBundled ? '../..' : '.', 'package.json')
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version
}

const VERSION = versionOfPackage()

const cli = join(root, isBundled ? 'cli.js' : 'packages/cli/src/main.ts')
const forwarder = join(root, isBundled ? 'sandbox-forwarder.js' : 'packages/server/src/sandbox/forwarder.ts')
const skill = join(root, isBundled ? 'skills' : 'integrations/skills', 'tutti-mail/SKILL.md')
const rehearsal = join(root, isBundled ? 'rehearsal-agent.js' : 'packages/rehearsal/src/agent.ts')

const clock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
const random = createRandomPool((bytes) => getRandomValues(bytes))

const UPGRADE_COMMANDS: ReadonlySet<string> = new Set(['check', 'supervise', 'pack'])

// By then agents and viewers of before are back.
const SETTLED_MS = 2000
const LOOK_AGAIN_MS = 60_000

/** Does what the command line says. A daemon that runs has its compiled code saved. */
export async function enter(
  [command = 'run', ...rest]: readonly string[],
  saveCompiled: () => void,
): Promise<void> {
  try {
    if (command === 'help') process.stdout.write(`${configHelp(surroundings([])).join('\n')}\n`)
    else if (command === 'run' || command === 'trial') {
      const daemon = await (command === 'run' ? run(rest) : stand(rest))
      setTimeout(() => settleDown(daemon, saveCompiled), SETTLED_MS).unref()
    } else print(await offline(command, rest))
  } catch (error) {
    report(error)
    process.exitCode = 1
  }
}

/** A start is over: its compiled code is saved, and what only it needed goes back to the machine, 7 MB. */
function settleDown(daemon: Daemon, saveCompiled: () => void): void {
  try {
    saveCompiled()
  } catch (error) {
    daemon.log.warn('compiled.not-saved', { error }) // the next start takes longer
  }
  letGo(daemon)
}

/** It takes 60 ms, so nobody may be watching. */
function letGo(daemon: Daemon): void {
  if (daemon.isWatched()) setTimeout(() => letGo(daemon), LOOK_AGAIN_MS).unref()
  else globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

async function offline(name: string, args: readonly string[]): Promise<unknown> {
  if (UPGRADE_COMMANDS.has(name)) return ofUpgrades(name, args)
  const { offlineCommands } = await import('./offline.ts')
  const searchPath = { PATH: process.env['PATH'] ?? '' }
  return offlineCommands({ config: readConfig(surroundings([])), clock, random, searchPath })(name, args)
}

async function ofUpgrades(name: string, args: readonly string[]): Promise<unknown> {
  const { upgradeCommand } = await import('./upgrade/commands.ts')
  const log = createLog({ clock, write: (line) => process.stderr.write(line) })
  // A supervisor has the flags of the daemon that it looks after.
  const config = readConfig(surroundings(name === 'supervise' ? args : []))
  const { env, pid } = process
  return upgradeCommand({ config, clock, random, log, env, pid, version: VERSION, program: root }, [
    name,
    ...args,
  ])
}

async function run(argv: readonly string[]): Promise<Daemon> {
  const config = readConfig(surroundings(argv))
  const settle = () => settleUpgrade(placesIn(config.dataFolder), clock.now())
  return started(config, argv, { settle, gate: OPEN_GATE })
}

/** Starts as another version's successor, which nobody reaches before it has shown that it is healthy. */
async function stand(argv: readonly string[]): Promise<Daemon> {
  const config = readConfig(surroundings(argv))
  const gate = createClosedGate()
  const { standTrial } = await import('./upgrade/trial.ts')
  try {
    const daemon = await started(config, argv, { gate })
    await standTrial({
      config,
      daemon,
      gate,
      places: placesIn(config.dataFolder),
      channel: {
        isConnected: () => process.connected,
        send: (word) => process.send?.(word),
        onWord: (hear) => process.on('message', hear),
        onEnd: (hear) => process.once('disconnect', hear),
      },
      version: VERSION,
      program: root,
      report,
      exit: process.exit,
    })
    return daemon
  } catch (error) {
    process.send?.({ unfit: described(error).message })
    throw error
  }
}

async function started(
  config: Config,
  argv: readonly string[],
  more: Pick<DaemonDeps, 'gate' | 'settle'>,
): Promise<Daemon> {
  // Loaded late: the offline commands start in half the time without the server.
  const { startDaemon, openFeatures } = await import('./running.ts')
  const daemon = await startDaemon({
    ...more,
    config,
    clock,
    random,
    nowMs: () => performance.now(),
    machine: { name: hostname(), home: homedir(), pid: process.pid, node: process.version },
    version: VERSION,
    writeStderr: (line) => process.stderr.write(line),
    openFeatures: openFeatures({
      env: process.env,
      cli: [process.execPath, cli],
      mcp: [process.execPath, cli, 'mcp'],
      skill,
      started: {
        former: { node: process.execPath, nodeArgs: process.execArgv, entry: here, flags: [...argv] },
        pid: process.pid,
        program: root,
      },
      rehearsal: { command: [process.execPath, ...REHEARSAL_NODE_ARGS, rehearsal] },
      sandbox: { forwarder: [process.execPath, forwarder], programs: [root] },
      bootedAt: clock.now() - uptime() * 1000,
      shortFolder: join(tmpdir(), `tutti-${process.getuid?.() ?? 0}`),
    }),
  })
  const stop = () => {
    daemon.close().then(
      () => process.exit(0),
      (error: unknown) => {
        report(error)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return daemon
}

function surroundings(argv: readonly string[]): Surroundings {
  return {
    env: process.env,
    argv,
    home: homedir(),
    temporary: tmpdir(),
    uid: process.getuid?.() ?? 0,
    program: root,
  }
}

function print(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

function report(error: unknown): void {
  process.stderr.write(`${JSON.stringify({ error: described(error) })}\n`)
}

function described(error: unknown): { code: string; message: string; details?: unknown } {
  if (error instanceof Fault) return { code: error.code, message: error.message, details: error.details }
  if (error instanceof ConfigProblems) return { code: 'config.invalid', message: error.problems.join(' ') }
  return {
    code: 'server.bug',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}
