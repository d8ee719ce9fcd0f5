// Tells whether a process that we knew is still the same one, without starting any process.
import { readFileSync } from 'node:fs'

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

/** Sends the signal to the process and all that share its process group. */
export function signalGroup(id: ProcessId, signal: NodeJS.Signals): void {
  if (isAlive(id)) kill(-id.pid, signal)
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

// proc(5): the name stands in brackets and may hold anything; after it come the state (field 3), the parent (4) and the start (field 22).
function statOf(pid: number): { state: string; parent: number; startedAt: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', parent: Number(fields[1]), startedAt: Number(fields[19]) }
  } catch {
    // No such process, or a system without /proc.
    return undefined
  }
}
