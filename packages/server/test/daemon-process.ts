// The daemon as it is shipped, in a process and a folder of its own: for tests of how it ends.
// oxlint-disable-next-line no-restricted-imports -- a test starts the process that it stops
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operation, type OperationName } from '@tutti/core'
import { onTestFinished } from 'vitest'
import { localTokenPath } from '../src/accounts/local-token.ts'
import { lockHolder } from '../src/lock.ts'
import { eventually } from './mesh-machine.ts'
import { askAt, bearer, callOperation, PASSWORD } from './room.ts'
import { endServersBelow } from './tmux-sockets.ts'

const DAEMON = join(import.meta.dirname, '../src/daemon.ts')

/** Starts it, with an owner; the test's end kills it and whatever it has left. */
export async function aDaemon() {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-e-'))
  const data = join(folder, 'data')
  const logs = join(folder, 'logs')
  const home = join(folder, 'home')
  mkdirSync(home)
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    TMUX_TMPDIR: home,
    TUTTI_DATA: data,
    TUTTI_LOGS: logs,
    TUTTI_RUNTIME: join(folder, 'run'),
    TUTTI_PORT: '0',
    TUTTI_PEER_HOST: '127.0.0.1',
    TUTTI_PEER_PORT: '0',
  }
  const child = spawn(process.execPath, [DAEMON, 'run'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let told = ''
  child.stderr.on('data', (text: Buffer) => (told += text.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    endServersBelow(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const url = await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`it did not start: ${told}`)
    return lockHolder(data)?.url
  })
  const port = Number(new URL(url).port)
  const token = readFileSync(localTokenPath(data), 'utf8').trim()
  const room = { ask: (path: string, ask?: Parameters<typeof askAt>[2]) => askAt(port, path, ask) }
  const call = async <T>(name: OperationName, input: Record<string, unknown> = {}): Promise<T> => {
    const answer = await callOperation(room, name, { input, headers: bearer(token) })
    if (answer.status !== 200) throw new Error(`${operation(name).path}: ${answer.status} ${answer.text}`)
    // The operation's own answer.
    return answer.json as T
  }
  const { code } = await call<{ code: string }>('renewSetup')
  await call('createOwner', { code, name: 'ada', password: PASSWORD })
  return {
    home,
    call,
    lines: () => readFileSync(join(logs, 'daemon.log'), 'utf8').trim().split('\n'),
    /** The code that it ends with, and what it wrote to its error output. */
    async stop() {
      child.kill('SIGTERM')
      return { code: await ended, told }
    },
    isRunning: () => child.exitCode === null && child.signalCode === null,
  }
}
