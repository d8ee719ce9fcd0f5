// Work that must not run beside itself, such as reading a file that grows: whoever calls meanwhile makes it run once more.

/** Runs `work`, one at a time. The answer resolves after a run that began after the call; failures go to `failed`. */
export function inTurns(work: () => Promise<void>, failed: (error: unknown) => void): () => Promise<void> {
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
  return () => {
    if (!running) return begin()
    next ??= running.then(() => {
      next = null
      return begin()
    })
    return next
  }
}
