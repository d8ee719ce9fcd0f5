// The processes of a session: its program and all below it, read from the kernel where it tells, without starting one.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { run } from '@tutti/terminals'

export interface Process {
  pid: number
  argv: readonly string[]
}

// A build may have hundreds of children; an agent's own programs stand near the root.
const MAX_PROCESSES = 500
const PS_TIMEOUT_MS = 5000

/** The root first. Processes that end while we look are left out. */
export async function processesBelow(root: number): Promise<Process[]> {
  return process.platform === 'linux' ? belowInProc(root) : belowInList(root, await listed())
}

function belowInProc(root: number): Process[] {
  const found: Process[] = []
  const waiting = [root]
  for (let pid = waiting.shift(); pid !== undefined && found.length < MAX_PROCESSES; pid = waiting.shift()) {
    const argv = argvOf(pid)
    if (argv.length === 0) continue
    found.push({ pid, argv })
    waiting.push(...childrenOf(pid))
  }
  return found
}

/** The number by which a process knows itself: in a namespace of its own it is another one. */
export function ownNumber(pid: number): number {
  const numbers = /^NSpid:\t(.+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1]?.split('\t')
  return Number(numbers?.at(-1) ?? pid)
}

/** Empty for one that has ended. */
function argvOf(pid: number): string[] {
  const line = textOf(`/proc/${pid}/cmdline`)
  return line === '' ? [] : line.replace(/\0$/, '').split('\0')
}

const childrenOf = (pid: number): number[] =>
  threadsOf(pid)
    .flatMap((thread) => textOf(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter(Boolean)
    .map(Number)

// These files are the kernel's memory: read at once they cost a tenth of a promise. What is gone has ended meanwhile.
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has ended: there is nothing to read any more
  }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // as above
  }
}

/** Every process that works in a folder, as far as the kernel tells; none where there is no /proc. */
export const processesIn = (folder: string): Process[] =>
  pidsOfAll()
    .filter((pid) => workingFolder(pid) === folder)
    .map((pid) => ({ pid, argv: argvOf(pid) }))
    .filter(({ argv }) => argv.length > 0)

function pidsOfAll(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return [] // a system without it
  }
}

/** The folder in which a process is; null where that is not told, as of a process of somebody else. */
export function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null // as above
  }
}

// Of what the kernel shows to programs, whatever it counts with itself.
const TICKS_A_SECOND = 100

/** When a process began, ms UTC, not later than it did; null where that is not told. */
export function processStart(pid: number): number | null {
  const booted = /^btime (\d+)$/m.exec(textOf('/proc/stat'))?.[1]
  const stat = textOf(`/proc/${pid}/stat`)
  // The name before it stands in brackets and may hold anything.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  if (booted === undefined || ticks === undefined || ticks === '') return null
  return (Number(booted) + Math.floor(Number(ticks) / TICKS_A_SECOND)) * 1000
}

interface Row extends Process {
  parent: number
}

/** Where there is no /proc, the one program that knows; asked seldom. */
async function listed(): Promise<Row[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    timeoutMs: PS_TIMEOUT_MS,
  })
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return pid && parent
        ? [{ pid: Number(pid), parent: Number(parent), argv: (args ?? '').split(' ') }]
        : []
    })
}

function belowInList(root: number, rows: readonly Row[]): Process[] {
  const found = rows.filter(({ pid }) => pid === root)
  for (const known of found) {
    if (found.length >= MAX_PROCESSES) break
    found.push(...rows.filter(({ parent, pid }) => parent === known.pid && pid !== root))
  }
  return found.map(({ pid, argv }) => ({ pid, argv }))
}
