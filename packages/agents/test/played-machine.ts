// A machine whose terminal is played by the test; files, time and watching are real.
import type { KitMachine, KitSession, Signal } from '../src/kit.ts'
import { watchPath } from '../src/watch-path.ts'
import { until } from './deadline.ts'

export interface PlayedMachine {
  machine: KitMachine
  /** What is on the screen now. */
  screen: string
  title(next: string): void
  processes: { pid: number; argv: string[] }[]
  /** Keys and pastes, in order. */
  typed: string[]
  signals: Signal[]
  /** The first signal of a type that fits; waits for it. */
  told<T extends Signal['type']>(
    type: T,
    fits?: (signal: Signal & { type: T }) => boolean,
  ): Promise<Signal & { type: T }>
  /** How many watches and listeners are not ended. */
  open(): number
}

export function playMachine(): PlayedMachine {
  let title = ''
  let open = 0
  const listeners = new Set<(title: string) => void>()
  const ending = (end: () => void) => {
    open++
    let isEnded = false
    return () => {
      if (isEnded) return
      isEnded = true
      open--
      end()
    }
  }
  const played: PlayedMachine = {
    screen: '',
    title(next) {
      title = next
      for (const listener of listeners) listener(next)
    },
    processes: [],
    typed: [],
    signals: [],
    told: <T extends Signal['type']>(type: T, fits: (signal: Signal & { type: T }) => boolean = () => true) =>
      until(
        () => {
          const isOne = (signal: Signal): signal is Signal & { type: T } => signal.type === type
          return played.signals.filter(isOne).find(fits) ?? null
        },
        () => `No such ${type} among ${JSON.stringify(played.signals)}`,
      ),
    open: () => open,
    machine: {
      clock: {
        now: () => Date.now(),
        after(ms, run) {
          const timer = setTimeout(run, ms)
          return () => clearTimeout(timer)
        },
      },
      processes: () => Promise.resolve(played.processes),
      terminal: {
        screen: () => Promise.resolve(played.screen),
        title: () => title,
        onTitle(listener) {
          listeners.add(listener)
          return ending(() => listeners.delete(listener))
        },
        paste: async (text, submit) => void played.typed.push(text, ...(submit ? ['Enter'] : [])),
        press: async (key) => void played.typed.push(key),
      },
      watch: (path, changed) => ending(watchPath(path, changed)),
      log: () => {},
    },
  }
  return played
}

/** A session on that machine; the folders are the test's. */
export const aSession = (
  played: PlayedMachine,
  given: Pick<KitSession, 'home' | 'runFolder'> & Partial<KitSession>,
): KitSession => ({
  agentId: 'agt_01j9z3k7q8f0a1b2c3d4e5',
  folder: given.home,
  env: { HOME: given.home },
  startedAt: Date.now(),
  version: null,
  session: null,
  machine: played.machine,
  report: (signal) => void played.signals.push(signal),
  ...given,
})
