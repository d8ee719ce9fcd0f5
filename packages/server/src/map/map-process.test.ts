// The map's process costs memory only while somebody needs it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { IDLE_MS, createMapProcess } from './map-process.ts'

test('a process that nobody needs any more ends, and the next question has another', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-process-'))
  writeFileSync(join(root, 'a.ts'), 'export const one = () => 1\n')
  const timers = new Map<() => void, number>()
  let ended = 0
  const maps = createMapProcess({
    log: { info: () => {}, warn: () => {}, error: () => {} },
    env: process.env,
    clock: {
      now: Date.now,
      after(ms, run) {
        timers.set(run, ms)
        return () => void timers.delete(run)
      },
    },
    changed: () => {},
    progress: () => {},
    ended: () => (ended += 1),
  })
  onTestFinished(async () => {
    await maps.close()
    rmSync(root, { recursive: true })
  })
  const question = { root, database: join(root, 'map.db'), args: ['one'], depth: 1, tokens: 100 }
  const pass = () => {
    for (const [run, ms] of new Map(timers)) if (timers.delete(run) && ms === IDLE_MS) run()
  }

  const answer = maps.ask({ ...question, name: 'search' })
  // Somebody waits for an answer.
  pass()
  expect((await answer).text).toContain('a.ts')
  expect(maps.isRunning()).toBe(true)
  pass()

  expect([maps.isRunning(), ended, timers.size]).toEqual([false, 1, 0])
  // Looking at what is there starts nothing.
  maps.watched()
  expect(maps.isRunning()).toBe(false)
  expect((await maps.ask({ ...question, name: 'definition' })).text).toContain('a.ts')
})
