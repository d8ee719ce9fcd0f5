// Ends what a program has started: some of it outlives the terminal.
import { until } from '../deadline.ts'

// As long as the daemon waits.
const GRACE_MS = 3000

/** Waits for processes that were hung up on, and kills what is left of them; resolves with how many those were. */
export async function endAll(pids: readonly number[]): Promise<number> {
  const living = (): number[] => pids.filter(isAlive)
  await until(
    () => (living().length === 0 ? true : null),
    () => '',
    GRACE_MS,
  ).catch(() => null)
  const left = living()
  for (const pid of left.toReversed()) kill(pid)
  return left.length
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // it has ended
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended with its parent.
  }
}
