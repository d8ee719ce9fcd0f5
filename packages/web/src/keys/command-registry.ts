// Which commands can run now: screens put theirs in while they are shown; the newest one wins.
import { useLayoutEffect, useRef } from 'react'
import type { CommandId } from './commands.ts'

type Run = () => void

const running = new Map<CommandId, Run[]>()

/** Makes the command work while the component is shown: from its first picture on, so that a quick hand loses no key. */
export function useCommand(id: CommandId, run: Run, enabled = true): void {
  const latest = useRef(run)
  useLayoutEffect(() => {
    latest.current = run
  })
  useLayoutEffect(() => {
    if (!enabled) return undefined
    const entry = () => latest.current()
    running.set(id, [...(running.get(id) ?? []), entry])
    return () => {
      running.set(
        id,
        (running.get(id) ?? []).filter((one) => one !== entry),
      )
    }
  }, [id, enabled])
}

/** Runs it and says whether anything could. */
export function runCommand(id: CommandId): boolean {
  const run = running.get(id)?.at(-1)
  run?.()
  return run !== undefined
}

export const canRun = (id: CommandId): boolean => (running.get(id)?.length ?? 0) > 0
