// Texts that are typed in several windows, against the same merging that a daemon does.
import { draftEntry, emptyLog, judgeUpdate, openText, sharedText, take } from '@tutti/core/mesh'
import type { JsonValue, NodeId } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTextSession, type Kept, type TextHome } from './text-session.ts'

const node: NodeId = `did:key:z6Mk${'n'.repeat(43)}1`
const ref = { kind: 'card', id: 'c1', field: 'text' }

function aHome(text: string) {
  const log = emptyLog()
  let nowMs = 1_700_000_000_000
  const write = (value: JsonValue) => {
    const draft = { stream: `${node}/1`, by: 'ada', sets: [{ ...ref, value }] } as const
    take(log, draftEntry(log, draft, { nowMs: nowMs++, sign: () => new Uint8Array(64) }), () => true)
  }
  write(text)
  const home: TextHome = {
    read: () => Promise.resolve(openText(log, ref)!),
    async merge(on, update) {
      const judged = judgeUpdate(log, ref, { on, update })
      if (judged.is === 'moved') return false
      if (judged.is === 'fine') write(judged.value)
      else if (judged.is !== 'known') throw new Error(judged.is)
      return true
    },
  }
  return { home, write, text: () => sharedText(log, ref)! }
}

async function aWindow(home: TextHome) {
  const kept: Kept[] = []
  const places: number[] = []
  const session = await openTextSession(home, {
    changed: (_text, place) => places.push(place(3)),
    kept: (one) => kept.push(one),
  })
  return { ...session, kept, places }
}

test('what is typed in two windows is in both, whichever writes and hears when', async () => {
  const act = fc.record({
    at: fc.nat(1),
    does: fc.constantFrom('type', 'type', 'keep', 'hear'),
    where: fc.nat(100),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 20 }), async (acts) => {
      const { home, text } = aHome('Mend 🏠 the roof')
      const windows = [await aWindow(home), await aWindow(home)] as const
      const typed: string[] = []
      for (const { at, does, where } of acts) {
        const one = windows[at === 0 ? 0 : 1]
        if (does === 'keep') await one.keep()
        else if (does === 'hear') one.heard(text())
        else {
          const words = one.text().split(' ')
          typed.push(`w${typed.length}x`)
          one.typed(words.toSpliced(where % (words.length + 1), 0, typed.at(-1)!).join(' '))
        }
      }
      for (const one of windows) await one.keep()
      for (const one of windows) one.heard(text())
      for (const one of windows) await one.keep()
      expect(windows.map((one) => one.text())).toEqual([text(), text()])
      expect(typed.filter((word) => !text().includes(word))).toEqual([])
      expect(windows.flatMap(({ kept }) => kept.filter(({ is }) => is === 'refused'))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('what was typed while the text was written anew is put into the new one, and the caret stays in its words', async () => {
  const { home, write, text } = aHome('Mend the roof')
  const one = await aWindow(home)
  one.typed('Mend the old roof')
  write('So: Mend the roof today')
  await one.keep()
  expect(text()).toContain('old ')
  expect(text()).toContain('today')
  expect(one.text()).toBe(text())
  expect(one.kept.at(-1)).toEqual({ is: 'kept' })

  const other = await aWindow(home)
  other.typed(`>> ${other.text()}`)
  await other.keep()
  one.heard(text())
  await one.keep()
  expect(one.places.at(-1)).toBe(6)
})

test('a text that cannot be written says so and keeps what was typed', async () => {
  const { home } = aHome('')
  const one = await aWindow({ ...home, merge: () => Promise.reject(new Error('the disk is full')) })
  one.typed('words')
  await one.keep()
  expect(one.kept.map(({ is }) => is)).toEqual(['waiting', 'refused'])
  expect(one.text()).toBe('words')
})
