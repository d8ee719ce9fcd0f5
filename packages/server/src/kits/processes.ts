// The processes of a session: its program and all below it, read from the kernel where it tells, without starting one.
import { readdir, readFile } from 'node:fs/promises'
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

async function belowInProc(root: number): Promise<Process[]> {
  const found: Process[] = []
  const waiting = [root]
  for (let pid = waiting.shift(); pid !== undefined && found.length < MAX_PROCESSES; pid = waiting.shift()) {
    const argv = await textOf(`/proc/${pid}/cmdline`)
    if (argv === '') continue
    found.push({ pid, argv: argv.replace(/\0$/, '').split('\0') })
    waiting.push(...(await childrenOf(pid)))
  }
  return found
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = await Promise.all(threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`)))
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}

// It has ended: there is nothing to read any more.
const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

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
