// The contract that every kit keeps, whatever its program: walked for each of them.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Fault, TRUST_LEVELS } from '@tutti/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aSession, playMachine } from '../test/played-machine.ts'
import type { AgentKit, LaunchRequest, Teaching } from './kit.ts'
import { KITS, kitFor } from './registry.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-contract-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

// Gemini CLI takes a skill from its home, the project, or an extension at its home, and from nowhere else.
const TAUGHT = new Set(['claude-code', 'codex', 'opencode', 'qwen', 'pi'])
const TOKEN = 'tok_that_must_not_show'

const aRequest = (kit: AgentKit, change: Partial<LaunchRequest> = {}): LaunchRequest => ({
  agentId: 'agt_01j9z3k7q8f0a1b2c3d4e5',
  argv: [`/opt/bin/${kit.commands[0] ?? 'anything'}`, '--model', 'small'],
  folder: '/work',
  home: '/home/user',
  runFolder: '/run/tutti/agent',
  persona: { role: '', personality: '', instructions: '' },
  trust: null,
  resume: null,
  newSession: '0b1c7d1e-0000-4000-8000-000000000001',
  version: kit.proved.to,
  hooks: { url: 'http://127.0.0.1:1234', token: TOKEN },
  mcp: null,
  ...change,
})

const aTeaching = (set: readonly string[] = [], files: readonly string[] = []): Teaching => ({
  skill: { name: 'tutti-mail', text: 'THE SKILL' },
  isSet: (variable) => set.includes(variable),
  exists: (path) => files.includes(path),
  isRoots: () => true,
})

test('every folder with a kit is in the registry, and names are unique', () => {
  const folders = readdirSync(import.meta.dirname).filter((name) =>
    existsSync(join(import.meta.dirname, name, 'kit.ts')),
  )

  expect(KITS.map(({ name }) => name).toSorted()).toEqual(folders.toSorted())
})

test('a program is known by its name on any path, and every other command has the generic kit', () => {
  for (const kit of KITS.filter(({ commands, name }) => commands.length > 0 && name !== 'rehearsal'))
    for (const command of kit.commands) expect(kitFor([`/usr/local/bin/${command}`]).name).toBe(kit.name)
  expect(kitFor(['/usr/bin/node', '/x/packages/rehearsal/src/agent.ts']).name).toBe('rehearsal')
  expect(kitFor(['/bin/cat']).name).toBe('generic')
  expect(kitFor([]).name).toBe('generic')
})

