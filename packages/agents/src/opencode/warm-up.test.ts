// OpenCode is ready once its answers are quick, and in the end where they never are.
import { expect, test } from 'vitest'
import { playMachine } from '../../test/played-machine.ts'
import type { Door } from './door.ts'
import { warmUp } from './warm-up.ts'

/** A door whose answers take so long, one after the other, by a clock that passes only while somebody waits. */
function aDoor(answerMs: (nth: number) => number) {
  const { machine } = playMachine()
  const asked: string[] = []
  let now = 0
  const door: Door = {
    async get(path) {
      asked.push(path)
      await Promise.resolve()
      now += answerMs(asked.filter((one) => one === '/session/status').length)
      if (path === '/skill') throw new Error('404')
      return {}
    },
    post: () => Promise.resolve({}),
    listen: () => Promise.resolve(),
  }
  const clock = {
    now: () => now,
    after(ms: number, run: () => void) {
      now += ms
      queueMicrotask(run)
      return () => {}
    },
  }
  const warm = () =>
    warmUp(door, { machine: { log: machine.log, clock }, signal: new AbortController().signal })
  return { warm, asked, now: () => now }
}

test('what it makes late is asked for, and answers that are slow are waited out, whether there is such a page or not', async () => {
  const { warm, asked } = aDoor((nth) => (nth > 0 && nth < 4 ? 900 : 2))
  await warm()

  expect(asked.slice(0, 3)).toEqual(['/mcp', '/command', '/skill'])
  expect(asked.slice(3)).toHaveLength(3 + 8)
})

test('one that is never quick is ready all the same', async () => {
  const { warm, now } = aDoor(() => 400)
  await warm()

  expect(now()).toBeLessThan(40_000)
})
