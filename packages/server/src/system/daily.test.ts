// Daily work: when it runs, that it goes on after a failure, and that it can be ended.
import { expect, test } from 'vitest'
import { daily } from './daily.ts'

function handClock() {
  const timers: { at: number; run: () => void }[] = []
  let now = 0
  return {
    now: () => now,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    async pass(ms: number) {
      now += ms
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.run()
      }
      await Promise.resolve()
    },
  }
}

test('daily work runs a minute after the start and every day from then on, also after it failed once', async () => {
  const clock = handClock()
  const failures: unknown[] = []
  let runs = 0
  const work = async () => {
    runs += 1
    if (runs === 1) throw new Error('disk full')
  }
  const stop = daily(clock, work, (error) => failures.push(error))

  await clock.pass(60_000)
  await clock.pass(86_400_000)
  stop()
  await clock.pass(86_400_000)

  expect(runs).toBe(2)
  expect(failures).toHaveLength(1)
})
