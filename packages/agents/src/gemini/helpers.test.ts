// The chats of sub-agents: their tokens count, their words have their name, and a folder that comes late is found.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { playMachine } from '../../test/played-machine.ts'
import { followHelpers } from './helpers.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tutti-helpers-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const tokens = { input: 10, output: 2, cached: 4, thoughts: 1, total: 17 }
const said = { id: 'm1', timestamp: '2026-11-22T12:00:00.000Z', type: 'gemini', content: 'counted', tokens }

test('a sub-agent that comes later is followed: its tokens are told, its words have its name', async () => {
  const played = playMachine()
  const folder = join(root, 'session')
  const report = (signal: (typeof played.signals)[number]) => void played.signals.push(signal)
  const helpers = followHelpers({ folder, machine: played.machine, report })
  expect(await helpers.among([])).toEqual([])

  mkdirSync(folder)
  writeFileSync(join(folder, '2837d83a-f48e.jsonl'), `${JSON.stringify(said)}\n`)

  const { usage } = await played.told('usage')
  expect(usage.tokens).toEqual({ input: 6, output: 3, cacheRead: 4, cacheWrite: 0 })
  const [entry] = await helpers.among([])
  expect(entry).toMatchObject({ thread: 'sub-agent 2837d83a', parts: [{ type: 'text', text: 'counted' }] })
  helpers.close()
  expect(played.open()).toBe(0)
})
