// What steps say, whatever becomes of them on disk.
import { expect, test } from 'vitest'
import { quietWork } from '../quiet-work.ts'
import { createSaying } from './saying.ts'

test('a step that the disk refuses while the mesh closes keeps nobody waiting for it', async () => {
  const refusals: unknown[] = []
  const saying = createSaying({
    say: () => undefined,
    refused: (error) => void refusals.push(error),
    quietly: quietWork({ warn: () => undefined }, 'mesh.failed'),
  })
  const refused = Promise.reject(new Error('no space'))
  const looks = counted(refused)

  saying.add([], refused)
  await saying.settled()

  expect([refusals.length, looks()]).toEqual([1, 1])
})

test('what one step says and nobody can hear holds up no later one', async () => {
  const said: unknown[] = []
  const lines: unknown[] = []
  const saying = createSaying({
    say(outputs) {
      if (said.push(outputs) === 1) throw new Error('deaf')
    },
    refused: () => undefined,
    quietly: quietWork({ warn: (event) => void lines.push(event) }, 'mesh.failed'),
  })

  saying.add([], Promise.resolve())
  await saying.settled()
  saying.add([], Promise.resolve())
  await saying.settled()

  expect([said.length, lines]).toEqual([2, ['mesh.failed']])
})

/** How often somebody began to wait for its end; endless waiting would stop the clock of any deadline, so it is cut off here. */
function counted(promise: Promise<never>): () => number {
  let looks = 0
  const wait = promise.catch.bind(promise)
  promise.catch = (failed) => {
    if (++looks > 9) throw new Error('it is waited for again and again')
    return wait(failed)
  }
  return () => looks
}
