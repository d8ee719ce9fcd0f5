// Drives whole sessions on a real tmux: start, type, end, find again, adopt.
import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Room } from '../test/room.ts'
import { aRoom, aUserSession, SOON } from '../test/room.ts'
import type { Exit } from './index.ts'

let room: Room
afterEach(() => room.close())

describe('a session', () => {
  test('echoes what a viewer types', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    const viewer = room.view('agt_a')

    viewer.type('hello\r')

    await expect.poll(() => viewer.screen(), SOON).toContain('hello\nhello')
  })

  test('gets its arguments as they are, through no shell', async () => {
    room = await aRoom()
    const hostile = ['$(id)', '`id`', '; touch x', '"', "'", '\\', '-t', '#{pid}', '~', 'ü 中']

    await room.start('agt_a', ['sh', '-c', 'printf "[%s]\\n" "$@"; exec cat', '--', ...hostile])

    await expect
      .poll(() => room.terminals.capture('agt_a', { lines: 50 }), SOON)
      .toEqual(hostile.map((each) => `[${each}]`))
  })

  test('runs a program without arguments through no shell either', async () => {
    room = await aRoom()

    await room.start('agt_a', ['cat'])

    await expect
      .poll(() => room.tmux('agt_a', 'display-message', '-p', '#{pane_current_command}').trim(), SOON)
      .toBe('cat')
  })

  test('runs in its folder even if the folder has the name of a command', async () => {
    room = await aRoom()
    const cwd = join(room.dir, '#(touch pwned) #{pid}')
    await mkdir(cwd)

    await room.terminals.start({
      agentId: 'agt_a',
      cwd,
      argv: ['sh', '-c', 'pwd; exec cat'],
      env: {},
      cols: 200,
      rows: 24,
    })

    await expect.poll(() => room.terminals.capture('agt_a', { lines: 5 }), SOON).toEqual([cwd])
  })

  test('gives its program the environment it was started with, and nothing on the command line', async () => {
    room = await aRoom()
    const env = { TUTTI_AGENT: 'agt_a', SECRET: 'x1y2' }

    await room.terminals.start({
      agentId: 'agt_a',
      cwd: room.dir,
      argv: ['sh', '-c', 'env; cat'],
      env,
      cols: 80,
      rows: 60,
    })

    await expect
      .poll(async () => (await room.terminals.capture('agt_a', { lines: 60 })).sort(), SOON)
      .toEqual(expect.arrayContaining(['SECRET=x1y2', 'TUTTI_AGENT=agt_a', 'TERM=tmux-256color']))
    const server = room.tmux('agt_a', 'display-message', '-p', '#{pid}').trim()
    expect(await readFile(`/proc/${server}/cmdline`, 'utf8')).not.toContain('x1y2')
  })

  test.each([
    [['no-such-program'], 'agent.program-missing'],
    [['/etc/passwd'], 'agent.program-missing'],
  ])('that cannot start says why: %s', async (argv, code) => {
    room = await aRoom()

    await expect(room.start('agt_a', argv)).rejects.toMatchObject({ code })
  })

  test('in a folder that is not there is refused', async () => {
    room = await aRoom()

    const start = room.terminals.start({
      agentId: 'a',
      cwd: '/nowhere',
      argv: ['cat'],
      env: {},
      cols: 80,
      rows: 24,
    })

    await expect(start).rejects.toMatchObject({ code: 'agent.folder-missing' })
  })

  test('that runs is not started twice', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])

    await expect(room.start('agt_a', ['cat'])).rejects.toMatchObject({ code: 'agent.running' })
  })

  test('that ends by itself tells code and last lines, and its screen stays for viewers', async () => {
    room = await aRoom()
    const exits: Exit[] = []
    room.terminals.onExit((exit) => exits.push(exit))

    // tmux 3.3a may lose what a program writes in the instant it ends, so it ends once that is there.
    await room.start('agt_a', ['sh', '-c', 'stty -echo; echo one; echo two; read x; exit 7'])
    await expect.poll(() => room.terminals.capture('agt_a', { lines: 10 }), SOON).toContain('two')
    await room.terminals.sendKeys('agt_a', Buffer.from('\r'))

    await expect
      .poll(() => exits, SOON)
      .toEqual([{ agentId: 'agt_a', code: 7, signal: null, lastLines: ['one', 'two'] }])
    const viewer = room.view('agt_a')
    await expect.poll(() => viewer.screen(), SOON).toBe('one\ntwo')
    await expect.poll(() => viewer.last('exit'), SOON).toMatchObject({ code: 7 })
  })

  test('ends with its code also beside many others, when tmux misses the death of its child', async () => {
    room = await aRoom()
    const exits: Exit[] = []
    room.terminals.onExit((exit) => exits.push(exit))
    const agents = Array.from({ length: 16 }, (_, index) => `agt_${index}`)

    await Promise.all(agents.map((agent) => room.start(agent, ['sh', '-c', 'sleep 0.2; exit 7'])))

    await expect.poll(() => exits.length, SOON).toBe(agents.length)
    expect(exits.map(({ code }) => code)).toEqual(agents.map(() => 7))
  })

  test('that was killed has no code', async () => {
    room = await aRoom()
    const exits: Exit[] = []
    room.terminals.onExit((exit) => exits.push(exit))

    await room.start('agt_a', ['sh', '-c', 'kill -9 $$'])

    await expect.poll(() => exits, SOON).toMatchObject([{ agentId: 'agt_a', code: null }])
  })

  test('that has ended can be started again', async () => {
    room = await aRoom()
    const exits: Exit[] = []
    room.terminals.onExit((exit) => exits.push(exit))
    await room.start('agt_a', ['true'])
    await expect.poll(() => exits.length, SOON).toBe(1)

    await room.start('agt_a', ['sh', '-c', 'echo again; cat'])

    await expect.poll(() => room.terminals.capture('agt_a', { lines: 5 }), SOON).toEqual(['again'])
  })

  test('is stopped with everything in it, even if it ignores hang-ups', async () => {
    room = await aRoom()
    await room.start('agt_a', ['sh', '-c', 'trap "" HUP TERM; echo ready; while :; do sleep 1; done'])
    await expect.poll(() => room.terminals.capture('agt_a', { lines: 5 }), SOON).toEqual(['ready'])
    const pids = room
      .tmux('agt_a', 'display-message', '-p', '#{pid} #{pane_pid}')
      .trim()
      .split(' ')
      .map(Number)

    await room.terminals.stop('agt_a', { graceMs: 100 })

    await expect.poll(() => pids.some(isThere), SOON).toBe(false)
    expect(room.terminals.isRunning('agt_a')).toBe(false)
  })

  test('is stopped with the true program of a wrapper that ends at once', async () => {
    room = await aRoom()
    const program = '(trap "" HUP; echo "pid $(exec sh -c \'echo $PPID\')"; while :; do sleep 1; done) & wait'
    await room.start('agt_a', ['sh', '-c', program])
    const shown = () => room.terminals.capture('agt_a', { lines: 5 })
    await expect.poll(shown, SOON).toEqual([expect.stringMatching(/^pid \d+$/)])
    const pid = Number((await shown())[0]?.slice(4))

    await room.terminals.stop('agt_a', { graceMs: 100 })

    await expect.poll(() => isThere(pid), SOON).toBe(false)
  })

  test('survives the daemon and is found again', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])
    await room.start('agt_b', ['sh', '-c', 'exit 3'])
    await room.start('agt_c', ['cat'])
    await expect.poll(() => room.terminals.isRunning('agt_b'), SOON).toBe(false)
    room.tmux('agt_c', 'kill-server')

    const reborn = await room.reborn()

    expect((await reborn.recover()).sort((a, b) => (a.agentId < b.agentId ? -1 : 1))).toEqual([
      { agentId: 'agt_a', isAdopted: false, state: 'running' },
      { agentId: 'agt_b', isAdopted: false, state: 'exited', code: 3 },
      { agentId: 'agt_c', isAdopted: false, state: 'gone' },
    ])
    const viewer = room.view('agt_a')
    viewer.type('still here\r')
    await expect.poll(() => viewer.screen(), SOON).toContain('still here\nstill here')
  })

  test('R11 goes on after a daemon that was killed in a flood, whose attachment tmux still holds', async () => {
    room = await aRoom()
    await room.start('agt_a', ['yes', 'a line of an ordinary length'])
    const argv = [
      '-S',
      join(room.dir, 'agt_a.sock'),
      '-C',
      'attach-session',
      '-t',
      '$0',
      '-f',
      'ignore-size,pause-after=5',
    ]
    // It reads nothing, as one whose reader has died.
    const orphan = spawn('tmux', argv, { stdio: ['pipe', 'pipe', 'ignore'] })
    await expect.poll(() => room.tmux('agt_a', 'list-clients'), SOON).toContain('control')

    await (await room.reborn()).recover()

    await expect.poll(() => orphan.signalCode, SOON).toBe('SIGKILL')
    expect(room.tmux('agt_a', 'list-clients')).toBe('')
  })

  test('has a socket even where the data folder has a long path', async () => {
    room = await aRoom({}, 'deep'.repeat(30))

    await room.start('agt_a', ['sh', '-c', 'echo here; cat'])

    await expect.poll(() => room.terminals.capture('agt_a', { lines: 5 }), SOON).toEqual(['here'])
    await room.reborn()
    expect(await room.terminals.recover()).toMatchObject([{ agentId: 'agt_a', state: 'running' }])
  })

  test('can be attached to from a plain terminal', async () => {
    room = await aRoom()
    await room.start('agt_a', ['cat'])

    expect(room.terminals.attachArgv('agt_a')).toEqual([
      'tmux',
      '-u',
      '-S',
      join(room.dir, 'agt_a.sock'),
      'attach-session',
      '-t',
      '$0',
    ])
  })

  test('tells its size, title, program and folder', async () => {
    room = await aRoom()
    await room.start('agt_a', ['sh', '-c', String.raw`printf '\033]2;a | title\007'; exec cat`])

    await expect
      .poll(() => room.terminals.info('agt_a'), SOON)
      .toEqual({
        cols: 80,
        rows: 24,
        title: 'a | title',
        command: 'cat',
        cwd: room.dir,
        viewers: 0,
      })
  })
})

