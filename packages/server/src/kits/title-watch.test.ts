// The title of a session that nobody watches, on a real tmux.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'
import { handClock, until } from '../agents/test-support.ts'
import { realClock } from '../db/test-support.ts'
import { watchTitle } from './title-watch.ts'

let room: TmuxRoom
beforeEach(async () => {
  room = await aTmuxRoom()
})
afterEach(() => room.close())

test('a title is seen, and the next one that the program sets', async () => {
  const { terminals } = room
  const script = 'printf "\\033]2;one\\007"; read line; printf "\\033]2;two\\007"; exec sleep 60'
  const start = {
    agentId: 'a',
    cwd: room.folder,
    argv: ['/bin/sh', '-c', script],
    env: {},
    cols: 80,
    rows: 24,
  }
  await terminals.start(start)
  const seen: string[] = []
  const stop = watchTitle({
    clock: realClock,
    pid: () => terminals.programPid('a'),
    mark: () => terminals.titleMark('a'),
    ask: async () => (await terminals.info('a')).title,
    told: (title) => void seen.push(title),
  })
  await until(() => seen.at(-1) === 'one')

  await terminals.sendKeys('a', Buffer.from('\r'))
  await until(() => seen.at(-1) === 'two')

  expect(seen).toContain('one')
  stop()
  await terminals.stop('a', { graceMs: 100 })
})

test('the server of somebody else is asked every few seconds at most, however much it works', async () => {
  const clock = handClock()
  let asked = 0
  const stop = watchTitle({
    clock,
    // Its parent runs the tests, and works all the time.
    pid: () => process.pid,
    mark: () => null,
    ask: () => Promise.resolve(`title ${++asked}`),
    told: () => {},
  })
  for (let ms = 0; ms < 20_000; ms += 100) {
    clock.move(100)
    await new Promise(setImmediate)
  }
  stop()
  expect(asked).toBeGreaterThan(1)
  expect(asked).toBeLessThanOrEqual(5)
})
