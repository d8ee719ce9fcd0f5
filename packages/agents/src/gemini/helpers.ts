// The chats of Gemini's sub-agents: a file each in a folder of the session's name, with tokens that the main chat does not count.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '@tutti/core'
import type { KitMachine, Signal } from '../kit.ts'
import { createHelperJournals } from '../tail/helper-journals.ts'
import { inTurns } from '../turn-taking.ts'
import { createChatReader } from './chat.ts'

export interface Helpers {
  /** The entries of the main chat and of all sub-agents, in order of time. */
  among(own: readonly Entry[]): Promise<readonly Entry[]>
  close(): void
}

interface Deps {
  /** It may not be there yet. */
  folder: string
  machine: KitMachine
  report(signal: Signal): void
}

/** Follows the chats that are there and those that come. */
export function followHelpers({ folder, machine, report }: Deps): Helpers {
  const createReader = () => createChatReader().read
  const journals = createHelperJournals({ machine, createReader, report })
  let isClosed = false
  const look = inTurns(
    async () => {
      // Until the first sub-agent there is no such folder.
      const names = await readdir(folder).catch(() => [])
      if (isClosed) return
      // The files do not name the agent; the beginning of its id tells it from others.
      for (const name of names.filter((one) => one.endsWith('.jsonl')))
        journals.follow(join(folder, name), `sub-agent ${name.slice(0, 8)}`)
    },
    (error) => machine.log('gemini.helpers-not-seen', { problem: String(error) }),
  )
  const unwatch = machine.watch(folder, look)
  return {
    async among(own) {
      await look.over()
      return journals.among(own)
    },
    close() {
      isClosed = true
      unwatch()
      journals.close()
    },
  }
}
