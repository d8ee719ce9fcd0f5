// Holds the reader of control mode to one result for one stream, however it arrives.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createControlParser } from './control-parser.ts'

// Output of one pane is put together, since how tmux cuts it means nothing.
function read(chunks: readonly Buffer[]): string[] {
  const events: string[] = []
  const parser = createControlParser({
    output: (pane, bytes) => events.push(`output ${pane} ${bytes.toString('hex')}`),
    answer: ({ ok, own, lines }) => events.push(`answer ${ok} ${own} ${lines.map(String).join('\n')}`),
    notice: (name, rest) => events.push(`notice ${name} ${rest}`),
  })
  for (const chunk of chunks) parser.push(Buffer.from(chunk))
  return events
}

const escaped = (bytes: Uint8Array): Buffer =>
  Buffer.concat(
    Array.from(bytes, (byte) =>
      byte < 0x20 || byte === 0x5c
        ? Buffer.from(`\\${byte.toString(8).padStart(3, '0')}`)
        : Buffer.from([byte]),
    ),
  )

const line = fc.oneof(
  fc
    .tuple(fc.nat(9), fc.uint8Array({ maxLength: 40 }))
    .map(([pane, bytes]) =>
      Buffer.concat([Buffer.from(`%output %${pane} `), escaped(bytes), Buffer.from('\n')]),
    ),
  fc
    .tuple(fc.nat(9), fc.uint8Array({ maxLength: 40 }))
    .map(([pane, bytes]) =>
      Buffer.concat([Buffer.from(`%extended-output %${pane} 12 : `), escaped(bytes), Buffer.from('\n')]),
    ),
  fc
    .tuple(
      fc.nat(99),
      fc.constantFrom('end', 'error'),
      fc.array(fc.constantFrom('a', '', '%end 1 1 1', '%output %0 x')),
    )
    .map(([n, end, body]) => Buffer.from(`${[`%begin 5 ${n} 1`, ...body, `%${end} 5 ${n} 1`].join('\n')}\n`)),
  fc
    .constantFrom('%session-changed $1 a b\n', '%pause %3\n', '%exit\n', '%exit too far behind\n')
    .map((text) => Buffer.from(text)),
)

describe('control mode', () => {
  test('gives the same events for any chunks', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(50)), (lines, cuts) => {
        const stream = Buffer.concat(lines)
        const chunks: Buffer[] = []
        let from = 0
        for (const cut of cuts) {
          chunks.push(stream.subarray(from, from + cut))
          from = Math.min(stream.byteLength, from + cut)
        }
        chunks.push(stream.subarray(from))

        expect(read(chunks)).toEqual(read([stream]))
      }),
      { numRuns: 300 },
    )
  })

  test('gives back every byte of output', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const stream = Buffer.concat([Buffer.from('%output %7 '), escaped(bytes), Buffer.from('\n')])

        expect(read([stream])).toEqual([`output %7 ${Buffer.from(bytes).toString('hex')}`])
      }),
    )
  })

  test('survives garbage', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (chunks) => {
        expect(() => read(chunks.map((chunk) => Buffer.from(chunk)))).not.toThrow()
      }),
    )
  })

  test('ends an answer only with the numbers that began it', () => {
    const stream = '%begin 5 7 1\n%end 5 8 1\n%error 5 6 1\nlast\n%end 5 7 1\n%begin 5 8 0\n%end 5 8 0\n'

    expect(read([Buffer.from(stream)])).toEqual([
      'answer true true %end 5 8 1\n%error 5 6 1\nlast',
      'answer true false ',
    ])
  })
})
