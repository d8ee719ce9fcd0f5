// What agents are taught: the skill that ships keeps the rules of Agent Skills and is small, and so are the prompts made beside it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { operationNames } from '@tutti/core'
import { afterAll, describe, expect, test } from 'vitest'
import type { LaunchPlan } from './kit.ts'
import { geminiKit } from './gemini/kit.ts'
import { piKit } from './pi/kit.ts'
import { qwenKit } from './qwen/kit.ts'
import { promptSkills, promptTemplates, skillFiles } from './teaching.ts'

const FOLDER = join(import.meta.dirname, '../../../integrations/skills')
const folder = mkdtempSync(join(tmpdir(), 'tutti-teaching-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const shipped = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name, 'SKILL.md'), 'utf8'),
}))
const made = promptSkills('').filter(({ path }) => path.endsWith('SKILL.md'))
const skills = [
  ...shipped,
  ...made.map(({ path, content }) => ({ name: dirname(path).slice(1), text: content })),
]

const FIELDS = new Set(['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'])

// A token of the usual tokenizers is about four characters of English; words of code are shorter.
const tokensIn = (text: string): number => Math.ceil(text.length / 3.6)

const headOf = (text: string): Record<string, string> => {
  const head = /^---\n([^]*?)\n---\n/.exec(text)?.[1] ?? ''
  return Object.fromEntries(
    head.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
}

describe.each(skills)('$name', ({ name, text }) => {
  test('has the name of its folder, says when to use it, and no field that the specification does not know', () => {
    const head = headOf(text)

    expect(head['name']).toBe(name)
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(head['description']?.length).toBeGreaterThan(10)
    expect(head['description']?.length).toBeLessThanOrEqual(1024)
    expect(Object.keys(head).filter((key) => !FIELDS.has(key))).toEqual([])
  })

  test('costs few tokens: some for its line in the list, the rest once it is used', () => {
    const { name: _, description } = headOf(text)
    const figures = { listed: tokensIn(`${name} ${description}`), loaded: tokensIn(text) }
    // oxlint-disable-next-line no-console -- the figure is what is asked for
    console.info(`${name}: about ${figures.listed} tokens listed, ${figures.loaded} loaded`)

    expect(figures.listed).toBeLessThanOrEqual(80)
    expect(figures.loaded).toBeLessThanOrEqual(700)
  })
})

test('the tools that the skill names are operations', () => {
  const named = shipped.flatMap(({ text }) => text.match(/`[a-z]+(?:Message|Messages)`/g) ?? [])

  expect(named.length).toBeGreaterThan(3)
  for (const tool of named) expect(operationNames()).toContain(tool.slice(1, -1))
})

// The public linter is a program from npm (skills-ref), which is not among what is installed here.
const linter = process.env['TUTTI_SKILLS_REF']
// oxlint-disable-next-line no-console -- a skipped proof must be seen
if (linter === undefined) console.warn('SKIPPED: the linter skills-ref, because TUTTI_SKILLS_REF names none.')

test.skipIf(linter === undefined)('the public linter finds every skill valid', () => {
  for (const { name, text } of skills) {
    mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, 'SKILL.md'), text)
    const printed = execFileSync(linter ?? '', ['validate', join(folder, name)], { encoding: 'utf8' })
    expect(printed).toContain('Valid skill')
  }
})

test('nothing is made where nothing is taught', () => {
  expect(skillFiles(undefined)).toEqual([])
})

test('a template takes the words behind its name, the last argument all that are left', () => {
  const send = promptTemplates('prompts').find(({ path }) => path === 'prompts/tutti-send.md')

  expect(send?.content).toContain('argument-hint: "<to> <text>"')
  expect(send?.content).toMatch(/to \$1, as it is:\n\n\$\{@:2\}\n$/)
})

const aRequest = (argv: readonly [string]) => ({
  agentId: 'agt_01j9z3k7q8f0a1b2c3d4e5' as const,
  argv,
  folder: '/work',
  home: '/home/user',
  runFolder: '/run/a',
  persona: { role: '', personality: '', instructions: '' },
  trust: null,
  resume: null,
  newSession: '0b1c7d1e-0000-4000-8000-000000000001',
  hooks: { url: 'http://127.0.0.1:1', token: 't' },
  mcp: null,
})
const teaching = { skill: { name: 'tutti-mail', text: 'x' }, isSet: () => false, isRoots: () => true }
const paths = ({ files }: LaunchPlan): string[] => files.map(({ path }) => path)

test('Pi is given skill and prompts by its own options, beside those of the user', () => {
  const { argv, files, env, session } = piKit.launch({
    ...aRequest(['pi']),
    version: '0.73.1',
    teaching: { ...teaching, exists: () => false },
  })

  expect(argv.join(' ')).toContain('--skill /run/a/skills --prompt-template /run/a/prompts')
  expect(paths({ argv, files, env, session })).toContain('prompts/tutti-inbox.md')
})

test("Qwen Code's defaults of the machine stay, where there are some", () => {
  const request = { ...aRequest(['qwen']), version: '0.24.4' }
  const plan = qwenKit.launch({ ...request, teaching: { ...teaching, exists: () => false } })

  expect(plan.env['QWEN_CODE_SYSTEM_DEFAULTS_PATH']).toBe('/run/a/qwen-defaults.json')
  const kept = qwenKit.launch({ ...request, teaching: { ...teaching, exists: () => true } })
  expect([kept.env, paths(kept)]).toEqual([{}, paths(qwenKit.launch(request))])
})

test('Gemini CLI is given the server by the defaults of the machine, where it reads them and there are none', () => {
  const mcp = ['/usr/bin/tutti', 'mcp'] as const
  const request = { ...aRequest(['gemini']), mcp, version: '0.61.0' }
  const given = { ...teaching, exists: () => false }
  const plain = geminiKit.launch(request)

  const plan = geminiKit.launch({ ...request, teaching: given })
  expect(plan.env).toEqual({ GEMINI_CLI_SYSTEM_DEFAULTS_PATH: '/run/a/gemini-defaults.json' })
  expect(plan.argv).toEqual(plain.argv)
  expect(plan.files.map(({ content }) => JSON.parse(content) as unknown)).toEqual([
    // oxlint-disable-next-line no-template-curly-in-string -- filled in by the program: no secret is in the file
    {
      mcpServers: {
        tutti: { command: '/usr/bin/tutti', args: ['mcp'], env: { TUTTI_TOKEN: '${TUTTI_TOKEN:-}' } },
      },
    },
  ])
  for (const kept of [
    { ...given, isRoots: () => false },
    { ...given, exists: (path: string) => path === '/etc/gemini-cli/system-defaults.json' },
    { ...given, isSet: (name: string) => name === 'GEMINI_CLI_SYSTEM_SETTINGS_PATH' },
  ])
    expect(geminiKit.launch({ ...request, teaching: kept })).toEqual(plain)
})
