// The machine as a kit sees it: processes, terminal and files of one session.
import { watchPath, type KitMachine } from '@tutti/agents'
import type { AgentId, Clock } from '@tutti/core'
import { keyBytes } from '../terminals/keys.ts'
import type { Log } from '../handler.ts'
import type { TerminalHost } from '../terminals/host.ts'
import { processesBelow } from './processes.ts'

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
// Nobody streams the title of a session that nobody watches, so it is looked at, and only for kits that want it.
const TITLE_EVERY_MS = 2000

const NAMED: ReadonlySet<string> = new Set([
  'Enter',
  'Escape',
  'Tab',
  'Space',
  'BSpace',
  'Up',
  'Down',
  'Left',
  'Right',
  'Home',
  'End',
  'C-c',
  'C-d',
  'C-z',
  'C-l',
])
type Named = Parameters<typeof keyBytes>[1][number]
const isNamed = (key: string): key is Named => NAMED.has(key)

export function createMachine(id: AgentId, { host, clock, log }: MachineDeps): SessionMachine {
  const listeners = new Set<(title: string) => void>()
  const watches = new Set<() => void>()
  let current = ''
  let cancelLook: (() => void) | null = null
  let isClosed = false

  const retitled = (title: string) => {
    if (title === current || isClosed) return
    current = title
    for (const listener of listeners) listener(title)
  }
  const look = () => {
    if (isClosed || listeners.size === 0) {
      cancelLook = null
      return
    }
    cancelLook = clock.after(TITLE_EVERY_MS, look)
    host.info(id).then(
      ({ title }) => retitled(title),
      () => {
        // The session is ending; its end is told elsewhere.
      },
    )
  }

  return {
    clock,
    retitled,
    processes: () => processesBelow(host.programPid(id)),
    terminal: {
      screen: async () => (await host.capture(id, { lines: SCREEN_LINES })).join('\n'),
      title: () => current,
      onTitle(listener) {
        listeners.add(listener)
        if (cancelLook === null) look()
        return () => listeners.delete(listener)
      },
      async paste(text, submit) {
        await host.paste(id, text)
        if (submit) await host.sendKeys(id, keyBytes('', ['Enter']))
      },
      // A key is one of the named ones, or the character that is on it.
      press: (key) => host.sendKeys(id, isNamed(key) ? keyBytes('', [key]) : keyBytes(key.slice(0, 1), [])),
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
      cancelLook?.()
      listeners.clear()
      for (const stop of watches) stop()
      watches.clear()
    },
  }
}
