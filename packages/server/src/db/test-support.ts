// What tests of the store share: a log that says nothing and a clock that is the real one.
import type { Clock } from '@tutti/core'
import type { Log } from '../handler.ts'

export const quietLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
