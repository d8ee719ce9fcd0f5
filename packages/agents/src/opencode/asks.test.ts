// OpenCode's permissions and questions, and the calls that answer them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ask, type Answer } from '@tutti/core'
import { callFor, permissionIn, questionIn } from './asks.ts'

const context = { at: 5, onBehalfOf: null }
const choose = (...choices: string[][]): Answer => ({ kind: 'choose', choices })
const permission = permissionIn(
  {
    id: 'per_1',
    permission: 'bash',
    metadata: { command: 'npm test' },
    patterns: ['npm test'],
    always: ['npm *'],
  },
  context,
)!
const question = questionIn(
  {
    id: 'que/1',
    questions: [
      { question: 'Which?', header: 'Color', options: [{ label: 'Blue' }] },
      { question: 'Why?', options: [], custom: false },
    ],
  },
  context,
)!

test('a permission is named by what it is for, and answered once, always or not', () => {
  expect(permission.ask).toMatchObject({ ref: 'per_1', title: 'npm test', tool: 'bash' })
  expect(callFor(permission, choose(['always']))).toEqual({
    path: '/permission/per_1/reply',
    body: { reply: 'always' },
  })
  expect(callFor(permission, { kind: 'deny', reason: 'why' }).body).toEqual({
    reply: 'reject',
    message: 'why',
  })
  expect(callFor(permission, { kind: 'deny', reason: '' }).body).toEqual({ reply: 'reject' })
  expect(() => callFor(permission, { kind: 'words', words: 'yes' })).toThrow('once, always or reject')
})

test('questions are answered in their order, with words where no choice was made', () => {
  const answer: Answer = { kind: 'choose', choices: [['Blue'], []], words: 'it is calm' }

  expect(callFor(question, answer)).toEqual({
    path: '/question/que%2F1/reply',
    body: { answers: [['Blue'], ['it is calm']] },
  })
  expect(callFor(question, { kind: 'deny', reason: '' }).path).toBe('/question/que%2F1/reject')
  expect(question.ask.questions.map(({ words }) => words)).toEqual([true, false])
})

test('whatever OpenCode asks, the ask fits the contract', () => {
  const text = fc.oneof(
    fc.constantFrom('<img src=x onerror=alert(1)>', '\u001B[2J', 'x'.repeat(70_000)),
    fc.string(),
    fc.jsonValue(),
  )
  const request = fc.record(
    {
      id: text,
      permission: text,
      metadata: fc.oneof(fc.jsonValue(), fc.record({ command: text })),
      patterns: fc.array(text),
      always: text,
      questions: fc.array(
        fc.oneof(
          fc.jsonValue(),
          fc.record({
            question: text,
            header: text,
            options: fc.array(fc.record({ label: text, description: text })),
          }),
        ),
      ),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(request, (told) => {
      const found = [permissionIn(told, context), questionIn(told, context)].filter(
        (pending) => pending !== null,
      )
      expect(found.map(({ ask }) => Ask.safeParse(ask).error)).toEqual(found.map(() => undefined))
    }),
  )
})
