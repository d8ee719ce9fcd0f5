// Work that must not run beside itself, such as reading a file that grows: whoever calls meanwhile makes it run once more.

export interface InTurns {
  (): void
  /** Resolves after a run that began after the call; never rejects. */
  over(): Promise<void>
}

/** Runs `work`, one at a time; failures go to `failed`. */
export function inTurns(work: () => Promise<void>, failed: (error: unknown) => void): InTurns {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  const start = async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failed(error)
    }
  }
  const begin = (): Promise<void> => {
    const run = start().finally(() => {
      running = null
    })
    running = run
    return run
  }
  const over = (): Promise<void> => {
    if (!running) return begin()
    next ??= running.then(() => {
      next = null
      return begin()
    })
    return next
  }
  const look = (): void => {
    over().catch(failed)
  }
  return Object.assign(look, { over })
}
