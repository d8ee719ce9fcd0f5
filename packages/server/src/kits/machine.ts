// The machine as a kit sees it: processes, terminal and files of one session.
import { watchPath, type KitMachine } from '@tutti/agents'
import type { AgentId, Clock } from '@tutti/core'
import { isKeyName, keyBytes } from '../terminals/keys.ts'
import type { Log } from '../handler.ts'
import type { TerminalHost } from '../terminals/host.ts'
import { ownNumber, processesBelow } from './processes.ts'
import { watchTitle } from './title-watch.ts'

export interface MachineDeps {
  host: TerminalHost
  clock: Clock
  log: Log
}

export interface SessionMachine extends KitMachine {
  /** What the program calls its window now. */
  retitled(title: string): void
  close(): void
}

// What a kit looks at is what a person would see; history is the transcript's affair.
const SCREEN_LINES = 60

export function createMachine(id: AgentId, { host, clock, log }: MachineDeps): SessionMachine {
  const listeners = new Set<(title: string) => void>()
  const watches = new Set<() => void>()
  let current = ''
  let stopLooking: (() => void) | null = null
  let isClosed = false

  const retitled = (title: string) => {
    if (title === current || isClosed) return
    current = title
    for (const listener of listeners) listener(title)
  }
  return {
    clock,
    retitled,
    processes: async () =>
      (await processesBelow(host.programPid(id))).map(({ pid, argv }) => ({ pid: ownNumber(pid), argv })),
    terminal: {
      screen: async () => (await host.capture(id, { lines: SCREEN_LINES })).join('\n'),
      title: () => current,
      onTitle(listener) {
        listeners.add(listener)
        stopLooking ??= watchTitle({
          clock,
          pid: () => host.programPid(id),
          mark: () => host.titleMark(id),
          ask: async () => (await host.info(id)).title,
          told: retitled,
        })
        return () => listeners.delete(listener)
      },
      async paste(text, submit) {
        await host.paste(id, text)
        if (submit) await host.sendKeys(id, keyBytes('', ['Enter']))
      },
      // A key is one of the named ones, or the character that is on it.
      press: (key) => host.sendKeys(id, isKeyName(key) ? keyBytes('', [key]) : keyBytes(key.slice(0, 1), [])),
    },
    watch(path, changed) {
      const stop = watchPath(path, changed)
      watches.add(stop)
      return () => {
        watches.delete(stop)
        stop()
      }
    },
    log: (event, fields) => log.info(`kit.${event}`, { id, ...fields }),
    close() {
      isClosed = true
      stopLooking?.()
      listeners.clear()
      for (const stop of watches) stop()
      watches.clear()
    },
  }
}
