// Runs whole command lines against a server on loopback: what is asked, printed and returned.
import { fault, operation, operationNames } from '@tutti/core'
import { afterEach, describe, expect, test } from 'vitest'
import { allCommands } from './commands/all-commands.ts'
import { NOW, aServer, anAgent, anIo, endAll, noProcesses } from '../test/support.ts'

afterEach(endAll)

const api = anAgent({
  name: 'shop-backend-api',
  status: { state: 'waiting-answer', why: 'asks', since: NOW - 5000 },
})
const web = anAgent({ name: 'shop-web', tags: ['ui'] })
const gone = anAgent({ name: 'old-one', deletedAt: NOW })

const room = () =>
  aServer({
    listAgents: ({ deleted }) => (deleted === 'true' ? [gone] : [web, api]),
    getAgent: () => api,
    createAgent: (input) => anAgent({ name: String(input.name) }),
    updateAgent: ({ version: _version, ...input }) => ({ ...web, ...input }),
    changeAgents: ({ ids }) => (ids as string[]).map((id) => ({ id, ok: true })),
    sendKeys: () => ({}),
    getScreen: () => ({ text: 'one\ntwo\n\n', cols: 80, rows: 24, title: '' }),
    getSettings: () => ({ version: 9 }),
    updateSettings: (input) => input,
    listFound: () => [
      { ...found, ref: 'b', name: 'second', createdAt: 2 },
      { ...found, ref: 'a', name: 'My work', createdAt: 1 },
    ],
    adoptFound: ({ name }) => anAgent({ name: String(name) }),
    listUsers: () => [{ id: USER, name: 'ada', version: 3 }],
    removeUser: () => ({}),
    createUser: () => ({ user: {}, invite: 'abc' }),
    listAudit: ({ before }) =>
      before === '3'
        ? { items: [{ seq: 2 }, { seq: 1 }], next: null }
        : { items: [{ seq: 4 }, { seq: 3 }], next: 3 },
    getRecording: () => Buffer.from('cast'),
    getAttachCommand: () => ({ argv: ['/usr/bin/tmux', '-S', '/run/s', 'attach'] }),
  })

const USER = 'usr_01j9z3k7q8f0a1b2c3d4e5'
const found = { folder: '/', program: 'sh', windows: 1, attached: 0, cols: 80, rows: 24, agentId: null }

async function inRoom(...argv: string[]) {
  const server = await room()
  const made = anIo(server.url)
  const code = await made.run(...argv)
  return { code, ...made.printed, asked: server.asked, files: made.files }
}

describe('every command', () => {
  test('exists for every row of the table that has words', () => {
    const words = new Set(allCommands().map((one) => one.words))
    const missing = operationNames().filter((name) => {
      const cli = operation(name).cli
      return cli && !words.has(cli.words)
    })
    expect(missing).toEqual([])
  })

  test('has words of its own and help that can be read', async () => {
    const commands = allCommands()
    expect(new Set(commands.map((one) => one.words)).size).toBe(commands.length)
    for (const { words } of commands.filter((one) => !one.hidden)) {
      const { run, printed } = anIo(null)
      expect(await run(...words.split(' '), '--help')).toBe(0)
      expect(printed.out).toContain(`tutti ${words}`)
    }
  })
})

