// The main thread's end of the writer: hands units over, resolves each after its fsync, and starts the thread anew should
// it ever die.
import { Worker } from 'node:worker_threads'
import { fault } from '@tutti/core'
import type { Clock, LoggedEvent } from '@tutti/core'
import type { Log } from '../handler.ts'
import { landed } from './flight.ts'
import type { Flight } from './flight.ts'
import type { Committed } from './store.ts'
import type { Job, JobResult, Problem, ThreadAnswer, ThreadRequest, ThreadTask } from './thread-message.ts'

type Ready = Extract<ThreadAnswer, { kind: 'ready' }>

export interface WriterPort {
  /** Resolves after the fsync; rejects with the fault of the unit or of the disk. */
  send(flight: Flight): Promise<Committed>
  writable(): boolean
  close(): Promise<void>
}

export interface PortOptions {
  workerUrl: URL
  task: ThreadTask
  clock: Clock
  log: Log
  onWritable(writable: boolean): void
  /** Called after each fsync, in order of seq, before the units resolve. */
  onEvents(events: readonly LoggedEvent[]): void
}

interface Pending {
  flight: Flight
  resolve(committed: Committed): void
  reject(reason: Error): void
}

// As rarely as the disk is probed.
const RESTART_MS = 2000
// Units of one turn of the loop travel together: waking the thread costs as much as a unit does. The first of a long turn go
// ahead, so that the thread writes them while the rest of the turn is still worked on.
const MOST_TOGETHER = 8

/** Starts the thread; resolves when the database is open, rejects with the fault that forbids the start. */
export async function openWriterPort(options: PortOptions): Promise<{ port: WriterPort; ready: Ready }> {
  const { log } = options
  const pending = new Map<number, Pending>()
  let nextId = 1
  let trouble: Problem | null = null
  let closed: (() => void) | null = null
  let worker: Worker

  const turn = (problem: Problem | null) => {
    const before = trouble
    trouble = problem
    if ((before === null) !== (problem === null)) options.onWritable(problem === null)
  }

  /** Takes the unit off the list; the answer tells its caller. */
  const land = (result: JobResult): { events: LoggedEvent[]; answer(): void } => {
    const waiting = pending.get(result.id)
    pending.delete(result.id)
    if (!waiting) return { events: [], answer: () => {} }
    if ('problem' in result) return { events: [], answer: () => waiting.reject(errorOf(result.problem)) }
    const { firstSeq, changes } = result
    const events = landed(waiting.flight, firstSeq)
    return { events, answer: () => waiting.resolve({ events, changes }) }
  }

  const settle = (results: readonly JobResult[]) => {
    const landings = results.map(land)
    const events = landings.flatMap((landing) => landing.events)
    if (events.length > 0) options.onEvents(events)
    for (const landing of landings) landing.answer()
  }

  const receive = (answer: ThreadAnswer) => {
    if (answer.kind === 'group') {
      if (answer.full) turn(answer.full)
      settle(answer.results)
    } else if (answer.kind === 'healed') turn(null)
    else if (answer.kind === 'trouble') log.error(answer.event, { problem: answer.problem })
  }

  const died = (why: string) => {
    if (closed) return closed()
    log.error('store.writer-died', { why })
    ferry.sink()
    const problem: Problem = { fault: 'store.full', details: { problem: 'the writer stopped' } }
    settle(Array.from(pending.keys(), (id) => ({ id, problem })))
    turn(problem)
    options.clock.after(RESTART_MS, restart)
  }

  const restart = () => {
    if (closed) return closed()
    begin().then(
      () => (closed ? post({ close: true }) : turn(null)),
      (error: unknown) => died(`not started: ${String(error)}`),
    )
  }

  const begin = async () => {
    const started = await startThread(options.workerUrl, options.task)
    worker = started.worker
    worker.on('message', receive)
    worker.once('error', (error) => log.error('store.writer-error', { error: String(error) }))
    worker.once('exit', (code) => died(`exit ${code}`))
    return started.ready
  }

  const post = (request: ThreadRequest) => worker.postMessage(request)
  const ferry = createFerry((jobs) => post({ jobs }))
  const ready = await begin()

  return {
    ready,
    port: {
      send(flight) {
        if (closed) return Promise.reject(fault('server.stopping'))
        if (trouble) return Promise.reject(errorOf(trouble))
        ferry.board({ ...flight.job, id: nextId })
        return new Promise((resolve, reject) => pending.set(nextId++, { flight, resolve, reject }))
      },
      writable: () => trouble === null,
      close: () =>
        new Promise((resolve) => {
          closed = resolve
          ferry.depart()
          post({ close: true })
        }),
    },
  }
}

/** Takes the units of one turn of the loop over to the thread together. */
function createFerry(cross: (jobs: readonly Job[]) => void) {
  let aboard: Job[] = []
  const depart = () => {
    const jobs = aboard
    aboard = []
    if (jobs.length > 0) cross(jobs)
  }
  return {
    depart,
    board(job: Job) {
      aboard.push(job)
      if (aboard.length === 1) setImmediate(depart)
      else if (aboard.length >= MOST_TOGETHER) depart()
    },
    /** The thread is gone: its callers have been told. */
    sink() {
      aboard = []
    },
  }
}

/** Runs a task that ends by itself, such as a copy; answers with the lines that it found. */
export function runThread(workerUrl: URL, task: ThreadTask): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { workerData: task })
    let last: ThreadAnswer = { kind: 'failed', problem: { bug: 'the thread ended without an answer' } }
    worker.on('message', (answer: ThreadAnswer) => {
      last = answer
    })
    worker.once('error', reject)
    worker.once('exit', () => {
      if (last.kind === 'done') resolve(last.lines)
      else reject(errorOf(last.kind === 'failed' ? last.problem : { bug: `unexpected ${last.kind}` }))
    })
  })
}

/** Where the thread's file is: beside this one, in the sources as in a bundle. */
export const threadBesideThis = () =>
  new URL(import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js', import.meta.url)

function startThread(workerUrl: URL, task: ThreadTask): Promise<{ worker: Worker; ready: Ready }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { workerData: task })
    const fail = (error: Error) => reject(error)
    worker.once('error', fail)
    worker.once('message', (answer: ThreadAnswer) => {
      worker.off('error', fail)
      if (answer.kind === 'ready') resolve({ worker, ready: answer })
      else reject(errorOf(answer.kind === 'failed' ? answer.problem : { bug: `unexpected ${answer.kind}` }))
    })
  })
}

const errorOf = (problem: Problem): Error =>
  'fault' in problem ? fault(problem.fault, problem.details) : new Error(problem.bug)
