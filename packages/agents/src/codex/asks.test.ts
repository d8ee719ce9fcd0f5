// Codex's questions and the replies to them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Ask, type Answer } from '@tutti/core'
import type { Fields } from '../foreign.ts'
import { askIn, replyTo, type Pending } from './asks.ts'

const context = { at: 5, onBehalfOf: null, item: {} }
const pending = (method: string, params: Fields, item: Fields = {}): Pending | null =>
  askIn({ method, params, id: 7, at: 1 }, { ...context, item })
const COMMAND = 'item/commandExecution/requestApproval'
const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['touch', 'x'] } }
const command = pending(COMMAND, {
  itemId: 'i1',
  command: "/bin/bash -lc 'touch x'",
  commandActions: [{ type: 'unknown', command: 'touch x' }],
  availableDecisions: ['accept', rule, 'cancel'],
})!
function outcome(act: () => object): string {
  try {
    return typeof act() === 'object' ? 'replied' : 'nothing'
  } catch (error) {
    return String(error)
  }
}
const choose = (...choices: string[][]): Answer => ({ kind: 'choose', choices })

describe('a command', () => {
  test('is named without the shell around it, and can be refused without an end of the turn', () => {
    expect(command.ask).toMatchObject({ ref: 'i1/7', title: 'touch x', tool: 'exec_command' })
    expect(command.ask.questions[0]?.choices.map(({ key }) => key)).toEqual([
      'accept',
      'acceptWithExecpolicyAmendment',
      'decline',
      'cancel',
    ])
  })

  test('is answered with the decision that Codex offered', () => {
    expect(replyTo(command, choose(['accept']))).toEqual({ decision: 'accept' })
    expect(replyTo(command, choose(['acceptWithExecpolicyAmendment']))).toEqual({ decision: rule })
    expect(replyTo(command, { kind: 'deny', reason: 'no' })).toEqual({ decision: 'decline' })
    expect(() => replyTo(command, choose(['applyNetworkPolicyAmendment']))).toThrow('does not offer')
    expect(() => replyTo(command, { kind: 'words', words: 'yes' })).toThrow('not by words')
  })
})

test('a change of files names the files that were announced with it', () => {
  const change = pending(
    'item/fileChange/requestApproval',
    { itemId: 'f' },
    { changes: [{ path: 'a.ts', diff: '+1' }] },
  )

  expect(change?.ask).toMatchObject({ title: 'Change a.ts', tool: 'apply_patch' })
})

test('questions are answered each by its own id, with choices and words', () => {
  const options = [{ label: 'Blue', description: '' }]
  const asked = pending('item/tool/requestUserInput', {
    questions: [
      { id: 'q1', question: 'Which?', header: 'Color', options, isOther: true },
      { id: 'q2', question: 'Why?', options: null },
    ],
  })!

  expect(replyTo(asked, { kind: 'choose', choices: [['Blue'], []], words: 'it is calm' })).toEqual({
    answers: { q1: { answers: ['Blue'] }, q2: { answers: ['it is calm'] } },
  })
})

test('what only the terminal can answer is no ask, and neither is a request for the terminal program', () => {
  expect(pending('mcpServer/elicitation/request', { mode: 'url', url: 'http://x' })).toBeNull()
  expect(
    pending('mcpServer/elicitation/request', { mode: 'form', requestedSchema: { properties: { a: {} } } }),
  ).toBeNull()
  expect(pending('currentTime/read', {})).toBeNull()
  expect(pending('toString', {})).toBeNull()
})

test('whatever Codex asks, the ask fits the contract, and the reply is given or refused in words', () => {
  const methods = fc.constantFrom(
    COMMAND,
    'item/fileChange/requestApproval',
    'item/permissions/requestApproval',
    'item/tool/requestUserInput',
    'mcpServer/elicitation/request',
  )
  const text = fc.oneof(
    fc.constantFrom('<img src=x onerror=alert(1)>', '\u001B[2J', 'x'.repeat(30_000)),
    fc.string(),
  )
  const question = fc.record({
    id: text,
    question: text,
    header: text,
    options: fc.array(fc.record({ label: text, description: text })),
    isOther: fc.boolean(),
  })
  const params = fc.record(
    {
      itemId: text,
      command: text,
      reason: text,
      availableDecisions: fc.array(fc.oneof(text, fc.jsonValue())),
      questions: fc.array(fc.oneof(question, fc.jsonValue())),
      message: text,
      mode: fc.constant('form'),
      permissions: fc.jsonValue(),
      startedAtMs: fc.oneof(fc.double(), fc.nat()),
    },
    { requiredKeys: [] },
  )
  const answers = fc.oneof(
    fc.record({
      kind: fc.constant('choose' as const),
      choices: fc.array(fc.array(fc.constantFrom('accept', 'decline', 'turn', 'x', '__proto__')), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    fc.record({ kind: fc.constant('deny' as const), reason: fc.string() }),
    fc.constant({ kind: 'words' as const, words: 'w' }),
  )
  fc.assert(
    fc.property(methods, params, answers, (method, told, answer) => {
      const asked = pending(method, told, { changes: [] })
      if (!asked) return
      Ask.parse(asked.ask)
      expect(outcome(() => replyTo(asked, answer))).toMatch(/^replied$|does not offer|not by words/)
    }),
  )
})