describe('output', () => {
  test('is one JSON document on stdout with --json, and nothing else', async () => {
    const { code, out, err } = await inRoom('agents', 'list', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveLength(2)
    expect(err).toBe('')
  })

  test('is whole names on lines in a pipe, and a tree on a terminal', async () => {
    expect((await inRoom('agents')).out).toMatch(
      /^shop-backend-api +● waiting for an answer +5 s ago +claude/m,
    )

    const server = await room()
    const { run, printed } = anIo(server.url, { outTty: true, env: { TUTTI_DATA: '/data', NO_COLOR: '1' } })
    await run('agents')
    expect(printed.out).toMatch(/^shop\s*$/m)
    expect(printed.out).toMatch(/^├─ backend-api +● waiting/m)
    expect(printed.out).toContain('1 agent needs you.')
    expect(printed.out.split('\n').every((line) => line.length <= 100)).toBe(true)
    expect(printed.out).not.toContain('\u001b')
  })

  test('has colour only where it is wanted', async () => {
    const server = await room()
    const colourful = anIo(server.url, { outTty: true })
    await colourful.run('agents')
    expect(colourful.printed.out).toContain('\u001b[')
    expect((await inRoom('agents')).out).not.toContain('\u001b')
  })
})

describe('a failure', () => {
  test('is an error document on stderr with --json, and stdout stays empty', async () => {
    const { code, out, err } = await inRoom('agents', 'show', 'shop-bakend-api', '--json')
    expect(code).toBe(6)
    expect(out).toBe('')
    expect(JSON.parse(err).error).toMatchObject({
      code: 'agent.unknown',
      message:
        'No agent answers to shop-bakend-api. Run `tutti agents` to see who does. Did you mean shop-backend-api?',
    })
  })

  test.each([
    ['a mistyped flag', ['agents', 'purge', '--dryrun', 'x'], 2],
    ['an unknown command', ['agnets'], 2],
    ['a missing argument', ['agents', 'show'], 2],
    ['one argument too many', ['status', 'now'], 2],
    ['a number that is none', ['logs', 'shop-web', '-n', 'many'], 2],
    ['purge without --yes where nobody can be asked', ['agents', 'purge', 'old-one'], 2],
    ['attach without a terminal', ['attach', 'shop-web'], 2],
  ])('of %s ends with its code and asks nothing that changes', async (_what, argv, wanted) => {
    const { code, asked, err } = await inRoom(...argv)
    expect(code).toBe(wanted)
    expect(err).toMatch(/^tutti: .+\./)
    expect(asked.filter(({ name }) => operation(name).method !== 'GET')).toEqual([])
  })

  test.each([
    ['auth.forbidden', 4],
    ['auth.invalid', 4],
    ['version.stale', 5],
    ['agent.name-taken', 5],
    ['store.damaged', 7],
    ['store.full', 1],
    ['input.invalid', 2],
  ] as const)('%s ends with %i', async (code, wanted) => {
    const server = await aServer({
      listAgents: () => {
        throw fault(code)
      },
    })
    expect(await anIo(server.url).run('agents')).toBe(wanted)
  })

  test('without a daemon says how to start it and ends with 3', async () => {
    const { run, printed } = anIo(null)
    expect(await run('agents')).toBe(3)
    expect(printed.err).toBe('tutti: Tutti does not run on this machine. Start it with `tutti up`.\n')
    expect(await anIo('http://127.0.0.1:1').run('agents')).toBe(3)
  })
})

describe('who is asked', () => {
  test('the token of this machine goes to its own daemon and nowhere else', async () => {
    const server = await room()
    const other = await room()
    const { run, printed } = anIo(server.url)

    expect(await run('agents', '--url', other.url)).toBe(4)
    expect(printed.err).toContain('needs an API token')
    expect(other.asked).toEqual([])

    expect(await run('agents', '--url', other.url, '--token', 'theirs')).toBe(0)
    expect(other.asked[0]?.headers.authorization).toBe('Bearer theirs')
    expect(await run('agents')).toBe(0)
    expect(server.asked[0]?.headers.authorization).toBe('Bearer local')
  })
})

describe('agents', () => {
  test('are created with the program after --, in this folder', async () => {
    const { asked } = await inRoom(
      'agents',
      'create',
      'new-one',
      '--tags',
      'a,b',
      '--env',
      'X=1=2',
      '--no-wake',
      '--persona-role',
      'Dev',
      '--',
      'claude',
      '--resume',
    )
    expect(asked[0]?.input).toEqual({
      name: 'new-one',
      tags: ['a', 'b'],
      env: { X: '1=2' },
      persona: { role: 'Dev' },
      wake: false,
      folder: '/home/ada/shop',
      program: 'claude',
      args: ['--resume'],
    })
  })

  test('are acted on by exact name or by pattern, never by prefix', async () => {
    expect((await inRoom('agents', 'wake', 'shop')).code).toBe(6)
    const { asked, out } = await inRoom('agents', 'hibernate', 'shop-*')
    expect(asked.at(-1)?.input).toEqual({ ids: [web.id, api.id], action: 'hibernate' })
    expect(out).toContain('✓ shop-web hibernated')
  })

  test('are purged only among the deleted ones', async () => {
    const { asked } = await inRoom('agents', 'purge', 'old-one', '--yes')
    expect(asked.at(-1)?.input).toEqual({ ids: [gone.id], action: 'purge' })
    expect((await inRoom('agents', 'purge', 'shop-web', '--yes')).code).toBe(6)
  })

  test('are renamed and tagged with the version that was read', async () => {
    const renamed = await inRoom('agents', 'rename', 'shop-web', 'shop-page')
    expect(renamed.asked.at(-1)).toMatchObject({
      name: 'updateAgent',
      input: { id: web.id, name: 'shop-page' },
    })
    expect(renamed.asked.at(-1)?.headers['if-match']).toBe('"4"')

    const tagged = await inRoom('agents', 'tag', 'shop-web', 'red', 'ui')
    expect(tagged.asked.at(-1)?.input.tags).toEqual(['red', 'ui'])
  })

  test('are changed at a version that may be given', async () => {
    const { asked } = await inRoom('agents', 'change', 'shop-web', '--label', 'x', '--if-version', '2')
    expect(asked.at(-1)?.headers['if-match']).toBe('"2"')
    expect((await inRoom('settings', 'change', '--backup-hour', 'none')).asked.at(-1)).toMatchObject({
      input: { backupHour: null },
      headers: { 'if-match': '"9"' },
    })
    const trusted = await inRoom('agents', 'change', 'shop-web', '--trust', 'edits')
    expect(trusted.asked.at(-1)?.input.trust).toBe('edits')
    expect(
      (await inRoom('agents', 'change', 'shop-web', '--trust', 'none')).asked.at(-1)?.input.trust,
    ).toBeNull()
    expect((await inRoom('agents', 'change', 'shop-web', '--trust', 'much')).code).toBe(2)
  })
})

describe('terminals', () => {
  test('get text and keys', async () => {
    const { asked } = await inRoom('send-keys', 'shop-web', '--', '-rf "x"; $(id)')
    expect(asked.at(-1)?.input).toEqual({ id: web.id, text: '-rf "x"; $(id)' })
    const keys = await inRoom('send-keys', 'shop-web', 'yes', '--enter', '--keys', 'C-c')
    expect(keys.asked.at(-1)?.input).toEqual({ id: web.id, text: 'yes', keys: ['C-c', 'Enter'] })
  })

  test('are printed as text', async () => {
    const { out, asked } = await inRoom('logs', 'shop-web', '-n', '50')
    expect(out).toBe('one\ntwo\n')
    expect(asked.at(-1)?.input).toEqual({ id: web.id, lines: '50' })
  })

  test('are attached with tmux itself, also inside tmux', async () => {
    const server = await room()
    const lent: { argv: readonly string[]; env: object }[] = []
    const { run, printed } = anIo(server.url, {
      outTty: true,
      inTty: true,
      env: { TUTTI_DATA: '/data', TMUX: '/tmp/x,1,0', TMUX_PANE: '%1', TERM: 'xterm-ghostty' },
      processes: {
        ...noProcesses,
        collect: async () => ({ code: 1, stdout: '', stderr: '' }),
        lend: async (argv, env) => {
          lent.push({ argv, env })
          return 0
        },
      },
    })

    expect(await run('attach', 'shop-web')).toBe(0)

    expect(lent[0]?.argv).toEqual(['/usr/bin/tmux', '-u', '-S', '/run/s', 'attach'])
    expect(lent[0]?.env).toEqual({ TUTTI_DATA: '/data', TERM: 'xterm-256color' })
    expect(printed.err).toContain('Detach with Ctrl-b Ctrl-b d')
  })
})

describe('found sessions', () => {
  test('have numbers in an order that stays, and are adopted by number or name', async () => {
    expect((await inRoom('found')).out).toMatch(/^1 +My work[\s\S]+^2 +second/m)
    expect((await inRoom('adopt', '2')).asked.at(-1)?.input).toMatchObject({ ref: 'b', name: 'second' })
    expect((await inRoom('adopt', 'My work', '--name', 'work')).asked.at(-1)?.input).toMatchObject({
      ref: 'a',
      name: 'work',
    })
    expect((await inRoom('adopt', 'My work')).code).toBe(2)
    expect((await inRoom('adopt', '3')).code).toBe(6)
  })
})

describe('the rest', () => {
  test('users are called by name', async () => {
    expect((await inRoom('users', 'remove', 'ada')).asked.at(-1)?.input).toEqual({ id: USER })
    expect((await inRoom('users', 'remove', 'bob')).code).toBe(6)
    expect((await inRoom('users', 'create', 'bob', 'viewer')).out).toMatch(
      /http:\/\/127\.0\.0\.1:\d+\/#invite=abc/,
    )
  })

  test('the audit log is exported whole and in order', async () => {
    expect((await inRoom('audit', 'export')).out).toBe('{"seq":1}\n{"seq":2}\n{"seq":3}\n{"seq":4}\n')
  })

  test('bytes go to a file or a pipe and never into a terminal', async () => {
    const id = 'rec_01j9z3k7q8f0a1b2c3d4e5'
    expect((await inRoom('recordings', 'export', id)).out).toBe('cast')
    expect(
      (await inRoom('recordings', 'export', id, '-o', 'x.cast')).files.get('/home/ada/shop/x.cast'),
    ).toBe('cast')
    const server = await room()
    expect(await anIo(server.url, { outTty: true }).run('recordings', 'export', id)).toBe(2)
  })

  test('any operation can be called by its name', async () => {
    expect((await inRoom('api', 'getScreen', '--id', web.id, '--lines', '3')).asked.at(-1)?.input).toEqual({
      id: web.id,
      lines: '3',
    })
    expect(
      (await inRoom('api', 'sendKeys', '--json-body', `{"id":"${web.id}","text":"a"}`)).asked.at(-1)?.input,
    ).toEqual({ id: web.id, text: 'a' })
    expect((await inRoom('api', 'getScren')).err).toContain('Did you mean getScreen?')
  })

  test('foreign text cannot drive the terminal', async () => {
    const evil = anAgent({ name: 'evil', label: '\u001b]0;owned\u0007\u202egnp.exe' })
    const server = await aServer({ listAgents: () => [evil] })
    const { run, printed } = anIo(server.url)
    await run('agents')
    await run('agents', 'show', 'evil')
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(printed.out).not.toContain(character)
  })
})
