// Reading, searching and playing asciicasts.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findInCast, parseCast, withoutWaits } from './cast.ts'
import { createPlayback } from './playback.ts'

const castOf = (...events: [number, string, string][]) =>
  parseCast(
    [
      JSON.stringify({ version: 2, width: 80, height: 24, timestamp: 1 }),
      ...events.map((one) => JSON.stringify(one)),
    ].join('\n'),
  )

test('a cast is its header and its events, and a cut-off last line is left out', () => {
  const text = '{"version":2,"width":100,"height":30}\n[0.5,"o","a"]\n[1,"r","80x24"]\n[2,"o","b'
  expect(parseCast(text)).toMatchObject({
    cols: 100,
    rows: 30,
    length: 1,
    events: [{ data: 'a' }, { kind: 'resize' }],
  })
})

test('what is no cast is refused with the reason', () => {
  expect(() => parseCast('{"version":1}')).toThrow('version 2')
  expect(() => parseCast('{"version":2}\nnonsense\n[1,"o","x"]\n')).toThrow('line 2')
})

function outcomeOf(text: string): string {
  try {
    return parseCast(text).cols > 0 ? 'read' : 'wrong'
  } catch (error) {
    return String(error).includes('is not JSON') ? 'refused' : String(error)
  }
}

test('no text makes the reader fail in any other way', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (lines) => {
      expect(['read', 'refused']).toContain(outcomeOf(['{"version":2}', ...lines].join('\n')))
    }),
  )
})

test('waits are cut to the longest allowed, everything else keeps its distance', () => {
  const cast = withoutWaits(castOf([1, 'o', 'a'], [1.5, 'o', 'b'], [60, 'o', 'c']), 2)
  expect(cast.events.map(({ at }) => at)).toEqual([1, 1.5, 3.5])
  expect(cast.length).toBe(3.5)
})

test('search finds words across events and through colours', () => {
  const cast = castOf([0, 'o', 'npm \u001b[1mte'], [1, 'o', 'st\u001b[0m ok'], [2, 'o', 'bye'])
  expect(findInCast(cast, 'NPM test')).toEqual([1])
  expect(findInCast(cast, '')).toEqual([])
})

function played(cast: ReturnType<typeof castOf>) {
  const log: string[] = []
  let now = 0
  let next: (() => void) | null = null
  const playback = createPlayback(cast, {
    screen: {
      write: (text) => log.push(text),
      reset: () => log.push('reset'),
      resize: (cols, rows) => log.push(`${cols}x${rows}`),
    },
    now: () => now,
    frame: (run) => {
      next = run
      return () => (next = null)
    },
    onMove: () => undefined,
  })
  const after = (ms: number) => {
    now += ms
    const run = next
    next = null
    run?.()
  }
  return { log, playback, after }
}

test('it plays in its own time, twice as fast at 2×, and stops at the end', () => {
  const { log, playback, after } = played(castOf([1, 'o', 'a'], [2, 'o', 'b'], [4, 'o', 'c']))
  playback.play()
  after(1000)
  playback.setSpeed(2)
  after(500)
  expect(log).toEqual(['reset', '80x24', 'a', 'b'])
  after(5000)
  expect(log.at(-1)).toBe('c')
  expect(playback.playing()).toBe(false)
})

test('going back draws everything before that place anew', () => {
  const { log, playback } = played(castOf([1, 'o', 'a'], [2, 'r', '90x30'], [3, 'o', 'b']))
  playback.seek(3)
  log.length = 0
  playback.seek(1.5)
  expect(log).toEqual(['reset', '80x24', 'a'])
})
