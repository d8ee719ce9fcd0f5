// Open calls: results find their call, several calls of one entry keep each other's, and a file that never answers fills nothing.
import type { Entry } from '@tutti/core'
import { expect, test } from 'vitest'
import { createOpenCalls } from './open-calls.ts'

const anEntry = (...ids: string[]): Entry => ({
  id: `entry-${ids[0] ?? ''}`,
  role: 'agent',
  at: 1000,
  parts: ids.map((id) => ({
    type: 'tool',
    id,
    name: 'sh',
    input: null,
    output: null,
    failed: false,
    durationMs: null,
  })),
  thread: null,
  model: null,
})
const outputsOf = (entry: Entry | undefined) =>
  entry?.parts.map((part) => (part.type === 'tool' ? part.output : null))
const settled = (calls: ReturnType<typeof createOpenCalls>, id: string, output: string) =>
  calls
    .settle(id, { output, failed: false, at: 1500 })
    .flatMap((signal) => (signal.type === 'entries' ? signal.entries : []))

test('two calls of one entry keep the results of each other', () => {
  const calls = createOpenCalls()
  calls.add(anEntry('a', 'b'))

  expect(outputsOf(settled(calls, 'b', 'second')[0])).toEqual([null, 'second'])
  const [whole] = settled(calls, 'a', 'first')

  expect(outputsOf(whole)).toEqual(['first', 'second'])
  expect(whole?.parts[0]).toMatchObject({ durationMs: 500 })
})

test('a result of no call, or the second one of a call, tells nothing', () => {
  const calls = createOpenCalls()
  calls.add(anEntry('a'))
  settled(calls, 'a', 'once')

  expect(settled(calls, 'a', 'twice')).toEqual([])
  expect(settled(calls, 'b', 'never asked')).toEqual([])
})

test('calls that never end are forgotten, the oldest first', () => {
  const calls = createOpenCalls()
  for (let index = 0; index < 600; index++) calls.add(anEntry(String(index)))

  expect(settled(calls, '0', 'late')).toEqual([])
  expect(settled(calls, '599', 'in time')).toHaveLength(1)
})
