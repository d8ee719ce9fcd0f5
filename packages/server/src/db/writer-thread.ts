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
import { createWalMark } from './wal-mark.ts'
import { createWriter } from './writer.ts'

// Bounds how long the first unit of a group waits for the last.
const GROUP_UNITS = 256
// Nobody has asked for anything for as long as two group commits take: a good moment for what holds the next one up.
const QUIET_MS = 50

// By then what waited for the start is written.
const SETTLED_MS = 2000
const LET_GO = { type: 'major', execution: 'sync', flavor: 'last-resort' } as const

type WriteTask = Extract<ThreadTask, { task: 'write' }>

function start(port: MessagePort, task: ThreadTask) {
  const answer = (message: ThreadAnswer) => port.postMessage(message)
  try {
    if (task.task === 'write') serve(port, task, answer)
    else if (task.task === 'copy') answer({ kind: 'done', lines: copy(task.path, task.to) })
    else answer({ kind: 'done', lines: check(task.path) })
  } catch (error) {
    const problem = error instanceof StartProblem ? error.problem : problemOf(error, task.path)
    answer({ kind: 'failed', problem })
  }
}

function serve(port: MessagePort, task: WriteTask, answer: (message: ThreadAnswer) => void) {
  const { path, auditKey } = task
  const { database, migrated } = openDatabase(task)
  const writer = createWriter(database, path, auditKey)
  const mark = createWalMark(path)
  const upkeep = createUpkeep(database, { path, retention: task.retention, mark })
  let full: Problem | null = null
  let probing: NodeJS.Timeout | undefined

  const commit = (jobs: readonly Job[]) => {
    if (jobs.length === 0) return
    if (full) return answer({ kind: 'group', results: refused(jobs, full), full })
    try {
      const results = writer.run(jobs)
      behind(mark.set)
      answer({ kind: 'group', results, full: null })
    } catch (error) {
      refuseGroup(jobs, problemOf(error, path))
    }
  }

  const refuseGroup = (jobs: readonly Job[], problem: Problem) => {
    full = isFull(problem) ? problem : null
    answer({ kind: 'group', results: refused(jobs, problem), full })
    if (full) probing = setTimeout(probe, task.probeMs)
  }

  const probe = () => {
    try {
      upkeep.probe()
      full = null
      answer({ kind: 'healed' })
    } catch {
      probing = setTimeout(probe, task.probeMs) // still full: the next probe says it again
    }
  }

  /** Work that no answer waits for: nothing acknowledged depends on it, and it is tried again. */
  const behind = (work: () => void) => {
    try {
      if (!full) work()
    } catch (error) {
      answer({ kind: 'trouble', event: 'store.upkeep-failed', problem: problemOf(error, path) })
    }
  }

  const quiet = setTimeout(() => behind(upkeep.quiet), QUIET_MS)
  // What only the start needed, 4 MB, goes back to the machine.
  const settled = setTimeout(() => globalThis.gc?.(LET_GO), SETTLED_MS)

  port.on('message', (first: ThreadRequest) => {
    const { jobs, close } = drain(port, first)
    commit(jobs)
    behind(() => upkeep.rest(writer.lastSeq(), Date.now()))
    quiet.refresh()
    if (!close) return
    clearTimeout(quiet)
    clearTimeout(settled)
    clearTimeout(probing) // it would keep the thread alive for as long as the disk is full
    behind(upkeep.close)
    database.close()
    answer({ kind: 'closed' })
    port.close()
  })
  setImmediate(() => behind(upkeep.takeSums))
  answer({ kind: 'ready', lastSeq: writer.lastSeq(), migrated })
}

/** Everything that has arrived while the disk was busy becomes one group. */
function drain(port: MessagePort, first: ThreadRequest) {
  const jobs: Job[] = []
  let close = false
  for (let next: ThreadRequest | undefined = first; next;) {
    if ('close' in next) close = true
    else jobs.push(...next.jobs)
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
function copy(path: string, to: string): string[] {
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
  return []
}

/** What SQLite finds wrong with the structure of the file; empty when nothing. */
function check(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database
      .prepare('PRAGMA integrity_check(10)')
      .all()
      .map((row) => String(row['integrity_check']))
      .filter((line) => line !== 'ok')
  } finally {
    database.close()
  }
}

if (parentPort) start(parentPort, workerData)
