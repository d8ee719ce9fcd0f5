// The thread that waits for the disk, so that no keystroke does. It owns the only writing connection.
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { openDatabase } from './database.ts'
import { StartProblem } from './migrations.ts'
import { problemOf } from './sqlite-error.ts'
import type { Job, JobResult, Problem, ThreadAnswer, ThreadRequest, ThreadTask } from './thread-message.ts'
import { createUpkeep } from './upkeep.ts'
import { createWriter } from './writer.ts'

// Bounds how long the first unit of a group waits for the last.
const GROUP_UNITS = 256

type WriteTask = Extract<ThreadTask, { task: 'write' }>

function start(port: MessagePort, task: ThreadTask) {
  const answer = (message: ThreadAnswer) => port.postMessage(message)
  try {
    if (task.task === 'copy') {
      copy(task.path, task.to)
      answer({ kind: 'copied' })
    } else serve(port, task, answer)
  } catch (error) {
    const problem = error instanceof StartProblem ? error.problem : problemOf(error, task.path)
    answer({ kind: 'failed', problem })
  }
}

function serve(port: MessagePort, task: WriteTask, answer: (message: ThreadAnswer) => void) {
  const { path, auditKey } = task
  const { database, migrated } = openDatabase(task)
  const writer = createWriter(database, path, auditKey)
  const upkeep = createUpkeep(database, path, task.retention)
  let full: Problem | null = null

  const commit = (jobs: readonly Job[]) => {
    if (jobs.length === 0) return
    if (full) return answer({ kind: 'group', results: refused(jobs, full), full })
    try {
      answer({ kind: 'group', results: writer.run(jobs), full: null })
    } catch (error) {
      refuseGroup(jobs, problemOf(error, path))
    }
  }

  const refuseGroup = (jobs: readonly Job[], problem: Problem) => {
    full = isFull(problem) ? problem : null
    answer({ kind: 'group', results: refused(jobs, problem), full })
    if (full) setTimeout(probe, task.probeMs)
  }

  const probe = () => {
    try {
      upkeep.probe()
      full = null
      answer({ kind: 'healed' })
    } catch {
      setTimeout(probe, task.probeMs) // still full: the next probe says it again
    }
  }

  const rest = () => {
    try {
      if (!full) upkeep.rest(writer.lastSeq(), Date.now())
    } catch (error) {
      // Nothing acknowledged depends on it: the log stays longer, and the next group tries again.
      answer({ kind: 'trouble', event: 'store.upkeep-failed', problem: problemOf(error, path) })
    }
  }

  port.on('message', (first: ThreadRequest) => {
    const { jobs, close } = drain(port, first)
    commit(jobs)
    rest()
    if (!close) return
    upkeep.close()
    database.close()
    answer({ kind: 'closed' })
    port.close()
  })
  answer({ kind: 'ready', lastSeq: writer.lastSeq(), migrated })
}

/** Everything that has arrived while the disk was busy becomes one group. */
function drain(port: MessagePort, first: ThreadRequest) {
  const jobs: Job[] = []
  let close = false
  for (let next: ThreadRequest | undefined = first; next;) {
    if ('close' in next) close = true
    else jobs.push(next.job)
    if (close || jobs.length >= GROUP_UNITS) break
    next = take(port)
  }
  return { jobs, close }
}

function take(port: MessagePort): ThreadRequest | undefined {
  // Only writer-port.ts posts to this port.
  const received: { message: ThreadRequest } | undefined = receiveMessageOnPort(port)
  return received?.message
}

const isFull = (problem: Problem) => 'fault' in problem && problem.fault === 'store.full'

const refused = (jobs: readonly Job[], problem: Problem): JobResult[] =>
  jobs.map(({ id }) => ({ id, problem }))

/** A consistent copy from a snapshot of its own: writers go on meanwhile. */
function copy(path: string, to: string) {
  const database = new DatabaseSync(path, { readOnly: true })
  closeSync(openSync(to, 'wx', 0o600)) // SQLite would make it readable to others
  try {
    database.prepare('VACUUM INTO ?').run(to)
  } finally {
    database.close()
  }
  const file = openSync(to, 'r')
  fsyncSync(file)
  closeSync(file)
}

if (parentPort) start(parentPort, workerData)
