// One daemon for one data folder: a lock file that names its holder and is void once that process is gone.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Holder = z.object({
  pid: z.int(),
  /** When the process started, in the kernel's own count; empty where the system does not say. */
  started: z.string(),
  /** Where it answers, once it listens. */
  url: z.string().nullable(),
})
export type Holder = z.infer<typeof Holder>

export interface Lock {
  /** Tells other programs of this machine where the daemon answers. */
  announce(url: string): void
  release(): void
}

export const LOCK_NAME = 'daemon.lock'

/** Takes the lock, or answers who holds it. */
export function takeLock(folder: string, pid: number): Lock | Holder {
  const path = join(folder, LOCK_NAME)
  const own: Holder = { pid, started: startOf(pid), url: null }
  const draft = `${path}.${pid}`
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 })
  try {
    for (let tries = 0; tries < 5; tries++) {
      if (linked(draft, path)) return lockAt(path, own)
      const holder = readHolder(path)
      if (holder !== null && isAlive(holder)) return holder
      takeAway(path, `${draft}.void`)
    }
    throw new Error(`the lock ${path} changes too often`)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Who holds the lock of that data folder, or null. */
export function lockHolder(folder: string): Holder | null {
  const holder = readHolder(join(folder, LOCK_NAME))
  return holder !== null && isAlive(holder) ? holder : null
}

export const isHolder = (lock: Lock | Holder): lock is Holder => 'pid' in lock

function lockAt(path: string, own: Holder): Lock {
  return {
    announce(url) {
      const draft = `${path}.${own.pid}`
      writeFileSync(draft, JSON.stringify({ ...own, url }), { mode: 0o600 })
      renameSync(draft, path)
    },
    release() {
      const holder = readHolder(path)
      if (holder?.pid === own.pid && holder.started === own.started) rmSync(path, { force: true })
    },
  }
}

/** A link is made by one process only, even when two try at once. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Moves a void lock aside; should a new one have come meanwhile, puts that back. */
function takeAway(path: string, aside: string): void {
  try {
    renameSync(path, aside)
  } catch {
    return // somebody else was faster
  }
  const moved = readHolder(aside)
  if (moved !== null && isAlive(moved)) linked(aside, path)
  rmSync(aside, { force: true })
}

function readHolder(path: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null // gone meanwhile, or cut off by a crash: both are void
  }
}

/** A pid is given again after a while, so its start must be the same too. */
export function isAlive({ pid, started }: Pick<Holder, 'pid' | 'started'>): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return startOf(pid) === started
}

/** Field 22 of /proc/PID/stat; the name before it may hold anything, so count from its last bracket. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
