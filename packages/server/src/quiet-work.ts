// Work that nobody waits for: its failure is a line in the log, and never the end of the daemon.
import { Fault } from '@tutti/core'
import type { Log } from './handler.ts'

/** A function is called at once, so that what it throws is a failure like any other. */
type Work = Promise<unknown> | (() => unknown)

export interface Quietly {
  /** `about` is said in the line. */
  (work: Work, about?: Record<string, unknown>): void
  /** The same for whoever has to know when it is over; never rejects. */
  over(work: Work, about?: Record<string, unknown>): Promise<void>
}

/** `event` names the line. */
export function quietWork(log: Pick<Log, 'warn'>, event: string): Quietly {
  const over: Quietly['over'] = async (work, about) => {
    try {
      await (typeof work === 'function' ? work() : work)
    } catch (error) {
      // What was under way when the daemon stopped is for the next start, and no trouble.
      if (!isStopping(error)) log.warn(event, { ...about, problem: String(error) })
    }
  }
  const quietly = (work: Work, about?: Record<string, unknown>): void => {
    // The one place where a promise is let go: this one cannot reject.
    // oxlint-disable-next-line typescript/no-floating-promises
    void over(work, about)
  }
  return Object.assign(quietly, { over })
}

/** Whether something failed only because the store is closed, as it is when the daemon stops. */
export const isStopping = (error: unknown): boolean =>
  error instanceof Fault && error.code === 'server.stopping'
