// Tells whether a process that we knew is still the same one, without starting any process.
import { readFileSync, readdirSync } from 'node:fs'

/** A process by more than its number, because numbers are used again. */
export interface ProcessId {
  pid: number
  /** Its start in clock ticks since boot; undefined where the system does not tell. */
  startedAt: number | undefined
}

export const processId = (pid: number): ProcessId => ({ pid, startedAt: statOf(pid)?.startedAt })

export function isAlive({ pid, startedAt }: ProcessId): boolean {
  if (startedAt === undefined) return answersSignal(pid)
  const stat = statOf(pid)
  return stat !== undefined && stat.startedAt === startedAt && stat.state !== 'Z'
}

/** Whether its parent has died; false where the system does not tell. */
export const isOrphan = ({ pid }: ProcessId): boolean => statOf(pid)?.parent === 1

/** Sends the signal only to the very process. */
export function signalProcess(id: ProcessId, signal: NodeJS.Signals): void {
  if (isAlive(id)) kill(id.pid, signal)
}

/**
 * Whether it or any process that shares its process group is left. A program may be a wrapper that ends at once when its
 * child, the true program, does not; the number stays the group's for as long as a member lives.
 */
export const isGroupAlive = (id: ProcessId): boolean => isAlive(id) || (kill(-id.pid, 0) && hasMember(id.pid))

// A signal reaches zombies too, which stay for ever below a first process that does not collect them.
function hasMember(group: number): boolean {
  const pids = processes()
  if (pids.length === 0) return true // no /proc: the signal's word is all there is
  return pids.some((pid) => {
    const stat = statOf(pid)
    return stat?.group === group && stat.state !== 'Z'
  })
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** Sends the signal to all that are left of the process's group. */
export function signalGroup({ pid }: ProcessId, signal: NodeJS.Signals): void {
  kill(-pid, signal)
}

function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // It ended between our look and our signal, or is not ours: either way it is not there for us.
    return false
  }
}

const answersSignal = (pid: number): boolean => kill(pid, 0)

interface Stat {
  state: string
  parent: number
  group: number
  startedAt: number
}

// proc(5): the name stands in brackets and may hold anything; after it come the state (field 3), the parent (4), the group (5) and the start (22).
function statOf(pid: number): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state = '', parent, group] = fields
    return { state, parent: Number(parent), group: Number(group), startedAt: Number(fields[19]) }
  } catch {
    // No such process, or a system without /proc.
    return undefined
  }
}
