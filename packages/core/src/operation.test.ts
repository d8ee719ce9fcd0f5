// Rows of the operations table: their own schemas are made late, and once.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { op } from './operation.ts'

test('a schema of a row is made when it is first asked for, and then is the same', () => {
  let made = 0
  const row = op({
    method: 'GET',
    path: '/v1/things',
    may: 'public',
    input: () => {
      made += 1
      return z.strictObject({ id: z.string() })
    },
    output: z.string(),
    says: 'Things',
  })

  expect([made, Object.keys(row)]).toEqual([0, ['method', 'path', 'may', 'input', 'output', 'says']])
  const first = row.input
  const second = { ...row }.input

  expect(first.parse({ id: 'a' })).toEqual({ id: 'a' })
  expect([made, second === first, row.output.parse('b')]).toEqual([1, true, 'b'])
})
