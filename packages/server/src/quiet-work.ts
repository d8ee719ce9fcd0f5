// Work that nobody waits for: its failure is a line in the log.
import type { Log } from './handler.ts'

/** The answer takes work and never rejects; `event` names the line. */
export const quietWork =
  (log: Pick<Log, 'warn'>, event: string) =>
  async (work: Promise<unknown>): Promise<void> => {
    try {
      await work
    } catch (error) {
      log.warn(event, { problem: String(error) })
    }
  }
