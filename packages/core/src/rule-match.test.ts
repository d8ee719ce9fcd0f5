// Rules: what a pattern may stand for, and that nothing hides behind it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ask } from './ask.ts'
import { NewRule, type Rule } from './rule.ts'
import { patternFits, ruleFits, rulingOn, subjectOf } from './rule-match.ts'

const anAsk = (input: unknown, extra: Partial<Ask> = {}): Ask => ({
  ref: '1',
  kind: 'approval',
  title: 'a title',
  tool: 'Bash',
  input,
  reason: '',
  questions: [
    {
      text: '',
      header: '',
      choices: [
        { key: 'a', label: 'Always', effect: 'allow-always', description: '' },
        { key: 'y', label: 'Yes', effect: 'allow', description: '' },
      ],
      multiple: false,
      words: false,
    },
  ],
  at: 0,
  onBehalfOf: null,
  ...extra,
})
const aRule = (extra: Partial<Rule> = {}): Rule => ({
  ...NewRule.parse({ effect: 'allow', tool: 'Bash' }),
  id: 'rul_0000000000000000000000',
  createdBy: 'ada',
  createdAt: 1,
  revokedAt: null,
  uses: 0,
  lastUsedAt: null,
  ...extra,
})
const ASKING = { agentId: 'agt_1', folder: '/home/ada/shop' }
const fits = (pattern: string, command: string) =>
  ruleFits(NewRule.parse({ effect: 'allow', tool: 'Bash', pattern }), anAsk({ command }), ASKING)

describe('a pattern', () => {
  test('without a star is the very text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        fc.pre(!pattern.includes('*'))
        expect(patternFits(pattern, text)).toBe(pattern === text)
      }),
    )
  })

  test('never lets a second command, a redirection, a substitution or a line end through its star', () => {
    const dangerous = fc.constantFrom(...Array.from(';&|<>$(){}`\'"\\\n\r\0\u001b\u2028'))
    fc.assert(
      fc.property(fc.string(), dangerous, fc.string(), (before, sign, after) => {
        expect(fits('npm run *', `npm run ${before}${sign}${after}`)).toBe(false)
        expect(fits('* --fix', `${before}${sign}${after} --fix`)).toBe(false)
      }),
    )
  })

  test('never leads out of the folder that it names', () => {
    expect(fits('cat /home/ada/shop/*', 'cat /home/ada/shop/src/a.ts')).toBe(true)
    expect(fits('cat /home/ada/shop/*', 'cat /home/ada/shop/../.ssh/id_rsa')).toBe(false)
    expect(fits('git log *', 'git log main..feature')).toBe(true)
    expect(fits('git log *', 'git log --output=../x')).toBe(false)
  })

  test.each([
    ['npm run *', 'npm run build', true],
    ['npm run *', 'npm run', false],
    ['npm run *', ' npm run build', false],
    ['npm test', 'npm test --watch', false],
    ['* test', 'npm test', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c', false],
    ['*', 'ls', true],
    ['*', 'ls; rm -rf /', false],
  ])('%s and %s: %s', (pattern, command, expected) => {
    expect(fits(pattern, command)).toBe(expected)
  })
})

describe('a rule', () => {
  test('looks at what the tool is given and never at what a kit makes of it', () => {
    expect(subjectOf({ title: 'npm test', input: { script: 'npm test\nrm -rf /' } })).toBeNull()
    expect(subjectOf({ title: 'npm test', input: { cut: '{"command":"npm test' } })).toBeNull()
    expect(subjectOf({ title: 'x', input: { command: ['git', 'status'] } })).toBe('git status')
    expect(subjectOf({ title: 'x', input: { file_path: '/a', content: 'b' } })).toBe('/a')
    expect(subjectOf({ title: 'fetch', input: null })).toBe('fetch')
  })

  test('does not allow what asks for more than the tool, and refuses it all the same', () => {
    const ask = anAsk({ command: 'ls', dangerouslyDisableSandbox: true })
    expect(ruleFits(aRule(), ask, ASKING)).toBe(false)
    expect(ruleFits(aRule({ effect: 'deny' }), ask, ASKING)).toBe(true)
  })

  test('speaks of its own tool, agent and folder only, and of approvals with one question', () => {
    const ask = anAsk({ command: 'ls' })
    expect(ruleFits(aRule(), ask, ASKING)).toBe(true)
    expect(ruleFits(aRule({ tool: 'bash' }), ask, ASKING)).toBe(false)
    expect(ruleFits(aRule({ folder: '/home/ada' }), ask, ASKING)).toBe(true)
    expect(ruleFits(aRule({ folder: '/home/ad' }), ask, ASKING)).toBe(false)
    expect(ruleFits(aRule({ folder: '/' }), ask, ASKING)).toBe(true)
    expect(ruleFits(aRule(), { ...ask, kind: 'question' }, ASKING)).toBe(false)
    expect(ruleFits(aRule(), { ...ask, tool: null }, ASKING)).toBe(false)
    expect(ruleFits(aRule(), { ...ask, questions: [] }, ASKING)).toBe(false)
  })

  test('allows once, and never by a rule of the program itself', () => {
    const now = 5
    expect(rulingOn([aRule()], anAsk({ command: 'ls' }), { ...ASKING, now })?.answer).toEqual({
      kind: 'choose',
      choices: [['y']],
    })
    expect(rulingOn([aRule({ expiresAt: 5 })], anAsk({}), { ...ASKING, now })).toBeNull()
    expect(rulingOn([aRule({ revokedAt: 2 })], anAsk({}), { ...ASKING, now })).toBeNull()
    const denial = aRule({ effect: 'deny', reason: 'no', id: 'rul_0000000000000000000001', createdAt: 9 })
    expect(rulingOn([aRule(), denial], anAsk({}), { ...ASKING, now })?.answer).toEqual({
      kind: 'deny',
      reason: 'no',
    })
  })
})
