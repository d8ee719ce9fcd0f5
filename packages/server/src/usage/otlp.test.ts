// The OTLP receiver: JSON and protobuf mean the same, each amount counts once, and foreign bytes end nothing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReading } from './meter-reading.ts'
import { pointsInJson, pointsInProtobuf, type SumPoint } from './otlp.ts'
import { fieldsIn, WireError } from './protobuf.ts'

interface Given {
  temporality: 1 | 2
  points: { type: string; value: number; start: number; time: number }[]
}

const asJson = ({ temporality, points }: Given): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [] },
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'claude_code.token.usage',
                sum: {
                  aggregationTemporality: temporality,
                  isMonotonic: true,
                  dataPoints: points.map(({ type, value, start, time }) => ({
                    attributes: [
                      { key: 'type', value: { stringValue: type } },
                      { key: 'model', value: { stringValue: 'm' } },
                    ],
                    startTimeUnixNano: String(start),
                    timeUnixNano: String(time),
                    asInt: String(value),
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  })

// A writer of the wire format, for the test alone.
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
const part = (number: number, bytes: readonly number[]): number[] => [
  ...varint(number * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
]
const text = (number: number, value: string) => part(number, [...Buffer.from(value)])
const fixed = (number: number, value: number): number[] => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return [...varint(number * 8 + 1), ...bytes]
}
const attribute = (key: string, value: string) => part(7, [...text(1, key), ...part(2, text(1, value))])
const asProtobuf = ({ temporality, points }: Given): Uint8Array => {
  const data = points.flatMap(({ type, value, start, time }) =>
    part(1, [
      ...attribute('type', type),
      ...attribute('model', 'm'),
      ...fixed(2, start),
      ...fixed(3, time),
      ...fixed(6, value),
    ]),
  )
  const sum = part(7, [...data, ...varint(16), temporality])
  return Uint8Array.from(part(1, part(2, part(2, [...text(1, 'claude_code.token.usage'), ...sum]))))
}

const aGiven = fc.record({
  temporality: fc.constantFrom(1 as const, 2 as const),
  points: fc.array(
    fc.record({
      type: fc.constantFrom('input', 'output', 'cacheRead', 'cacheCreation'),
      value: fc.nat(1e6),
      start: fc.nat(1e6),
      time: fc.nat(1e6),
    }),
    { maxLength: 10 },
  ),
})

test('JSON and protobuf of the same metrics are the same points', () => {
  fc.assert(
    fc.property(aGiven, (given) => {
      expect(pointsInProtobuf(asProtobuf(given))).toEqual(pointsInJson(asJson(given)))
    }),
  )
})

const outcomeOf = (read: () => unknown): string => {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof WireError ? 'refused' : String(error)
  }
}

test('bytes that are no message are refused and end nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(outcomeOf(() => [fieldsIn(bytes), pointsInProtobuf(bytes)])).toMatch(/^(?:read|refused)$/)
    }),
  )
  for (const json of ['', '[]', 'null', '{"resourceMetrics":5}'])
    expect(() => pointsInJson(json)).toThrow(/./)
})

const NOTHING = { tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, costUsd: 0 }

const aPoint = (extra: Partial<SumPoint>): SumPoint => ({
  metric: 'claude_code.token.usage',
  attributes: { type: 'input', model: 'm' },
  isCumulative: false,
  start: '1',
  time: '1',
  value: 10,
  ...extra,
})
const inputOf = (batches: readonly SumPoint[][]): number => {
  const reading = createReading(() => NOTHING)
  return batches.flatMap((points) => reading.of(points, 5)).reduce((sum, { tokens }) => sum + tokens.input, 0)
}

describe('counting', () => {
  test('adds up deltas, and counts a batch that is sent again once', () => {
    const [one, two] = [aPoint({ start: '1', time: '2' }), aPoint({ start: '2', time: '3', value: 7 })]
    expect(inputOf([[one], [one], [two], [one, two]])).toBe(17)
  })

  test('takes the growth of a cumulative series, which may begin anew', () => {
    const total = (value: number, time: string, start = '1') =>
      aPoint({ isCumulative: true, value, time, start })
    expect(
      inputOf([[total(10, '2')], [total(10, '3')], [total(25, '4')], [total(25, '4')], [total(5, '9', '8')]]),
    ).toBe(30)
  })

  test('puts kinds and cost of one moment into one call, and leaves other metrics alone', () => {
    const reading = createReading(() => NOTHING)
    const usages = reading.of(
      [
        aPoint({}),
        aPoint({ attributes: { type: 'cacheRead', model: 'm' }, value: 3 }),
        aPoint({ metric: 'claude_code.cost.usage', attributes: { model: 'm' }, value: 0.25 }),
        aPoint({ metric: 'claude_code.lines_of_code.count', value: 99 }),
        aPoint({ attributes: { type: 'surprise', model: 'm' }, value: 99 }),
      ],
      5,
    )
    expect(usages).toEqual([
      {
        id: 'otlp m 1 1',
        model: 'm',
        at: 5,
        tokens: { input: 10, output: 0, cacheRead: 3, cacheWrite: 0 },
        costUsd: 0.25,
      },
    ])
  })

  test('goes on after a restart from what the ledger holds', () => {
    const reading = createReading(() => ({ ...NOTHING, tokens: { ...NOTHING.tokens, input: 20 } }))
    const [usage] = reading.of([aPoint({ isCumulative: true, value: 25, time: '9' })], 5)
    expect(usage?.tokens.input).toBe(5)
  })
})
