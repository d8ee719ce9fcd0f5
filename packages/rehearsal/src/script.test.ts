// What the script language promises, by example and by property.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatScript, parseScript, type Directive } from './script.ts'
import { LAST_ANSWER, PLAIN_ANSWER, planTurns, turnAt } from './turns.ts'

const directivesOf = (prompt: string) => parseScript(prompt).directives

const aText = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => text.replaceAll(/[[\]{}|]/g, '').trim())
const someText = aText.filter((text) => text !== '')
// As JSON reads it: it knows no minus zero, and no key `__proto__` that is an own one.
const jsonValue = fc
  .json()
  .filter((text) => !text.includes('__proto__'))
  .map((text): unknown => JSON.parse(text))

const aDirective: fc.Arbitrary<Directive> = fc.oneof(
  fc.record({ does: fc.constantFrom('say', 'think'), text: aText }),
  fc.record({ does: fc.constant('sh'), command: someText }),
  fc.record({ does: fc.constant('read'), path: someText }),
  fc.record({ does: fc.constant('write'), path: someText, text: aText }),
  fc.record({ does: fc.constant('ask'), question: someText, choices: fc.array(someText, { maxLength: 9 }) }),
  fc.record({ does: fc.constant('sleep'), ms: fc.integer({ min: 0, max: 3_600_000 }) }),
  fc.record({
    does: fc.constant('status'),
    code: fc.integer({ min: 400, max: 599 }),
    times: fc.integer({ min: 0, max: 9999 }),
    retryAfterS: fc.integer({ min: 0, max: 9999 }),
  }),
  fc.record({
    does: fc.constant('tool'),
    name: fc.stringMatching(/^[a-zA-Z_]{1,20}$/),
    // A dictionary with an own "__proto__" has no equal after JSON, which is no business of the script.
    input: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), jsonValue),
  }),
)

describe('parseScript', () => {
  test('reads every directive from the middle of prose', () => {
    const prompt =
      'Please [[think: hm]] then [[sh: ls -la | wc]] and [[write: a.txt | x | y]] [[read: a.txt]] ' +
      '[[tool: Bash | {"command":"ls"} ]] [[ask: Which? | red | blue]] [[sleep: 20]] [[status: 529x99]] [[say: bye]]'

    const { directives, mistakes } = parseScript(prompt)

    expect(mistakes).toEqual([])
    expect(directives).toEqual([
      { does: 'think', text: 'hm' },
      { does: 'sh', command: 'ls -la | wc' },
      { does: 'write', path: 'a.txt', text: 'x | y' },
      { does: 'read', path: 'a.txt' },
      { does: 'tool', name: 'Bash', input: { command: 'ls' } },
      { does: 'ask', question: 'Which?', choices: ['red', 'blue'] },
      { does: 'sleep', ms: 20 },
      { does: 'status', code: 529, times: 99, retryAfterS: 1 },
      { does: 'say', text: 'bye' },
    ])
  })

  test('input of a tool may end in the characters of the fence', () => {
    expect(directivesOf('[[tool: T | {"a":[[1]]}]] [[say: x]]')).toEqual([
      { does: 'tool', name: 'T', input: { a: [[1]] } },
      { does: 'say', text: 'x' },
    ])
  })

  test('a shell test with double brackets stays inside its command', () => {
    expect(directivesOf('[[sh: if [[ -f a ]]; then cat a; fi]]')).toEqual([
      { does: 'sh', command: 'if [[ -f a ]]; then cat a; fi' },
    ])
  })

  test('curly fences count only where no square ones stand, so that a sub-agent can be scripted', () => {
    const outer = '[[tool: Task | {"prompt":"{{say: hi}}"} ]]'

    expect(directivesOf(outer)).toEqual([{ does: 'tool', name: 'Task', input: { prompt: '{{say: hi}}' } }])
    expect(directivesOf('{{say: hi}}')).toEqual([{ does: 'say', text: 'hi' }])
  })

  test('double brackets that are no directive are prose', () => {
    expect(parseScript('see [[wiki page]] and arr[[0]] and [[unknown: x]]')).toEqual({
      directives: [],
      mistakes: [],
    })
  })

  test('a directive that cannot be understood is named', () => {
    expect(parseScript('[[sleep: soon]]').mistakes).toEqual(['"sleep" needs milliseconds up to 3600000.'])
    expect(parseScript('[[status: 200]]').mistakes).toHaveLength(1)
    expect(parseScript('[[tool: T | [1] ]]').mistakes).toHaveLength(1)
    expect(parseScript('[[write: nowhere]]').mistakes).toHaveLength(1)
    expect(parseScript('[[say: never closed').mistakes).toEqual(['"[[say:" has no closing "]]".'])
  })

  test('property: any text parses without an error, in bounded time', () => {
    const pieces = fc.constantFrom(
      '[[',
      ']]',
      '{{',
      '}}',
      'say:',
      'tool:',
      'T |',
      '{"a":',
      '[[1]]',
      '}',
      ' ',
      'x',
      '|',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
        ),
        (prompt) => {
          const script = parseScript(prompt)
          expect(script.directives.length + script.mistakes.length).toBeLessThanOrEqual(prompt.length)
        },
      ),
    )
  })

  test('property: what is formatted is read back', () => {
    fc.assert(
      fc.property(fc.array(aDirective, { maxLength: 6 }), (directives) => {
        expect(parseScript(formatScript(directives))).toEqual({ directives, mistakes: [] })
      }),
    )
  })
})

describe('planTurns', () => {
  test('an act ends a turn, and what was said before it comes along', () => {
    const turns = planTurns(parseScript('[[say: a]] [[sh: ls]] [[status: 500]] [[think: b]] [[say: c]]'))

    expect(turns).toEqual([
      { statuses: [], utterances: [{ does: 'say', text: 'a' }], act: { does: 'sh', command: 'ls' } },
      {
        statuses: [{ does: 'status', code: 500, times: 1, retryAfterS: 1 }],
        utterances: [
          { does: 'think', text: 'b' },
          { does: 'say', text: 'c' },
        ],
      },
    ])
  })

  test('prose gets a polite answer, an exhausted script a short one, a mistake is said aloud', () => {
    const said = (prompt: string, done = 0) => turnAt(planTurns(parseScript(prompt)), done).utterances[0]

    expect(said('hello')).toEqual({ does: 'say', text: PLAIN_ANSWER })
    expect(said('[[sh: ls]]', 1)).toEqual({ does: 'say', text: LAST_ANSWER })
    expect(said('[[sleep: x]]')).toMatchObject({ text: expect.stringContaining('has a mistake') })
  })

  test('property: turns hold every directive once and in order', () => {
    fc.assert(
      fc.property(fc.array(aDirective, { minLength: 1, maxLength: 12 }), (directives) => {
        const turns = planTurns({ directives, mistakes: [] })
        const acts = turns.flatMap((turn) => turn.act ?? [])
        const rest = turns.flatMap((turn) => [turn.statuses, turn.utterances].flat())
        expect(acts.length + rest.length).toBe(directives.length)
        expect(acts).toEqual(
          directives.filter((d) => ['sh', 'write', 'read', 'tool', 'ask'].includes(d.does)),
        )
      }),
    )
  })
})