describe('sessions on the user’s own tmux', () => {
  test('are found, whatever their names', async () => {
    room = await aRoom()
    aUserSession(room, 'one | two $(id) ü')
    aUserSession(room, '-t')

    const found = await room.terminals.found()
    expect(found.map(({ name }) => name).sort()).toEqual(['-t', 'one | two $(id) ü'])
    // For an instant a new pane's command is that of the tmux that starts it.
    await expect
      .poll(async () => (await room.terminals.found())[0], SOON)
      .toMatchObject({ command: 'cat', cwd: room.dir, cols: 100, rows: 30, windows: 1, attached: 0 })
  })

  test('are none where no server answers', async () => {
    room = await aRoom()

    expect(await room.terminals.found()).toEqual([])
  })

  test('are adopted without a change of size or option, and released as they were', async () => {
    room = await aRoom()
    const session = aUserSession(room, 'mine')
    const before = session.facts()
    await room.terminals.adopt({ agentId: 'agt_a', ...session })

    const viewer = room.view('agt_a', { cols: 80, rows: 24 })
    viewer.type('hi\r')
    await expect.poll(() => viewer.screen(), SOON).toContain('hi\nhi')
    viewer.resize(60, 20)
    await expect
      .poll(() => viewer.last('state'), SOON)
      .toMatchObject({ cols: 100, rows: 30, sizeOwner: 'terminal' })

    expect(session.facts()).toBe(before)
    viewer.close()
    await room.terminals.release('agt_a')
    expect(session.facts()).toBe(before)
  })

  test('change size when a viewer takes over, and get it back when the viewer leaves', async () => {
    room = await aRoom()
    const session = aUserSession(room, 'mine')
    const before = session.facts()
    await room.terminals.adopt({ agentId: 'agt_a', ...session })
    const viewer = room.view('agt_a', { cols: 80, rows: 24 })

    viewer.take()
    await expect
      .poll(() => viewer.last('state'), SOON)
      .toMatchObject({ cols: 80, rows: 24, sizeOwner: 'you' })
    viewer.close()

    await expect.poll(() => session.facts(), SOON).toBe(before)
  })

  test('are never stopped by us', async () => {
    room = await aRoom()
    const session = aUserSession(room, 'mine')
    await room.terminals.adopt({ agentId: 'agt_a', ...session })

    await expect(room.terminals.stop('agt_a', { graceMs: 0 })).rejects.toMatchObject({
      code: 'agent.adopted',
    })
    await room.terminals.release('agt_a')

    expect(session.facts()).toContain('100x30')
  })

  test('that do not exist cannot be adopted', async () => {
    room = await aRoom()
    const { socketPath } = aUserSession(room, 'mine')

    for (const sessionId of ['$99', 'mine', '', '$0; kill-server']) {
      await expect(room.terminals.adopt({ agentId: 'agt_a', socketPath, sessionId })).rejects.toMatchObject({
        code: 'found.unknown',
      })
    }
  })
})

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
