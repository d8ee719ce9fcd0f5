// How OpenCode is started: its port closed by a password, its settings in the environment, and nothing said twice.
import { expect, test } from 'vitest'
import { idSchema, TRUST_LEVELS } from '@tutti/core'
import type { LaunchRequest } from '../kit.ts'
import { openCodeKit } from './kit.ts'

const launch = (more: Partial<LaunchRequest> = {}) =>
  openCodeKit.launch({
    agentId: idSchema('agent').parse('agt_0000000000000000000000'),
    argv: ['opencode'],
    folder: '/work',
    home: '/home/ada',
    runFolder: '/run/a',
    persona: { role: '', personality: '', instructions: '' },
    trust: null,
    resume: null,
    newSession: 'one',
    version: '1.18.33',
    hooks: { url: 'http://127.0.0.1:1', token: 'secret' },
    mcp: null,
    ...more,
  })

test('C20 the port is closed by a password that no other start has and that the arguments do not show', () => {
  const [one, two] = [launch(), launch({ newSession: 'two' })]

  expect(one.env['OPENCODE_SERVER_PASSWORD']).toMatch(/^[0-9a-f]{64}$/)
  expect(one.env['OPENCODE_SERVER_PASSWORD']).not.toBe(two.env['OPENCODE_SERVER_PASSWORD'])
  expect(one.argv.join(' ')).not.toContain(one.env['OPENCODE_SERVER_PASSWORD'])
  expect(one.argv).not.toEqual(two.argv)
})

test('the door that the daemon comes back to is the one that was opened', () => {
  const { argv, env, files } = launch({ argv: ['opencode', '--port', '4242'] })

  expect(argv).toEqual(['opencode', '--port', '4242'])
  const door: unknown = JSON.parse(files[0]?.content ?? '')
  expect(door).toEqual({ port: 4242, password: env['OPENCODE_SERVER_PASSWORD'] })
})

test('a session that goes on is named, and what began it is not said again', () => {
  const argv = ['opencode', '-m', 'p/x', '--prompt', 'say hello', '--continue'] as const

  expect(launch({ argv, resume: 'ses_1' }).argv.slice(3)).toEqual(['--session', 'ses_1', '-m', 'p/x'])
})

test.each([['run', 'x'], ['serve'], ['--log-level', 'DEBUG', 'auth'], ['--version']])(
  'another command stays as it is: %s',
  (...args) => {
    expect(launch({ argv: ['opencode', ...args], trust: 'full' })).toEqual({
      argv: ['opencode', ...args],
      env: {},
      files: [],
      session: null,
    })
  },
)

test('persona and MCP server are settings of this start', () => {
  const { env, files } = launch({
    persona: { role: 'Tester', personality: '', instructions: 'Be kind.' },
    mcp: ['tutti', 'mcp'],
  })

  expect(JSON.parse(env['OPENCODE_CONFIG_CONTENT'] ?? '')).toEqual({
    mcp: { tutti: { type: 'local', command: ['tutti', 'mcp'], enabled: true } },
    instructions: ['/run/a/opencode-persona.md'],
  })
  expect(files[1]).toEqual({ path: 'opencode-persona.md', content: 'Your role: Tester\n\nBe kind.' })
})

test('each trust level that OpenCode has is a set of permissions, and what it has not is said', () => {
  for (const level of TRUST_LEVELS)
    expect('OPENCODE_PERMISSION' in launch({ trust: level }).env).toBe(level !== 'smart')
  expect(openCodeKit.trust.smart).toBeNull()
  expect(JSON.parse(launch({ trust: 'plan' }).env['OPENCODE_PERMISSION'] ?? '')).toMatchObject({
    '*': 'deny',
    read: 'allow',
  })
})
