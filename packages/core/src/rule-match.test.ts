// Rules: what a pattern may stand for, and that nothing hides behind it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ask } from './ask.ts'
import { NewRule, type Rule } from './rule.ts'
import { ruleFit, ruleFits, rulingOn, subjectOf } from './rule-match.ts'

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
        fc.pre(!pattern.includes('*') && pattern !== '')
        expect(fits(pattern, text)).toBe(pattern === text)
        expect(fits(pattern, pattern)).toBe(true)
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
    ['git *', 'git log main', true],
    ['git *', 'git -c core.pager=./x log', false],
    ['git *', 'git "-c" core.pager=./x log', false],
    ['git log *', 'git log --output=x', false],
    ['git log *', "git log 'a --output=x'", false],
    ['git log -*', 'git log --oneline', true],
    ['git log --max-count=* *', 'git log --max-count=3 main', true],
    ['git log --max-count=* *', 'git log --max-count=3 --output=x', false],
    ['git commit -m *', 'git commit -m "two words"', true],
    ['git commit -m *', 'git commit -m "$(id)"', false],
    ['npm test*', 'npm tests', true],
    ['npm test*', 'npm test; rm -rf /', false],
    ['npm test*', 'npm test > /etc/passwd', false],
    ['npm test *', 'npm test a b c', true],
    ['npm test *', 'npm test a\nrm b', false],
    ['npm test *', 'npm test PATH=/tmp', false],
    ['npm *', 'npm ~/x', false],
    ['rm *', 'rm *', false],
    ['* run test', 'PATH=/tmp run test', false],
    ['npm* test', 'npm=x test', false],
    ['cd /home/ada/shop && npm test *', 'cd /home/ada/shop && npm test unit', true],
    ['cd /home/ada/shop && npm test *', 'cd /home/ada/shop && npm test unit && rm x', false],
    ['cd /home/ada/shop && npm test *', 'cd /home/ada/shop || npm test unit', false],
    ['npm * build', 'npm run build', true],
    ['npm * build', 'npm run x build', false],
    ['bash -lc *', "bash -lc 'rm -rf x'", false],
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

  test('that refuses looks through options, operators and line ends', () => {
    const refuses = (pattern: string, command: string) =>
      ruleFits(NewRule.parse({ effect: 'deny', tool: 'Bash', pattern }), anAsk({ command }), ASKING)

    expect(refuses('git push *', 'git push --force')).toBe(true)
    expect(refuses('git push *', 'npm test && git push origin')).toBe(true)
    expect(refuses('git push', 'echo "$(git push)"')).toBe(true)
    expect(refuses('git push *', 'git pull')).toBe(false)
  })

  test('says what holds it back where it only looks as if it spoke of a request', () => {
    const holds = (pattern: string, command: string) =>
      ruleFit(NewRule.parse({ effect: 'allow', tool: 'Bash', pattern }), anAsk({ command }), ASKING)

    expect(holds('git *', 'git -c a=b log')).toEqual({ fits: false, held: 'option' })
    expect(holds('npm test*', 'npm test; rm x')).toEqual({ fits: false, held: 'operator' })
    expect(holds('cat *', 'cat $HOME/x')).toEqual({ fits: false, held: 'expansion' })
    expect(holds('make *', 'make CC=x')).toEqual({ fits: false, held: 'assignment' })
    expect(holds('cat src/*', 'cat src/../x')).toEqual({ fits: false, held: 'folder' })
    expect(holds('echo *', 'echo "x')).toEqual({ fits: false, held: 'unreadable' })
    expect(holds('git *', 'npm test')).toEqual({ fits: false, held: null })
  })

  test('of a path does not lead out of its folder', () => {
    const reads = (pattern: string, path: string) =>
      ruleFits(aRule({ tool: 'Read', pattern }), anAsk({ file_path: path }, { tool: 'Read' }), ASKING)

    expect(reads('/home/ada/*', '/home/ada/a file.ts')).toBe(true)
    expect(reads('/home/ada/*', '/home/ada/../b')).toBe(false)
    expect(reads('/home/ada/*', '/home/ada/$(id)')).toBe(false)
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
