// Notices that a session's program has ended. Looks at /proc once a second; no process is started to find out.
import { watch } from 'node:fs'
import type { Clock } from '@tutti/core'
import type { ProcessId } from './process-id.ts'
import { isAlive } from './process-id.ts'

export interface ExitWatch {
  add(agentId: string, process: ProcessId, exited: () => void): void
  remove(agentId: string): void
  close(): void
}

/** `folder` holds the sockets: one that vanishes is a reason to look at once. */
export function createExitWatch(clock: Clock, folder: string, everyMs: number): ExitWatch {
  const watched = new Map<string, { process: ProcessId; exited: () => void }>()
  let cancel = (): void => {}

  const look = (): void => {
    cancel()
    for (const [agentId, { process, exited }] of watched) {
      if (isAlive(process)) continue
      watched.delete(agentId)
      exited()
    }
    cancel = watched.size > 0 ? clock.after(everyMs, look) : () => {}
  }
  const folderWatch = watch(folder, { persistent: false }, look)
  // The folder has gone: the look of each second has to do.
  folderWatch.on('error', () => folderWatch.close())

  return {
    add: (agentId, process, exited) => {
      watched.set(agentId, { process, exited })
      cancel()
      cancel = clock.after(everyMs, look)
    },
    remove: (agentId) => watched.delete(agentId),
    close: () => {
      folderWatch.close()
      watched.clear()
      cancel()
    },
  }
}
