// Repeated work: when it runs, that it goes on after a failure, and that it can be ended.
import { expect, test } from 'vitest'
import { repeat } from './repeat.ts'

const HOUR_MS = 3_600_000

function handClock() {
  const timers: { at: number; run: () => void }[] = []
  let now = 0
  return {
    waiting: () => timers.length,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1))
    },
    async pass(ms: number) {
      now += ms
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.run()
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('work runs first when it is asked to, then again and again, also after it failed at once or later', async () => {
  const clock = handClock()
  const failures: unknown[] = []
  let runs = 0
  const work = () => {
    runs += 1
    if (runs === 1) throw new Error('the settings cannot be read')
    return runs === 2 ? Promise.reject(new Error('disk full')) : Promise.resolve()
  }
  const failed = (error: unknown) => failures.push(error)
  const stop = repeat(clock, { firstMs: 60_000, everyMs: HOUR_MS, failed }, work)

  await clock.pass(60_000)
  await clock.pass(HOUR_MS)
  await clock.pass(HOUR_MS)
  await stop()
  await clock.pass(HOUR_MS)

  expect(runs).toBe(3)
  expect(failures).toHaveLength(2)
})

test('a turn that is ended in the middle is waited for and is the last one', async () => {
  const clock = handClock()
  const work = Promise.withResolvers<void>()
  const stop = repeat(clock, { firstMs: 0, everyMs: 1, failed: () => undefined }, () => work.promise)
  await clock.pass(0)

  let isStopped = false
  const stopped = stop().then(() => (isStopped = true))
  await clock.pass(HOUR_MS)
  expect([isStopped, clock.waiting()]).toEqual([false, 0])

  work.resolve()
  await stopped
  expect(clock.waiting()).toBe(0)
})
