// The processes of a session: its program and all below it, read from the kernel where it tells, without starting one.
import { readdirSync, readFileSync } from 'node:fs'
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
    const argv = textOf(`/proc/${pid}/cmdline`)
    if (argv === '') continue
    found.push({ pid, argv: argv.replace(/\0$/, '').split('\0') })
    waiting.push(...childrenOf(pid))
  }
  return found
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
