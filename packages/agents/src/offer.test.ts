// Words whose answer was lost on the way are given once more only if the conversation does not have them.
import type { Entry } from '@tutti/core'
import { expect, test } from 'vitest'
import { createOffer, REFUSED } from './offer.ts'

const WORDS = 'You have 1 new message.'
const said = (at: number): Entry => ({
  id: `${at}`,
  role: 'person',
  at,
  parts: [{ type: 'text', text: WORDS }],
  thread: null,
  model: null,
})

function aProgram() {
  const entries: Entry[] = []
  const sent: string[] = []
  let now = 100_000
  const offer = createOffer({ clock: { now: () => now }, entries: () => Promise.resolve(entries) })
  const give = (outcome: Promise<unknown>) => offer(WORDS, () => (sent.push(WORDS), outcome))
  return { entries, sent, give, later: (ms: number) => void (now += ms), now: () => now }
}
const lost = () => Promise.reject(new Error('no answer within 10 s'))

test('words that came although the answer did not are not given again', async () => {
  const { give, entries, sent, now } = aProgram()
  expect(await give(lost())).toBe(false)
  entries.push(said(now() + 500))

  expect(await give(Promise.resolve())).toBe(true)
  expect(sent).toEqual([WORDS])
})

test('words that did not come are given again, once it is sure', async () => {
  const { give, entries, sent, later, now } = aProgram()
  entries.push(said(now() - 60_000))
  expect(await give(lost())).toBe(false)
  later(10_000)
  expect(await give(Promise.resolve())).toBe(false)
  expect(sent).toEqual([WORDS])

  later(10_000)
  expect(await give(Promise.resolve())).toBe(true)
  expect(sent).toEqual([WORDS, WORDS])
})

test('words that were refused may be given again at once', async () => {
  const { give, sent } = aProgram()
  const refusal = new Error('the turn is over', { cause: REFUSED })
  await expect(give(Promise.reject(refusal))).rejects.toBe(refusal)

  expect(await give(Promise.resolve())).toBe(true)
  expect(sent).toEqual([WORDS, WORDS])
})
