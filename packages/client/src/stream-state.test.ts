// Holds the event stream to its promise: each event once and in order, whatever the network does.
import type { LoggedEvent, StreamFrame } from '@tutti/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INITIAL, step, type StreamEffect, type StreamInput, type StreamState } from './stream-state.ts'

const anEvent = (seq: number): LoggedEvent => ({
  seq,
  at: seq,
  type: 'agent.purged',
  subject: `agt_${seq}`,
  actor: 'system',
  data: { id: `agt_${seq}` },
})

/** A client under test: its state and everything that it was told to do. */
function aClient() {
  let state: StreamState = INITIAL
  const effects: StreamEffect[] = []
  return {
    feed(input: StreamInput) {
      const [next, done] = step(state, input)
      state = next
      effects.push(...done)
    },
    state: () => state,
    effects,
    applied: () => effects.flatMap((effect) => (effect.do === 'apply' ? [effect.event.seq] : [])),
    frame(frame: StreamFrame, generation = state.generation) {
      this.feed({ type: 'frame', generation, frame })
    },
  }
}

const hello = (seq: number): StreamFrame => ({ hello: { seq, version: '1' } })
const isRising = (list: number[]) => list.every((n, i) => i === 0 || n > (list[i - 1] ?? n))

describe('the event stream', () => {
  test('never applies an event twice or out of order, whatever comes from whichever connection', () => {
    const frame = fc.oneof(
      fc.nat(30).map(hello),
      fc.integer({ min: 1, max: 30 }).map((seq): StreamFrame => ({ event: anEvent(seq) })),
      fc.nat(30).map((at): StreamFrame => ({ at })),
    )
    const input = fc.oneof(
      fc.record({ kind: fc.constant('frame' as const), age: fc.nat(3), frame }),
      fc.record({ kind: fc.constantFrom('lost' as const, 'retry' as const), age: fc.nat(3) }),
    )
    fc.assert(
      fc.property(fc.array(input, { maxLength: 80 }), (inputs) => {
        const client = aClient()
        client.feed({ type: 'start' })
        for (const one of inputs) {
          const generation = client.state().generation - one.age
          if (one.kind === 'frame') client.feed({ type: 'frame', generation, frame: one.frame })
          else if (one.kind === 'lost') client.feed({ type: 'lost', generation })
          else client.feed({ type: 'retry' })
        }

        // A reset starts over with another log; between two of them numbers only rise.
        const runs: number[][] = [[]]
        for (const effect of client.effects) {
          if (effect.do === 'reset') runs.push([])
          if (effect.do === 'apply') runs.at(-1)?.push(effect.event.seq)
        }
        expect(runs.every(isRising)).toBe(true)
      }),
    )
  })

  test('applies every event after the first hello exactly once over any cuts', () => {
    const cuts = fc.array(fc.record({ grown: fc.nat(6), delivered: fc.nat(8), stale: fc.boolean() }), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(fc.nat(5), cuts, (start, connections) => {
        const client = aClient()
        let head = start
        client.feed({ type: 'start' })
        client.frame(hello(head))
        for (const { grown, delivered, stale } of connections) {
          const since = client.state().seq ?? 0
          const old = client.state().generation
          head += grown
          for (let seq = since + 1; seq <= Math.min(head, since + delivered); seq++)
            client.frame({ event: anEvent(seq) })
          client.feed({ type: 'lost', generation: client.state().generation })
          if (stale) client.frame({ event: anEvent(head) }, old)
          client.feed({ type: 'retry' })
          client.frame(hello(head))
        }
        const from = client.state().seq ?? 0
        for (let seq = from + 1; seq <= head; seq++) client.frame({ event: anEvent(seq) })

        expect(client.applied()).toEqual(Array.from({ length: head - start }, (_, i) => start + 1 + i))
      }),
    )
  })

  test('resumes after the last applied event and says that it is offline until events flow', () => {
    const client = aClient()
    client.feed({ type: 'start' })
    client.frame(hello(7))
    client.frame({ event: anEvent(8) })

    client.feed({ type: 'lost', generation: client.state().generation })
    client.feed({ type: 'retry' })

    expect(client.state().link).toBe('offline')
    expect(client.effects.at(-1)).toMatchObject({ do: 'connect', since: 8 })
    client.frame(hello(8))
    expect(client.state().link).toBe('live')
  })

  test('a log that ends before the last applied event means that everything is read again', () => {
    const client = aClient()
    client.feed({ type: 'start' })
    client.frame(hello(7))
    client.feed({ type: 'lost', generation: client.state().generation })
    client.feed({ type: 'retry' })

    client.frame(hello(3))

    expect(client.effects.slice(-2)).toEqual([
      { do: 'link', link: 'live' },
      { do: 'reset', seq: 3 },
    ])
    client.frame({ event: anEvent(4) })
    expect(client.applied()).toEqual([4])
  })

  test('does nothing more once it is stopped', () => {
    const client = aClient()
    client.feed({ type: 'start' })
    client.frame(hello(1))
    client.feed({ type: 'stop' })
    const before = client.effects.length

    client.feed({ type: 'retry' })
    client.frame({ event: anEvent(2) })

    expect(client.effects.length).toBe(before)
  })
})
