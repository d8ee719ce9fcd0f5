// Runs the code map in a process of its own, started at the first question and again when it has ended: after a while in which nobody
// asks and nobody looks, its memory is worth more than the half second that starting again takes.
// A child with a channel for messages, started from fixed arguments and without a shell: what spawnArgv does not give.
import { fork, type ChildProcess } from 'node:child_process' // oxlint-disable-line no-restricted-imports
import { fileURLToPath } from 'node:url'
import { fault, isFaultCode, type Clock, type Fault } from '@tutti/core'
import { PROCESS_FLAGS } from '@tutti/knowledge/process-flags'
import { z } from 'zod'
import type { Log } from '../handler.ts'
import type { Touched } from './touches.ts'

export interface MapQuestion {
  root: string
  database: string
  name: string
  args: readonly string[]
  depth: number
  tokens: number
  /** Kept by the map before it answers; files are relative to the root. */
  touches?: readonly Touched[]
}

export interface MapProcess {
  isRunning(): boolean
  ask(question: MapQuestion): Promise<{ text: string; data: unknown }>
  /** Somebody looks at a map and waits for what changes in it: where there is a process, it goes on. */
  watched(): void
  close(): Promise<void>
}

const Reply = z.union([
  z.object({ id: z.int(), answer: z.object({ text: z.string(), data: z.unknown() }) }),
  z.object({
    id: z.int(),
    fault: z.object({ code: z.string(), details: z.record(z.string(), z.union([z.string(), z.number()])) }),
  }),
  z.object({ id: z.int(), problem: z.string() }),
  z.object({ changed: z.object({ root: z.string(), read: z.int(), ms: z.number() }) }),
  z.object({ progress: z.object({ root: z.string(), done: z.int(), of: z.int() }) }),
])
type Reply = z.infer<typeof Reply>

// In a checkout it is a package; in a release it lies beside this file.
const service = () =>
  import.meta.url.endsWith('.ts')
    ? import.meta.resolve('@tutti/knowledge/service')
    : new URL('map-service.js', import.meta.url)

interface Waiting {
  question: MapQuestion
  resolve(answer: { text: string; data: unknown }): void
  reject(error: unknown): void
}

export interface MapProcessDeps {
  log: Log
  env: Readonly<Record<string, string | undefined>>
  changed(root: string): void
  progress(root: string, reading: { done: number; of: number }): void
  /** The process has ended because nobody needed it: no folder is watched any more. */
  ended(): void
  clock: Clock
}

/** Agents ask in bursts with minutes between them. */
export const IDLE_MS = 600_000

/** Calls when nothing was needed for so long. */
function createNeed(clock: Clock, call: () => void): { again(): void; over(): void } {
  let cancel = () => {}
  return {
    again() {
      cancel()
      cancel = clock.after(IDLE_MS, call)
    },
    over: () => cancel(),
  }
}

export function createMapProcess(deps: MapProcessDeps): MapProcess {
  const { log, env, changed, progress, clock } = deps
  const waiting = new Map<number, Waiting>()
  let child: ChildProcess | undefined
  let last = 0
  const need = createNeed(clock, () => {
    if (waiting.size > 0) {
      need.again()
      return
    }
    const idle = child
    child = undefined
    // It ends by itself when the channel closes.
    idle?.disconnect()
    deps.ended()
  })

  const settle = (reply: Reply) => {
    if ('changed' in reply) {
      log.info('map.changed', reply.changed)
      changed(reply.changed.root)
      return
    }
    if ('progress' in reply) {
      progress(reply.progress.root, { done: reply.progress.done, of: reply.progress.of })
      return
    }
    const one = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (one && 'answer' in reply) one.resolve(reply.answer)
    else one?.reject(refusalOf(reply, one.question))
  }

  const start = (): ChildProcess => {
    const started = fork(fileURLToPath(service()), {
      execArgv: [...PROCESS_FLAGS],
      env: environmentOf(env),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    started.on('message', (message) => {
      const reply = Reply.safeParse(message)
      if (reply.success) settle(reply.data)
      else log.error('map.reply-malformed', { problem: z.prettifyError(reply.error) })
    })
    started.on('error', (error) => log.error('map.process-failed', { error }))
    started.on('exit', (code, signal) => {
      // One that was let go had nothing to answer: who waits now has asked the next one.
      if (child !== started) return
      child = undefined
      for (const [id, { question, reject }] of waiting) {
        waiting.delete(id)
        reject(fault('map.failed', { folder: question.root, problem: `it ended: ${signal ?? code}` }))
      }
    })
    return started
  }

  return {
    isRunning: () => child !== undefined,
    ask: (question) =>
      new Promise((resolve, reject) => {
        child ??= start()
        need.again()
        const id = ++last
        waiting.set(id, { question, resolve, reject })
        child.send({ id, ...question })
      }),
    watched() {
      if (child) need.again()
    },
    async close() {
      const ending = child
      need.over()
      if (!ending) return
      const ended = new Promise((resolve) => ending.once('exit', resolve))
      // It ends by itself when the channel closes.
      if (ending.connected) ending.disconnect()
      await ended
    },
  }
}

function refusalOf(reply: Reply, question: MapQuestion): Fault {
  if ('fault' in reply && isFaultCode(reply.fault.code)) return fault(reply.fault.code, reply.fault.details)
  const problem = 'problem' in reply ? reply.problem : 'an answer of another version'
  return fault('map.failed', { folder: question.root, problem })
}

/** Git must be found; no secret of the daemon's environment goes along. */
const environmentOf = (env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'TMPDIR'].flatMap((name) =>
      env[name] === undefined ? [] : [[name, env[name]]],
    ),
  )