describe.each(KITS.map((kit) => [kit.name, kit] as const))('%s', (_, kit) => {
  test('says of every trust level what it becomes, or that there is nothing like it', () => {
    expect(Object.keys(kit.trust).toSorted()).toEqual([...TRUST_LEVELS].toSorted())
  })

  test('a level it has is in the start, and one it has not changes nothing', () => {
    const plain = kit.launch(aRequest(kit))
    for (const level of TRUST_LEVELS) {
      const { argv, env, files } = kit.launch(aRequest(kit, { trust: level }))
      const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
      const started = [...argv, ...variables, ...files.map(({ content }) => content)].join('\n')

      const isPlain = isDeepStrictEqual([argv, env, files], [plain.argv, plain.env, plain.files])
      expect(kit.trust[level] !== null || isPlain).toBe(true)
      for (const word of kit.trust[level] ?? []) expect(started).toContain(word)
    }
  })

  test('starts the same program with the arguments of the user, and the same plan each time', () => {
    for (const trust of [null, ...TRUST_LEVELS]) {
      const request = aRequest(kit, { trust })
      const plan = kit.launch(request)

      // Some start by a script of theirs, which names them.
      const started = JSON.stringify(plan)
      for (const word of request.argv) expect(started).toContain(word)
      expect(kit.launch(request)).toEqual(plan)
    }
  })

  test('C23 the token is in no argument, which every user of the machine can read', () => {
    const mcp = ['/usr/bin/tutti', 'mcp'] as const
    const { argv } = kit.launch(aRequest(kit, { mcp, trust: 'supervised' }))

    expect(argv.join(' ')).not.toContain(TOKEN)
  })

  test("writes below its run folder only, never into the user's own configuration", () => {
    const taught = { mcp: ['/usr/bin/tutti', 'mcp'] as const, teaching: aTeaching() }
    const { files, env } = kit.launch(aRequest(kit, { ...taught, trust: 'edits' }))

    for (const { path } of files) {
      expect(isAbsolute(path)).toBe(false)
      expect(relative('/run/tutti/agent', join('/run/tutti/agent', path))).not.toMatch(/^\.\./)
    }
    expect(env['HOME']).toBeUndefined()
  })

  test('takes the skill in a file of the run folder that its start names, or changes nothing', () => {
    const plain = kit.launch(aRequest(kit))
    const plan = kit.launch(aRequest(kit, { teaching: aTeaching() }))

    const skills = plan.files.filter(({ content }) => content === 'THE SKILL').map(({ path }) => path)
    expect(skills).toHaveLength(TAUGHT.has(kit.name) ? 1 : 0)
    expect(skills.every((path) => /(^|\/)skills\/tutti-mail\/SKILL\.md$/.test(path))).toBe(true)
    expect(isDeepStrictEqual(plan, plain)).toBe(!TAUGHT.has(kit.name))
  })

  test('leaves a variable alone that is set already', () => {
    const { env } = kit.launch(aRequest(kit, { teaching: aTeaching() }))
    const plain = kit.launch(aRequest(kit))
    const added = Object.keys(env).filter((name) => !(name in plain.env))

    const again = kit.launch(aRequest(kit, { teaching: aTeaching(added) }))

    expect(again.env).toEqual(plain.env)
  })

  test('goes on with a session, if it can', () => {
    const resume = '0b1c7d1e-0000-4000-8000-00000000000f'
    const plan = kit.launch(aRequest(kit, { resume }))

    expect(JSON.stringify(plan).includes(resume)).toBe(kit.abilities.resume)
  })

  test('reads only its own version', () => {
    expect(kit.version('bash: command not found')).toBeNull()
    expect(kit.version('')).toBeNull()
  })

  test.each(['999.0.0', 'x<img src=x onerror=alert(1)>', null])(
    'of the unknown version %s no rule reads title or screen, and nothing breaks',
    async (version) => {
      const played = playMachine()
      played.screen = '● 1. Allow once\n  2. <img src=x onerror=alert(1)>\n  3. No (esc)\n\u001B[31m'
      const running = kit.open(aSession(played, { home: folder, runFolder: folder, version }))

      for (const title of [
        '✋  Action Required (x)',
        '[ . ] Action Required | x',
        '\u001B]0;<img onerror>\u0007',
      ])
        played.title(title)
      await running.entries()

      const read = played.signals.flatMap((signal) => (signal.type === 'evidence' ? [signal.evidence] : []))
      const byRule = read.filter(({ source }) => source === 'title' || source === 'screen')
      expect(byRule.map(({ state }) => state).filter((state) => state !== 'unknown')).toEqual([])
      expect(played.signals.some(({ type }) => type === 'ask')).toBe(false)
      running.close()
    },
  )

  test('a hook may say anything: it is answered, and nothing breaks', async () => {
    const played = playMachine()
    const running = kit.open(aSession(played, { home: folder, runFolder: folder }))
    const names = fc.constantFrom(
      'PreToolUse',
      'PermissionRequest',
      'PostToolUse',
      'Stop',
      'StopFailure',
      'x',
    )

    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue(), async (name, payload) => {
        const gone = new AbortController()
        const answered = running.hook(name, payload, gone.signal)
        gone.abort()
        expect(typeof (await answered)).toBe('object')
      }),
      { numRuns: 40 },
    )
    running.close()
  })

  test('an answer that nobody waits for is refused', async () => {
    const played = playMachine()
    const running = kit.open(aSession(played, { home: folder, runFolder: folder }))

    await expect(running.answer('no-such-ask', { kind: 'deny', reason: '' })).rejects.toBeInstanceOf(Fault)
    running.close()
  })

  test('a session that has written nothing has no entries, and a closed one watches nothing', async () => {
    const played = playMachine()
    const running = kit.open(aSession(played, { home: folder, runFolder: folder }))

    expect(await running.entries()).toEqual([])
    running.close()

    expect(played.open()).toBe(0)
  })
})
