// How Codex is started: what a person wrote stays, what Tutti adds is added per start, and no word becomes a command.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idSchema, TRUST_LEVELS } from '@tutti/core'
import type { LaunchRequest } from '../kit.ts'
import { argumentsOf } from './arguments.ts'
import { codexKit } from './kit.ts'
import { SETTINGS, TRUST } from './launch.ts'
import { settingsFor } from './permissions.ts'

const request = (more: Partial<LaunchRequest> = {}): LaunchRequest => ({
  agentId: idSchema('agent').parse('agt_0000000000000000000000'),
  argv: ['codex'],
  folder: '/work',
  home: '/home/ada',
  runFolder: '/run/tutti/a',
  persona: { role: '', personality: '', instructions: '' },
  trust: null,
  resume: null,
  newSession: 'uuid',
  version: '0.169.0',
  hooks: { url: 'http://127.0.0.1:1', token: 't' },
  mcp: null,
  ...more,
})
const scriptOf = (more: Partial<LaunchRequest>): string =>
  codexKit.launch(request(more)).files.find(({ path }) => path.endsWith('.sh'))?.content ?? ''

describe('a start', () => {
  test('brings a server of its own on a private socket, and the terminal program on it', () => {
    const plan = codexKit.launch(request({ argv: ['codex', '-m', 'gpt-x', '-c', 'a=1', 'say hello'] }))

    expect(plan.argv).toEqual(['sh', '/run/tutti/a/codex.sh'])
    const script = scriptOf({ argv: ['codex', '-m', 'gpt-x', '-c', 'a=1', 'say hello'] })
    expect(script).toContain("'codex' 'app-server' '-c' 'a=1' '--listen' 'unix:///run/tutti/a/codex.sock'")
    expect(script).toContain(
      "exec 'codex' '--remote' 'unix:///run/tutti/a/codex.sock' '-m' 'gpt-x' '-c' 'a=1' 'say hello'",
    )
  })

  test('that goes on with a session does not say the first words again, and leaves its permissions to the socket', () => {
    const plan = codexKit.launch(request({ argv: ['codex', 'say hello'], resume: 'id-1', trust: 'plan' }))

    const script = scriptOf({ argv: ['codex', 'say hello'], resume: 'id-1', trust: 'plan' })
    expect(script).toContain("'--remote' 'unix:///run/tutti/a/codex.sock' 'resume' 'id-1'; fi")
    expect(script).not.toContain('say hello')
    expect(plan.session).toBe('id-1')
    const left: unknown = JSON.parse(plan.files.find(({ path }) => path === SETTINGS)?.content ?? '')
    expect(left).toEqual({ resume: 'id-1', permissions: TRUST.plan })
  })

  test('of a version without such a server is the program itself, with what can be said by options', () => {
    const plan = codexKit.launch(request({ version: '0.150.0', trust: 'full', argv: ['codex', 'hi'] }))

    expect(plan.argv).toEqual(['codex', '--dangerously-bypass-approvals-and-sandbox', 'hi'])
  })

  test.each([['exec', 'x'], ['login'], ['--profile', 'p'], ['--remote', 'unix://x'], ['hi', '--oss']])(
    'of another command stays as it was written: %s',
    (...args) => {
      expect(codexKit.launch(request({ argv: ['codex', ...args], trust: 'full' }))).toMatchObject({
        argv: ['codex', ...args],
        files: [],
      })
    },
  )

  test('hands over persona and MCP server as settings of this start', () => {
    const persona = { role: 'Tester', personality: '', instructions: 'Be "kind".\nAlways.' }

    const script = scriptOf({ persona, mcp: ['/bin/tutti', 'mcp'] })

    expect(script).toContain(
      String.raw`'developer_instructions="Your role: Tester\n\nBe \"kind\".\nAlways."'`,
    )
    expect(script).toContain(`'mcp_servers.tutti.args=["mcp"]'`)
    expect(script).toContain('TUTTI_TOKEN')
  })
})

test('no word of a person or a persona becomes a command of the shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-codex-'))
  const program = join(folder, 'codex')
  // Stands for Codex: as a server it ends without a socket, as a terminal program it tells its arguments.
  writeFileSync(program, '#!/bin/sh\n[ "$1" = app-server ] || printf \'%s\\0\' "$@"\n', { mode: 0o755 })
  const nasty = fc
    .stringMatching(/^[^\0-][^\0]{0,20}$/)
    .filter((word) => argumentsOf([word]).kind === 'conversation')
  try {
    fc.assert(
      fc.property(
        fc.oneof(nasty, fc.constantFrom("'; touch pwned #", '$(id)', '`id`', '\n', "''\\'")),
        (word) => {
          const script = scriptOf({ argv: [program, word], runFolder: folder }).replace('-lt 200', '-lt 0')
          writeFileSync(join(folder, 'start.sh'), script)
          const printed = execFileSync('sh', [join(folder, 'start.sh')], { encoding: 'utf8', cwd: folder })
          expect(printed).toBe(`${word}\0`)
        },
      ),
      { numRuns: 20 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('each trust level is the same by option and by socket', () => {
  for (const level of TRUST_LEVELS) expect(settingsFor(TRUST[level] ?? [])).toHaveProperty('approvalPolicy')
  expect(settingsFor(TRUST.plan ?? [])).toMatchObject({
    approvalPolicy: 'never',
    sandboxPolicy: { type: 'readOnly' },
  })
  expect(settingsFor(TRUST.full ?? [])).toMatchObject({
    approvalPolicy: 'never',
    sandboxPolicy: { type: 'dangerFullAccess' },
  })
})

test('whatever the arguments, they are taken apart without loss or left alone', () => {
  const arg = fc.oneof(
    fc.constantFrom('-c', '--config=a=b', '-m', '-s', '--', 'exec', '--search', '-'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(arg), (args) => {
      const taken = argumentsOf(args)
      if (taken.kind === 'other') return
      const whole = [...taken.options, ...taken.permissions, ...taken.words].join('=').length
      expect(whole).toBeGreaterThanOrEqual(args.filter((word) => word !== '--').join('=').length)
    }),
  )
})

test('the version is read from what the program prints, and of no other program', () => {
  expect(codexKit.version('codex-cli 0.169.0')).toBe('0.169.0')
  expect(codexKit.version('2.1.330 (Claude Code)')).toBeNull()
  expect(codexKit.fits(['/usr/local/bin/codex', '-m', 'x'])).toBe(true)
  expect(codexKit.fits(['codex-wrapper'])).toBe(false)
})
