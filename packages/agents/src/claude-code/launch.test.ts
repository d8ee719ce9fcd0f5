// How Claude Code is started.
import { expect, test } from 'vitest'
import type { LaunchRequest } from '../kit.ts'
import { fits, launch } from './launch.ts'

const aRequest = (change: Partial<LaunchRequest> = {}): LaunchRequest => ({
  agentId: 'agt_01j9z3k7q8f0a1b2c3d4e5',
  argv: ['/opt/bin/claude'],
  folder: '/work',
  home: '/home/user',
  runFolder: '/run/agent',
  persona: { role: '', personality: '', instructions: '' },
  trust: null,
  resume: null,
  newSession: '0b1c7d1e-0000-4000-8000-000000000001',
  version: '2.1.330',
  hooks: { url: 'http://127.0.0.1:1234', token: 'secret-token' },
  mcp: null,
  ...change,
})

test('a new session gets our id, its settings and the token in the environment only', () => {
  const plan = launch(aRequest({ trust: 'supervised' }))

  expect(plan.argv).toEqual([
    '/opt/bin/claude',
    '--settings',
    '/run/agent/settings.json',
    '--session-id',
    '0b1c7d1e-0000-4000-8000-000000000001',
    '--permission-mode',
    'manual',
  ])
  expect(plan.env).toEqual({ TUTTI_TOKEN: 'secret-token' })
  expect(JSON.stringify(plan.files)).not.toContain('secret-token')
})

test('a session goes on with its id, a persona is appended, and the MCP server comes by its own file', () => {
  const persona = { role: 'reviewer', personality: 'calm', instructions: 'Read first.' }
  const plan = launch(aRequest({ resume: 'abc', persona, mcp: ['/usr/bin/tutti', 'mcp'] }))

  expect(plan.argv.join('\n')).toContain('--mcp-config=/run/agent/mcp.json\n--settings')
  expect(plan.argv).toEqual(expect.arrayContaining(['--resume', 'abc']))
  expect(plan.argv.at(-1)).toBe('Your role: reviewer\n\nYour personality: calm\n\nRead first.')
  expect(plan.session).toBe('abc')
  expect(plan.files.find(({ path }) => path === 'mcp.json')?.content).toContain('"/usr/bin/tutti"')
})

test("the user's own arguments come last and are not contradicted", () => {
  const own = [
    '--continue',
    '--permission-mode=plan',
    '--settings',
    'mine.json',
    '--append-system-prompt',
    'x',
  ]
  const persona = { role: 'reviewer', personality: '', instructions: '' }
  const plan = launch(aRequest({ argv: ['/opt/bin/claude', ...own], trust: 'full', persona }))

  expect(plan.argv).toEqual(['/opt/bin/claude', ...own])
  expect(plan.session).toBeNull()
})

test('only the approval hook waits for a person, so that no other can hold the agent up', () => {
  const settings: unknown = JSON.parse(launch(aRequest()).files[0]?.content ?? '')

  expect(settings).toMatchObject({
    hooks: {
      PermissionRequest: [{ hooks: [{ type: 'http', timeout: 86_400 }] }],
      PreToolUse: [{ hooks: [{ url: 'http://127.0.0.1:1234/v1/hooks/PreToolUse', timeout: 5 }] }],
      Stop: [{ hooks: [{ timeout: 5 }] }],
    },
  })
})

test.each([
  [['/opt/bin/claude'], true],
  [['claude', '--model', 'x'], true],
  [['/usr/bin/node', '/x/node_modules/@anthropic-ai/claude-code/cli.js'], true],
  [['/usr/bin/node', '/x/claude.js'], false],
  [['/opt/bin/claude-helper'], false],
  [[], false],
])('%j is its command line: %s', (argv, expected) => {
  expect(fits(argv)).toBe(expected)
})
