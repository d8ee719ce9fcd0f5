// Nothing that nobody waits for ends the daemon, and what fails for a reason is told.
import { fault } from '@tutti/core'
import { expect, test } from 'vitest'
import { quietWork } from './quiet-work.ts'

const listening = () => {
  const lines: unknown[] = []
  return { lines, quietly: quietWork({ warn: (...line) => void lines.push(line) }, 'work.failed') }
}

test('work that rejects, or throws before it is a promise, is a line in the log', async () => {
  const { lines, quietly } = listening()

  quietly(() => {
    throw new Error('at once')
  })
  await quietly.over(Promise.reject(new Error('late')), { id: 'one' })

  expect(lines).toEqual([
    ['work.failed', { problem: 'Error: at once' }],
    ['work.failed', { id: 'one', problem: 'Error: late' }],
  ])
})

test('work that fails because the daemon stops is no news', async () => {
  const { lines, quietly } = listening()

  await quietly.over(Promise.reject(fault('server.stopping')))
  await quietly.over(Promise.reject(fault('store.full', { problem: 'no space' })))

  expect(lines).toEqual([['work.failed', { problem: expect.stringContaining('no space') }]])
})
