// What Claude Code asks, and the answers in its words, as the real program took them.
import { Answer, Ask, Fault } from '@tutti/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askOf, decisionOf, requestOf } from './permission.ts'

const about = { ref: 'toolu_1', at: 5 }
const bash = {
  tool_name: 'Bash',
  tool_input: { command: 'npm test', description: 'Runs the tests' },
  permission_suggestions: [
    { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
    { type: 'addRules', rules: [{ toolName: 'Bash', ruleContent: 'npm test' }], behavior: 'allow' },
  ],
}
const questions = {
  tool_name: 'AskUserQuestion',
  tool_input: {
    questions: [
      {
        question: 'Which fruits?',
        header: 'Fruit',
        multiSelect: true,
        options: [{ label: 'Apple', description: 'a' }, { label: 'Pear' }],
      },
      { question: 'How many?', options: [{ label: 'One' }, { label: 'Two' }] },
    ],
  },
}
const decision = (payload: unknown, answer: Answer) =>
  decisionOf(requestOf(payload), answer)['hookSpecificOutput']

test('an approval shows what is to run, why, and each rule that the program offers', () => {
  const ask = askOf(requestOf(bash), about)

  expect(ask).toMatchObject({ kind: 'approval', title: 'npm test', tool: 'Bash', reason: 'Runs the tests' })
  expect(ask.questions[0]?.choices.map(({ key, label }) => [key, label])).toEqual([
    ['allow', 'Yes'],
    ['allow-always-0', 'Yes, and accept edits for this session'],
    ['allow-always-1', 'Yes, and always allow Bash(npm test)'],
    ['deny', 'No'],
  ])
})

test('yes, always and no with a reason are said in the words of the program', () => {
  expect(decision(bash, { kind: 'choose', choices: [['allow']] })).toEqual({
    hookEventName: 'PermissionRequest',
    decision: { behavior: 'allow' },
  })
  expect(decision(bash, { kind: 'choose', choices: [['allow-always-1']] })).toMatchObject({
    decision: { behavior: 'allow', updatedPermissions: [bash.permission_suggestions[1]] },
  })
  for (const answer of [
    { kind: 'deny', reason: 'Use yarn' },
    { kind: 'words', words: 'Use yarn' },
    { kind: 'choose', choices: [['deny']], words: 'Use yarn' },
  ] as const)
    expect(decision(bash, Answer.parse(answer))).toMatchObject({
      decision: { behavior: 'deny', message: 'Use yarn' },
    })
})

test('questions are answered structurally, several choices in one, and words of our own', () => {
  const ask = askOf(requestOf(questions), about)
  const given = decision(questions, { kind: 'choose', choices: [['1', '2'], []], words: 'three and a half' })

  expect(ask).toMatchObject({ kind: 'question', title: 'Which fruits?', tool: null })
  expect(ask.questions.map(({ multiple }) => multiple)).toEqual([true, false])
  expect(given).toMatchObject({
    decision: {
      behavior: 'allow',
      updatedInput: {
        questions: questions.tool_input.questions,
        answers: { 'Which fruits?': 'Apple, Pear', 'How many?': 'three and a half' },
      },
    },
  })
})

test('an answer that fits nothing is refused', () => {
  const refused = (payload: unknown, choices: string[][]) => () =>
    decision(payload, { kind: 'choose', choices })

  expect(refused(bash, [['allow-always-7']])).toThrow('there is no choice allow-always-7')
  expect(refused(questions, [['3'], ['1']])).toThrow('has no such choice: 3')
  expect(refused(questions, [['1']])).toThrow('"How many?" is not answered')
})

test('the sub-agent that asks is named', () => {
  const request = requestOf({ ...bash, agent_id: 'a1', agent_type: 'Explore' })

  expect(askOf(request, about).onBehalfOf).toBe('Explore')
})

test('C27 a hostile tool name stays text, and any payload makes a valid ask with only faults for answers', () => {
  const hostile = fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '\u001B[2J\u001B]52;c;aGk=\u0007',
    '__proto__',
    'x'.repeat(9000),
  )
  const text = fc.oneof(hostile, fc.string())
  const payload = fc.oneof(
    fc.jsonValue(),
    fc.record({
      tool_name: fc.oneof(text, fc.constant('AskUserQuestion')),
      tool_input: fc.oneof(
        fc.jsonValue(),
        fc.record({ command: text, description: text }),
        fc.record({
          questions: fc.array(fc.record({ question: text, options: fc.array(fc.record({ label: text })) })),
        }),
      ),
      permission_suggestions: fc.array(fc.oneof(fc.jsonValue(), fc.record({ type: text, mode: text }))),
      agent_id: text,
    }),
  )
  const answer = fc.oneof(
    fc.record({ kind: fc.constant('deny' as const), reason: fc.string() }),
    fc.record({ kind: fc.constant('words' as const), words: fc.string({ minLength: 1 }) }),
    fc.record({
      kind: fc.constant('choose' as const),
      choices: fc.array(fc.array(fc.constantFrom('1', '2', 'allow', 'deny', '__proto__')), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  )

  fc.assert(
    fc.property(payload, answer, (given, said) => {
      const request = requestOf(given)
      expect(() => Ask.parse(askOf(request, about))).not.toThrow()
      expect(outcome(() => decisionOf(request, said))).toBe('said')
    }),
  )
})

function outcome(run: () => unknown): string {
  try {
    JSON.stringify(run())
    return 'said'
  } catch (error) {
    return error instanceof Fault ? 'said' : String(error)
  }
}
